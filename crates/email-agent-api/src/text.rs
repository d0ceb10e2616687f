//! Text that may stand in a header, and text that may stand in a body.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::limits::SUBJECT_CHARS_MAX;

/// Text for one header line: no line break, no control character, not endless. A break in a header
/// would let its author add headers (`Bcc: …`), so it is refused at every door.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HeaderText(String);

/// Why a text cannot stand in a header.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TextError {
    /// It has a line break or another control character.
    #[error("A line break or control character cannot stand here: write it in one line.")]
    ControlCharacter,
    /// It is too long.
    #[error("This has {actual} characters; the limit is {SUBJECT_CHARS_MAX}. Shorten it.")]
    TooLong {
        /// Its length in characters.
        actual: usize,
    },
}

impl HeaderText {
    /// The text with every run of control characters shown as one space, and cut at the limit: for
    /// text whose author cannot be asked to correct it (a language model).
    #[must_use]
    pub fn from_untrusted(text: &str) -> Self {
        let spaced: String = text
            .chars()
            .map(|c| if is_forbidden(c) { ' ' } else { c })
            .collect();
        let folded = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
        Self(folded.chars().take(SUBJECT_CHARS_MAX).collect())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing but white space is in it.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.0.trim().is_empty()
    }
}

/// Control characters, and the two separators that mail programs treat as line breaks.
fn is_forbidden(c: char) -> bool {
    c.is_control() || c == '\u{2028}' || c == '\u{2029}'
}

impl FromStr for HeaderText {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        if text.chars().any(is_forbidden) {
            return Err(TextError::ControlCharacter);
        }
        let actual = text.chars().count();
        if actual > SUBJECT_CHARS_MAX {
            return Err(TextError::TooLong { actual });
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for HeaderText {
    type Error = TextError;

    fn try_from(text: String) -> Result<Self, TextError> {
        text.parse()
    }
}

impl From<HeaderText> for String {
    fn from(text: HeaderText) -> Self {
        text.0
    }
}

impl fmt::Display for HeaderText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Removes what cannot be printed and cannot be mailed (zero bytes and other control characters,
/// but not tabs and line breaks), makes all line breaks `\n`, and says how many characters went.
#[must_use]
pub fn strip_unprintable(text: &str) -> (String, usize) {
    let unified = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept: String = unified
        .chars()
        .filter(|&c| !c.is_control() || c == '\n' || c == '\t')
        .collect();
    let removed = unified.chars().count() - kept.chars().count();
    (kept, removed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_has_one_line() {
        for bad in [
            "a\nBcc: evil@example.net",
            "a\rb",
            "a\0b",
            "a\u{2028}b",
            "a\u{7f}",
        ] {
            assert_eq!(
                bad.parse::<HeaderText>(),
                Err(TextError::ControlCharacter),
                "{bad:?}"
            );
        }
        assert_eq!(
            HeaderText::from_untrusted("Olá,\r\nBcc: x").as_str(),
            "Olá, Bcc: x"
        );
    }

    #[test]
    fn a_header_has_a_length() {
        assert!("é".repeat(SUBJECT_CHARS_MAX).parse::<HeaderText>().is_ok());
        let actual = SUBJECT_CHARS_MAX + 1;
        assert_eq!(
            "é".repeat(actual).parse::<HeaderText>(),
            Err(TextError::TooLong { actual })
        );
    }

    #[test]
    fn a_body_keeps_its_lines_and_loses_its_zero_bytes() {
        assert_eq!(
            strip_unprintable("a\r\nb\rc\td\0"),
            ("a\nb\nc\td".to_owned(), 1)
        );
    }
}
