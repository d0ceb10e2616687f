//! Short texts with a limit, and secrets that go in only.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{limits::SECRET_CHARS_MAX, strip_unprintable};

/// Why a text cannot be kept, as a sentence for the person who typed it. Never repeats a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PreferenceError {
    /// A line break or another control character.
    #[error("A line break or control character cannot stand here: write it in one line.")]
    ControlCharacter,
    /// Beyond the limit.
    #[error("This has {actual} characters; the limit is {limit}. Shorten it.")]
    TooLong {
        /// Its length.
        actual: usize,
        /// The limit.
        limit: usize,
    },
    /// Not the name of a server.
    #[error("This is not the name of a server. It should look like smtp.example.com.")]
    NotAHost,
}

/// One line, at most `MAX` characters, without white space at its ends; may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Line<const MAX: usize>(String);

/// Lines of text, at most `MAX` characters in all, without white space at the end; may be empty.
/// What cannot be printed is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Paragraphs<const MAX: usize>(String);

impl<const MAX: usize> FromStr for Line<MAX> {
    type Err = PreferenceError;

    fn from_str(text: &str) -> Result<Self, PreferenceError> {
        let text = text.trim();
        if text
            .chars()
            .any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'))
        {
            return Err(PreferenceError::ControlCharacter);
        }
        within(text, MAX).map(|text| Self(text.to_owned()))
    }
}

impl<const MAX: usize> FromStr for Paragraphs<MAX> {
    type Err = PreferenceError;

    fn from_str(text: &str) -> Result<Self, PreferenceError> {
        let (text, _) = strip_unprintable(text);
        let text = text.trim_end().trim_start_matches('\n');
        within(text, MAX).map(|text| Self(text.to_owned()))
    }
}

fn within(text: &str, limit: usize) -> Result<&str, PreferenceError> {
    let actual = text.chars().count();
    if actual > limit {
        return Err(PreferenceError::TooLong { actual, limit });
    }
    Ok(text)
}

macro_rules! text {
    ($name:ident) => {
        impl<const MAX: usize> $name<MAX> {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The text, if there is any.
            #[must_use]
            pub fn present(&self) -> Option<&str> {
                (!self.0.is_empty()).then_some(self.0.as_str())
            }
        }

        impl<const MAX: usize> TryFrom<String> for $name<MAX> {
            type Error = PreferenceError;

            fn try_from(text: String) -> Result<Self, PreferenceError> {
                text.parse()
            }
        }

        impl<const MAX: usize> From<$name<MAX>> for String {
            fn from(text: $name<MAX>) -> Self {
                text.0
            }
        }
    };
}

text!(Line);
text!(Paragraphs);

/// A password or key on its way in. It is not shown by `Debug` and cannot be serialized.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct WriteOnly(String);

impl WriteOnly {
    /// The secret, for whoever keeps it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for WriteOnly {
    type Err = PreferenceError;

    fn from_str(text: &str) -> Result<Self, PreferenceError> {
        if text.chars().any(char::is_control) {
            return Err(PreferenceError::ControlCharacter);
        }
        within(text, SECRET_CHARS_MAX).map(|text| Self(text.to_owned()))
    }
}

impl TryFrom<String> for WriteOnly {
    type Error = PreferenceError;

    fn try_from(text: String) -> Result<Self, PreferenceError> {
        text.parse()
    }
}

impl fmt::Debug for WriteOnly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WriteOnly(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_line_and_ends_at_its_limit() {
        assert_eq!(" Ana ".parse::<Line<3>>().unwrap().as_str(), "Ana");
        assert!("".parse::<Line<3>>().unwrap().present().is_none());
        assert_eq!(
            "Ana Sousa".parse::<Line<8>>(),
            Err(PreferenceError::TooLong {
                actual: 9,
                limit: 8
            })
        );
        for bad in ["a\nb", "a\u{2028}b", "a\0"] {
            assert_eq!(
                bad.parse::<Line<9>>(),
                Err(PreferenceError::ControlCharacter),
                "{bad:?}"
            );
        }
    }

    #[test]
    fn paragraphs_keep_their_lines() {
        let text = "\r\n  Ana\r\nACME\0\n\n".parse::<Paragraphs<20>>().unwrap();
        assert_eq!(text.as_str(), "  Ana\nACME");
        assert!("é".repeat(21).parse::<Paragraphs<20>>().is_err());
        assert!("é".repeat(20).parse::<Paragraphs<20>>().is_ok());
    }

    #[test]
    fn a_secret_is_not_shown() {
        let secret: WriteOnly = serde_json::from_str("\"hunter2\"").unwrap();
        assert_eq!(secret.expose(), "hunter2");
        assert!(!format!("{secret:?}").contains("hunter2"));
        assert!("a\nb".parse::<WriteOnly>().is_err());
        assert!(
            "x".repeat(SECRET_CHARS_MAX + 1)
                .parse::<WriteOnly>()
                .is_err()
        );
    }
}
