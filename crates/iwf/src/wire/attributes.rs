//! Search attributes: seven types in five carriers, and dates as text.

use crate::search_value::{SearchType, SearchValue};
use chrono::{DateTime, SecondsFormat, Utc};
use iwf_protocol::{
    SearchAttribute, SearchAttributeKeyAndType, SearchAttributeValueType as WireType,
};
use std::time::SystemTime;

pub(crate) fn search_to_wire(key: &str, value: SearchValue) -> SearchAttribute {
    let mut attribute = SearchAttribute {
        key: key.to_owned(),
        value_type: Some(type_to_wire(value.search_type())),
        ..SearchAttribute::default()
    };
    match value {
        SearchValue::Keyword(text) | SearchValue::Text(text) => attribute.string_value = Some(text),
        SearchValue::DateTime(moment) => attribute.string_value = Some(date_to_wire(moment)),
        SearchValue::Int(number) => attribute.integer_value = Some(number),
        SearchValue::Double(number) => attribute.double_value = Some(number),
        SearchValue::Bool(flag) => attribute.bool_value = Some(flag),
        SearchValue::KeywordArray(list) => attribute.string_array_value = list,
    }
    attribute
}

/// `None` for an attribute without a value or without a type.
pub(crate) fn search_from_wire(attribute: SearchAttribute) -> Option<(String, SearchValue)> {
    let text = attribute.string_value;
    let value = match attribute.value_type? {
        WireType::Keyword => SearchValue::Keyword(text?),
        WireType::Text => SearchValue::Text(text?),
        // A date that cannot be read stays text, so that its reader hears of a wrong type.
        WireType::Datetime => match (date_from_wire(text.as_deref()?), text) {
            (Some(moment), _) => SearchValue::DateTime(moment),
            (None, text) => SearchValue::Text(text?),
        },
        WireType::Int => SearchValue::Int(attribute.integer_value?),
        WireType::Double => SearchValue::Double(attribute.double_value?),
        WireType::Bool => SearchValue::Bool(attribute.bool_value?),
        WireType::KeywordArray => SearchValue::KeywordArray(attribute.string_array_value),
    };
    Some((attribute.key, value))
}

pub(crate) fn search_key(key: &str, search_type: SearchType) -> SearchAttributeKeyAndType {
    SearchAttributeKeyAndType {
        key: key.to_owned(),
        value_type: Some(type_to_wire(search_type)),
    }
}

fn type_to_wire(search_type: SearchType) -> WireType {
    match search_type {
        SearchType::Keyword => WireType::Keyword,
        SearchType::Text => WireType::Text,
        SearchType::DateTime => WireType::Datetime,
        SearchType::Int => WireType::Int,
        SearchType::Double => WireType::Double,
        SearchType::Bool => WireType::Bool,
        SearchType::KeywordArray => WireType::KeywordArray,
    }
}

/// The original server takes milliseconds and a numeric offset, and refuses `Z`.
fn date_to_wire(moment: SystemTime) -> String {
    DateTime::<Utc>::from(moment).to_rfc3339_opts(SecondsFormat::Millis, false)
}

/// Answers come with `Z`; a worker sees the text that was last written, which may also be a number
/// of nanoseconds.
fn date_from_wire(text: &str) -> Option<SystemTime> {
    if let Ok(date) = DateTime::parse_from_rfc3339(text) {
        return Some(date.into());
    }
    text.parse()
        .ok()
        .map(|nanos| DateTime::<Utc>::from_timestamp_nanos(nanos).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, UNIX_EPOCH};

    #[test]
    fn every_type_comes_back() {
        let moment = UNIX_EPOCH + Duration::from_millis(1_704_189_845_123);
        for value in [
            SearchValue::Keyword("a".into()),
            SearchValue::Text("a b".into()),
            SearchValue::DateTime(moment),
            SearchValue::Int(i64::MAX),
            SearchValue::Double(0.5),
            SearchValue::Bool(false),
            SearchValue::KeywordArray(vec!["a".into(), "b".into()]),
        ] {
            let there = search_to_wire("K", value.clone());
            assert_eq!(search_from_wire(there), Some(("K".to_owned(), value)));
        }
    }

    #[test]
    fn dates_have_a_numeric_offset() {
        assert_eq!(date_to_wire(UNIX_EPOCH), "1970-01-01T00:00:00.000+00:00");
    }

    #[test]
    fn dates_of_answers_and_of_other_writers_are_read() {
        let moment = Some(UNIX_EPOCH + Duration::from_secs(1_704_189_845));
        assert_eq!(date_from_wire("2024-01-02T10:04:05Z"), moment);
        assert_eq!(date_from_wire("2024-01-02T12:04:05+02:00"), moment);
        assert_eq!(date_from_wire("1704189845000000000"), moment);
        assert_eq!(date_from_wire("3d"), None);
    }

    #[test]
    fn a_value_or_type_that_is_missing_reads_as_absent() {
        let typed = SearchAttribute {
            key: "K".into(),
            value_type: Some(WireType::Int),
            ..SearchAttribute::default()
        };
        assert_eq!(search_from_wire(typed), None);
        let untyped = SearchAttribute {
            string_value: Some("a".into()),
            ..SearchAttribute::default()
        };
        assert_eq!(search_from_wire(untyped), None);
    }
}
