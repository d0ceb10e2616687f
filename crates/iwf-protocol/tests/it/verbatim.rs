//! Values come out as they went in, whatever they hold.

use iwf_protocol::{EncodedObject, KeyValue, SearchAttribute, SearchAttributeValueType};
use proptest::prelude::*;

fn value() -> impl Strategy<Value = EncodedObject> {
    let text = || proptest::option::of(".*");
    (text(), text(), text(), text()).prop_map(|(encoding, data, ext_store_id, ext_path)| {
        EncodedObject {
            encoding,
            data,
            ext_store_id,
            ext_path,
        }
    })
}

proptest! {
    #[test]
    fn key_values(key in ".*", value in proptest::option::of(value())) {
        let pair = KeyValue { key, value };
        let text = serde_json::to_string(&pair).expect("encodes");
        prop_assert_eq!(serde_json::from_str::<KeyValue>(&text).expect("decodes"), pair);
    }

    #[test]
    fn numbers_of_search_attributes(integer in any::<i64>(), double in -1e300..1e300) {
        let attribute = SearchAttribute {
            key: "k".to_owned(),
            value_type: Some(SearchAttributeValueType::Int),
            integer_value: Some(integer),
            double_value: Some(double),
            ..SearchAttribute::default()
        };
        let text = serde_json::to_string(&attribute).expect("encodes");
        prop_assert_eq!(serde_json::from_str::<SearchAttribute>(&text).expect("decodes"), attribute);
    }
}
