//! Payloads, data attributes and search attributes.

use std::sync::Arc;

use iwf_engine_core::{
    AttributeKey, DataAttribute, IndexedValue, KeyValue, Payload, Publication, RawSearchValue,
    SearchAttribute, SearchType, Timestamp,
};
use iwf_protocol as wire;

use super::datetime;

pub(crate) fn payload(object: wire::EncodedObject) -> Payload {
    let external = (object.ext_store_id, object.ext_path);
    Payload {
        encoding: object.encoding.map(Into::into),
        data: object.data.map(Into::into),
        external: (external != (None, None)).then(|| Arc::new(external)),
    }
}

pub(crate) fn payload_out(payload: &Payload) -> wire::EncodedObject {
    let external = payload.external.as_deref();
    wire::EncodedObject {
        encoding: payload.encoding.as_deref().map(Into::into),
        data: payload.data.as_deref().map(Into::into),
        ext_store_id: external.and_then(|(store, _)| store.clone()),
        ext_path: external.and_then(|(_, path)| path.clone()),
    }
}

pub(crate) fn data_attribute(object: wire::KeyValue) -> DataAttribute {
    DataAttribute {
        key: object.key.into(),
        value: object.value.map(payload),
    }
}

pub(crate) fn data_attribute_out(key: &AttributeKey, value: Option<&Payload>) -> wire::KeyValue {
    wire::KeyValue {
        key: key.as_str().to_owned(),
        value: value.map(payload_out),
    }
}

pub(super) fn key_value(object: wire::KeyValue) -> KeyValue {
    KeyValue {
        key: object.key.into(),
        value: object.value.map(payload),
    }
}

pub(super) fn key_value_out(local: &KeyValue) -> wire::KeyValue {
    wire::KeyValue {
        key: local.key.to_string(),
        value: local.value.as_ref().map(payload_out),
    }
}

pub(crate) fn publications(messages: Vec<wire::InterStateChannelPublishing>) -> Vec<Publication> {
    let publication = |message: wire::InterStateChannelPublishing| Publication {
        channel: message.channel_name.into(),
        value: message.value.map(payload),
    };
    messages.into_iter().map(publication).collect()
}

/// Keeps what was written for the workers, and reads it for the index. A typed attribute without
/// a value is indexed as the zero of its type, one without a type or with a bad date not at all.
pub(crate) fn search_attribute(
    attribute: wire::SearchAttribute,
    now: Timestamp,
) -> SearchAttribute {
    let raw = RawSearchValue {
        value_type: attribute.value_type.map(search_type),
        text: attribute.string_value.map(Into::into),
        integer: attribute.integer_value,
        double: attribute.double_value,
        boolean: attribute.bool_value,
        texts: attribute
            .string_array_value
            .into_iter()
            .map(Into::into)
            .collect(),
    };
    let text = || raw.text.clone().unwrap_or_default();
    let indexed = match raw.value_type {
        None => None,
        Some(SearchType::Keyword) => Some(IndexedValue::Keyword(text())),
        Some(SearchType::Text) => Some(IndexedValue::Text(text())),
        Some(SearchType::Int) => Some(IndexedValue::Int(raw.integer.unwrap_or_default())),
        Some(SearchType::Double) => Some(IndexedValue::Double(raw.double.unwrap_or_default())),
        Some(SearchType::Bool) => Some(IndexedValue::Bool(raw.boolean.unwrap_or_default())),
        Some(SearchType::KeywordArray) => Some(IndexedValue::KeywordArray(raw.texts.clone())),
        Some(SearchType::Datetime) => datetime::parse(&text(), now).map(IndexedValue::Datetime),
    };
    SearchAttribute {
        key: attribute.key.into(),
        raw,
        indexed,
    }
}

/// What workers see: the attribute as it was written.
pub(super) fn search_attribute_out(attribute: &SearchAttribute) -> wire::SearchAttribute {
    let raw = &attribute.raw;
    wire::SearchAttribute {
        key: attribute.key.as_str().to_owned(),
        value_type: raw.value_type.map(search_type_out),
        string_value: raw.text.as_deref().map(Into::into),
        integer_value: raw.integer,
        double_value: raw.double,
        bool_value: raw.boolean,
        string_array_value: raw.texts.iter().map(ToString::to_string).collect(),
    }
}

/// The indexed value as the type it has.
pub(crate) fn search_value_out(key: &str, value: &IndexedValue) -> wire::SearchAttribute {
    let own_type = search_type_out(value.search_type());
    search_value_as(key, value, own_type).unwrap_or_default()
}

/// What the reading endpoint shows: the indexed value, as the type that was asked for. Texts of
/// all kinds can stand for each other, and so can numbers.
pub(crate) fn search_value_as(
    key: &str,
    value: &IndexedValue,
    wanted: wire::SearchAttributeValueType,
) -> Option<wire::SearchAttribute> {
    use SearchType::{Bool, Datetime, Double, Int, Keyword, KeywordArray, Text};
    let mut out = wire::SearchAttribute {
        key: key.to_owned(),
        value_type: Some(wanted),
        ..wire::SearchAttribute::default()
    };
    match (search_type(wanted), value) {
        (Keyword | Text | Datetime, IndexedValue::Keyword(text) | IndexedValue::Text(text)) => {
            out.string_value = Some(text.to_string());
        }
        (Keyword | Text | Datetime, IndexedValue::Datetime(nanos)) => {
            out.string_value = Some(datetime::format(*nanos));
        }
        (Int, IndexedValue::Int(number)) => out.integer_value = Some(*number),
        #[expect(
            clippy::cast_possible_truncation,
            reason = "to ask for a whole number means to cut"
        )]
        (Int, IndexedValue::Double(number)) => out.integer_value = Some(*number as i64),
        (Double, IndexedValue::Double(number)) => out.double_value = Some(*number),
        #[expect(
            clippy::cast_precision_loss,
            reason = "to ask for a double means to round"
        )]
        (Double, IndexedValue::Int(number)) => out.double_value = Some(*number as f64),
        (Bool, IndexedValue::Bool(value)) => out.bool_value = Some(*value),
        (KeywordArray, IndexedValue::KeywordArray(texts)) => {
            out.string_array_value = texts.iter().map(ToString::to_string).collect();
        }
        _ => return None,
    }
    Some(out)
}

fn search_type(kind: wire::SearchAttributeValueType) -> SearchType {
    use wire::SearchAttributeValueType as Wire;
    match kind {
        Wire::Keyword => SearchType::Keyword,
        Wire::Text => SearchType::Text,
        Wire::Datetime => SearchType::Datetime,
        Wire::Int => SearchType::Int,
        Wire::Double => SearchType::Double,
        Wire::Bool => SearchType::Bool,
        Wire::KeywordArray => SearchType::KeywordArray,
    }
}

fn search_type_out(kind: SearchType) -> wire::SearchAttributeValueType {
    use wire::SearchAttributeValueType as Wire;
    match kind {
        SearchType::Keyword => Wire::Keyword,
        SearchType::Text => Wire::Text,
        SearchType::Datetime => Wire::Datetime,
        SearchType::Int => Wire::Int,
        SearchType::Double => Wire::Double,
        SearchType::Bool => Wire::Bool,
        SearchType::KeywordArray => Wire::KeywordArray,
    }
}
