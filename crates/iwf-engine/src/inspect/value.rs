//! A user's value: how large it is and, on demand, how it begins.

use iwf_engine_core::Payload;
use serde::Serialize;

/// A value that a workflow was given or made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Value {
    /// The encoding as its writer named it, such as `json`.
    pub encoding: Option<String>,
    /// Encoding and data together, in bytes.
    pub size_bytes: usize,
    /// How the data begins, if values were asked for.
    pub text: Option<String>,
    /// Whether `text` is not all of it.
    pub is_cut: bool,
}

impl Value {
    /// With at most so many characters of its data; 0 leaves the text out.
    pub(super) fn new(payload: &Payload, chars_max: usize) -> Self {
        let data = payload.data.as_deref();
        let shown = data.filter(|_| chars_max > 0);
        let end = shown.and_then(|data| Some(data.char_indices().nth(chars_max)?.0));
        let kept = |data: &str| {
            end.and_then(|end| data.get(..end))
                .unwrap_or(data)
                .to_owned()
        };
        Self {
            encoding: payload.encoding.as_deref().map(str::to_owned),
            size_bytes: payload.size_bytes(),
            text: shown.map(kept),
            is_cut: end.is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(data: &str, chars_max: usize) -> (Option<String>, bool) {
        let payload = Payload {
            data: Some(data.into()),
            ..Payload::default()
        };
        let value = Value::new(&payload, chars_max);
        assert_eq!(value.size_bytes, data.len());
        (value.text, value.is_cut)
    }

    #[test]
    fn a_value_is_cut_between_characters() {
        assert_eq!(value("äöü", 2), (Some("äö".to_owned()), true));
        assert_eq!(value("äöü", 3), (Some("äöü".to_owned()), false));
        assert_eq!(value("äöü", 0), (None, false));
    }
}
