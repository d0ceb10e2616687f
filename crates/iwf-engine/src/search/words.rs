//! How attributes of type TEXT are searched: `=` holds if they share a word with the query.

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;

/// The SQL function `has_word_of(text, wanted)`.
pub(super) const FUNCTION: &str = "has_word_of";

/// Makes the SQL function known to a connection.
pub(super) fn register(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function(FUNCTION, 2, flags, |arguments| {
        let text = arguments.get_raw(0).as_str_or_null()?.unwrap_or_default();
        let wanted = arguments.get_raw(1).as_str_or_null()?.unwrap_or_default();
        Ok(has_word_of(text, wanted))
    })
}

fn has_word_of(text: &str, wanted: &str) -> bool {
    let wanted: Vec<String> = words(wanted).collect();
    words(text).any(|word| wanted.contains(&word))
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_word_in_common_is_enough() {
        assert!(has_word_of("Some text, here", "TEXT"));
        assert!(has_word_of("Some text, here", "other here"));
        assert!(has_word_of("Grüße aus Köln", "köln"));
        assert!(!has_word_of("Some text, here", "tex"));
        assert!(!has_word_of("Some text, here", ""));
        assert!(!has_word_of("", "text"));
    }
}
