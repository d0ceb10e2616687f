//! The seven types of search attributes and their values.
//!
//! A kind is a marker type that fixes the Rust type of the value, so that `Search<C, Int>` takes an
//! `i64` and nothing else. Dates are [`SystemTime`]; the forms they take on the wire are handled
//! where messages are made, in `wire`.

use std::time::SystemTime;

/// The type of a search attribute, as the server indexes it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SearchType {
    /// Exact text.
    Keyword,
    /// Text that is searched by word.
    Text,
    /// A moment.
    DateTime,
    /// A whole number.
    Int,
    /// A number.
    Double,
    /// True or false.
    Bool,
    /// Several exact texts.
    KeywordArray,
}

/// The value of one search attribute together with its type.
#[derive(Clone, PartialEq, Debug)]
pub enum SearchValue {
    /// Exact text.
    Keyword(String),
    /// Text that is searched by word.
    Text(String),
    /// A moment.
    DateTime(SystemTime),
    /// A whole number.
    Int(i64),
    /// A number.
    Double(f64),
    /// True or false.
    Bool(bool),
    /// Several exact texts.
    KeywordArray(Vec<String>),
}

impl SearchValue {
    /// The type that this value has.
    #[must_use]
    pub fn search_type(&self) -> SearchType {
        match self {
            Self::Keyword(_) => SearchType::Keyword,
            Self::Text(_) => SearchType::Text,
            Self::DateTime(_) => SearchType::DateTime,
            Self::Int(_) => SearchType::Int,
            Self::Double(_) => SearchType::Double,
            Self::Bool(_) => SearchType::Bool,
            Self::KeywordArray(_) => SearchType::KeywordArray,
        }
    }
}

/// Fixes the value type of a search attribute; implemented by the seven markers.
pub trait SearchKind: 'static {
    /// What is read and written.
    type Value: Clone + PartialEq + std::fmt::Debug + Send + 'static;
    /// How the server indexes it.
    const TYPE: SearchType;
    /// Adds the type to the value.
    fn wrap(value: Self::Value) -> SearchValue;
    /// The value, if it has this type.
    fn unwrap(value: SearchValue) -> Option<Self::Value>;
}

macro_rules! search_kinds {
    ($($(#[$doc:meta])* $name:ident => $value:ty),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name;
        impl SearchKind for $name {
            type Value = $value;
            const TYPE: SearchType = SearchType::$name;
            fn wrap(value: $value) -> SearchValue {
                SearchValue::$name(value)
            }
            fn unwrap(value: SearchValue) -> Option<$value> {
                match value {
                    SearchValue::$name(value) => Some(value),
                    _ => None,
                }
            }
        }
    )*};
}
search_kinds!(
    /// Search attribute of exact text.
    Keyword => String,
    /// Search attribute of text that is searched by word.
    Text => String,
    /// Search attribute of a moment.
    DateTime => SystemTime,
    /// Search attribute of a whole number. Beyond 2^53 some servers lose precision.
    Int => i64,
    /// Search attribute of a number.
    Double => f64,
    /// Search attribute that is true or false.
    Bool => bool,
    /// Search attribute of several exact texts.
    KeywordArray => Vec<String>,
);
