//! Values as they travel: opaque encoded objects, key-value pairs and search attributes.

use serde::{Deserialize, Serialize};

use crate::null::or_default;

/// A value the server stores and returns verbatim, without looking inside.
///
/// `data` is text in the encoding that `encoding` names; all SDKs write JSON text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EncodedObject {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
    /// The blob storage that holds `data`, when a server keeps large values elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ext_store_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ext_path: Option<String>,
}

/// A data attribute, state local or recorded event. A key without a value is legal.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct KeyValue {
    #[serde(deserialize_with = "or_default")]
    pub key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<EncodedObject>,
}

/// A typed, indexed attribute; the field that carries the value depends on `value_type`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SearchAttribute {
    #[serde(deserialize_with = "or_default")]
    pub key: String,
    /// Absent in what some old clients send; the index then stays unchanged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_type: Option<SearchAttributeValueType>,
    /// Of `Keyword`, `Text` and `Datetime`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub string_value: Option<String>,
    /// 64 bits wide.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub integer_value: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub double_value: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bool_value: Option<bool>,
    /// Of `KeywordArray`.
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub string_array_value: Vec<String>,
}

/// Asks for one search attribute as a type.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SearchAttributeKeyAndType {
    #[serde(deserialize_with = "or_default")]
    pub key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_type: Option<SearchAttributeValueType>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SearchAttributeValueType {
    Keyword,
    Text,
    Datetime,
    Int,
    Double,
    Bool,
    KeywordArray,
}
