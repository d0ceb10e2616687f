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

    /// The same value as another type. Texts go for keywords and whole numbers for decimals, and
    /// the other way round; nothing else goes for anything else.
    #[must_use]
    pub fn converted(&self, to: SearchType) -> Option<Self> {
        match (self, to) {
            (same, to) if same.search_type() == to => Some(same.clone()),
            (Self::Text(text), SearchType::Keyword) => Some(Self::Keyword(text.clone())),
            (Self::Keyword(text), SearchType::Text) => Some(Self::Text(text.clone())),
            #[expect(clippy::cast_precision_loss, reason = "a decimal is what was declared")]
            (Self::Int(number), SearchType::Double) => Some(Self::Double(*number as f64)),
            #[expect(
                clippy::cast_possible_truncation,
                reason = "it has no fraction, and is cut at the ends of the range"
            )]
            (Self::Double(number), SearchType::Int) if number.fract() == 0.0 => {
                Some(Self::Int(*number as i64))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_numbers_go_for_their_kin() {
        use IndexedValue::{Bool, Datetime, Double, Int, Keyword, KeywordArray, Text};
        let same_as = |value: IndexedValue, other: IndexedValue| {
            assert_eq!(value.converted(other.search_type()), Some(other.clone()));
        };
        same_as(Text("a".into()), Keyword("a".into()));
        same_as(Keyword("a".into()), Text("a".into()));
        same_as(Int(2), Double(2.0));
        same_as(Double(2.0), Int(2));
        same_as(Bool(true), Bool(true));
        let array = KeywordArray(vec!["a".into()]);
        for (value, to) in [
            (Double(2.5), SearchType::Int),
            (Double(f64::NAN), SearchType::Int),
            (Int(1), SearchType::Bool),
            (Datetime(1), SearchType::Int),
            (Keyword("a".into()), SearchType::KeywordArray),
            (array, SearchType::Keyword),
        ] {
            assert_eq!(value.converted(to), None, "{value:?} {to:?}");
        }
    }
}
