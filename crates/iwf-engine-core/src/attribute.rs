//! Data attributes and search attributes of a run.
//!
//! A search attribute has two faces: what was written, which workers get back verbatim, and the
//! indexed value, which the search and the reading endpoint show.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::id::AttributeKey;
use crate::payload::Payload;

/// A data attribute as it is written; a key without a value is legal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataAttribute {
    pub key: AttributeKey,
    pub value: Option<Payload>,
}

pub type DataAttributes = BTreeMap<AttributeKey, Option<Payload>>;
pub type SearchAttributes = BTreeMap<AttributeKey, SearchAttribute>;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SearchAttribute {
    pub key: AttributeKey,
    pub raw: RawSearchValue,
    /// Absent when there is no type, or no value of that type: the index then keeps what it had.
    pub indexed: Option<IndexedValue>,
}

/// The value exactly as written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RawSearchValue {
    pub value_type: Option<SearchType>,
    pub text: Option<Arc<str>>,
    pub integer: Option<i64>,
    pub double: Option<f64>,
    pub boolean: Option<bool>,
    pub texts: Vec<Arc<str>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SearchType {
    Keyword,
    Text,
    Datetime,
    Int,
    Double,
    Bool,
    KeywordArray,
}

/// The value the index holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum IndexedValue {
    Keyword(Arc<str>),
    Text(Arc<str>),
    /// Nanoseconds since the Unix epoch.
    Datetime(i64),
    Int(i64),
    Double(f64),
    Bool(bool),
    KeywordArray(Vec<Arc<str>>),
}

impl IndexedValue {
    pub fn search_type(&self) -> SearchType {
        match self {
            Self::Keyword(_) => SearchType::Keyword,
            Self::Text(_) => SearchType::Text,
            Self::Datetime(_) => SearchType::Datetime,
            Self::Int(_) => SearchType::Int,
            Self::Double(_) => SearchType::Double,
            Self::Bool(_) => SearchType::Bool,
            Self::KeywordArray(_) => SearchType::KeywordArray,
        }
    }
}
