//! The wire as documents: each test writes out what travels, field by field, so that a renamed
//! field or a changed default shows here and not at a user's.
#![cfg(test)]

mod client_calls;
mod enums;
mod shared_objects;
mod tolerance;
mod verbatim;
mod worker_calls;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// A complete document: it comes back as it was, and each of its fields may be null or missing.
fn whole<T: Serialize + DeserializeOwned + Default + PartialEq + std::fmt::Debug>(document: Value) {
    same::<T>(&document);
    let Value::Object(fields) = document else {
        panic!("{document} is no object");
    };
    for name in fields.keys() {
        let decode = |change: fn(&mut Map<String, Value>, &str)| -> T {
            let mut changed = fields.clone();
            change(&mut changed, name);
            serde_json::from_value(Value::Object(changed)).expect(name)
        };
        let with_null = decode(|fields, name| {
            fields.insert(name.to_owned(), Value::Null);
        });
        let without = decode(|fields, name| {
            fields.remove(name);
        });
        assert_eq!(with_null, without, "null and absent differ for {name}");
    }
    assert_eq!(
        serde_json::from_str::<T>("{}").expect("an empty object"),
        T::default()
    );
}

/// The document comes back as it was.
fn same<T: Serialize + DeserializeOwned>(document: &Value) {
    let decoded: T = serde_json::from_value(document.clone()).expect("a good document");
    let encoded = serde_json::to_value(&decoded).expect("wire types can be encoded");
    assert_eq!(&encoded, document);
}
