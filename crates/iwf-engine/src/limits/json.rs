//! How many values a JSON text holds, told without building any of them.
//!
//! A short text can become a large tree: `{},` are three bytes, an attribute is two hundred. So
//! the values are counted before they are decoded.

/// Values in the JSON of one request body or one worker answer: objects, lists, texts, numbers.
pub(crate) const VALUES_MAX: usize = 100_000;

/// Whether decoding would make more than [`VALUES_MAX`] values.
pub(crate) fn has_too_many_values(json: &[u8]) -> bool {
    // What is counted has a byte of its own.
    json.len() > VALUES_MAX && count(json) > VALUES_MAX
}

/// Counts separators and opening brackets outside of texts, which is never less than the values.
fn count(json: &[u8]) -> usize {
    let mut values = 1;
    let mut rest = json.iter();
    while let Some(byte) = rest.next() {
        match byte {
            b',' | b':' | b'[' | b'{' => values += 1,
            b'"' => skip_text(&mut rest),
            _ => {}
        }
    }
    values
}

fn skip_text(rest: &mut std::slice::Iter<'_, u8>) {
    while let Some(byte) = rest.next() {
        match byte {
            b'"' => return,
            b'\\' => _ = rest.next(),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_not_looked_into() {
        assert_eq!(count(br#""a,b:[{\",\\""#), 1);
        assert_eq!(count(br#"["\\",1]"#), 3);
    }

    #[test]
    fn a_list_may_be_as_long_as_the_limit() {
        let list = |length| format!("[{}]", vec!["{}"; length].join(","));
        // An empty object counts for two, its separator and its bracket.
        assert!(!has_too_many_values(list(VALUES_MAX / 2 - 1).as_bytes()));
        assert!(has_too_many_values(list(VALUES_MAX / 2).as_bytes()));
    }

    #[test]
    fn one_large_text_is_one_value() {
        let text = format!("\"{}\"", ",".repeat(10 * VALUES_MAX));
        assert!(!has_too_many_values(text.as_bytes()));
    }
}
