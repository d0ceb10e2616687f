//! Encoded values and key-value pairs.

use crate::payload::Payload;
use iwf_protocol::{EncodedObject, KeyValue};

/// What the Java SDK writes too, so that both read each other's values.
const ENCODING: &str = "json";

pub(crate) fn payload_to_wire(payload: Payload) -> Option<EncodedObject> {
    payload.into_json().map(|data| EncodedObject {
        encoding: Some(ENCODING.to_owned()),
        data: Some(data),
        ..EncodedObject::default()
    })
}

/// The label is not looked at: every SDK writes JSON, each under a name of its own.
pub(crate) fn payload_from_wire(value: Option<EncodedObject>) -> Payload {
    let data = value.and_then(|object| object.data);
    data.map_or(Payload::ABSENT, Payload::from_json)
}

pub(crate) fn key_value(key: &str, payload: Payload) -> KeyValue {
    KeyValue {
        key: key.to_owned(),
        value: payload_to_wire(payload),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_every_sdk_are_read() {
        for encoding in [
            Some("json"),
            Some("json/plain"),
            Some("builtinGolangJson"),
            None,
        ] {
            let object = EncodedObject {
                encoding: encoding.map(str::to_owned),
                data: Some("\"hi\"".into()),
                ..EncodedObject::default()
            };
            assert_eq!(
                payload_from_wire(Some(object)).decode::<String>().unwrap(),
                "hi"
            );
        }
    }

    #[test]
    fn nothing_is_absent_both_ways() {
        assert_eq!(payload_to_wire(Payload::ABSENT), None);
        assert!(payload_from_wire(None).is_absent());
        assert!(payload_from_wire(Some(EncodedObject::default())).is_absent());
    }
}
