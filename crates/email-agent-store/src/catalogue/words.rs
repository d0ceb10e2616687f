//! What is searched through, and what is searched for, as the search of SQLite wants it.

/// The text as it is put into the search. Chinese and Japanese set no spaces between words, so each
/// of their characters counts as a word: then a part of a line is found as well.
pub(super) fn searchable(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len());
    for c in text.chars() {
        if stands_alone(c) {
            spaced.extend([' ', c, ' ']);
        } else {
            spaced.push(c);
        }
    }
    spaced
}

/// What was typed, as a question: every word must occur, the last letters of each may be missing.
/// None if there is no word in it. Quotes keep what a person types from being read as operators.
pub(super) fn question(typed: &str) -> Option<String> {
    let words: Vec<_> = typed
        .split_whitespace()
        // A word without any letter or digit would match nothing.
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .map(|word| format!("\"{}\"*", searchable(&word.replace('"', " "))))
        .collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// Kana, and the ideographs in use.
fn stands_alone(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_has_no_operators() {
        assert_eq!(
            question("ana OR \"x"),
            Some("\"ana\"* \"OR\"* \" x\"*".to_owned())
        );
        assert_eq!(question(" * - \" "), None);
        assert_eq!(question("日本"), Some("\" 日  本 \"*".to_owned()));
    }
}
