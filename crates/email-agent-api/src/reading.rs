//! What a draft in a foreign language says: a plain translation beside it, to read and never to send.

use serde::{Deserialize, Serialize};

use crate::{AgentError, IdempotencyKey, Version, limits::LANGUAGE_TAG_CHARS_MAX, to_say};

/// Asks what a version says. RPC `read_back`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadBackRequest {
    /// Makes a repeat harmless.
    pub key: IdempotencyKey,
    /// The version that is looked at; only the newest can be asked about.
    pub version: Version,
    /// The person's language.
    pub language: LanguageTag,
}

/// What a version says, or that it is being found out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// The version.
    pub version: Version,
    /// Into which language.
    pub language: LanguageTag,
    /// Subject and body, empty until they are there.
    pub text: String,
    /// It could not be found out; `text` says why, and what to do.
    pub failed: bool,
}

impl Reading {
    /// Whether the assistant is at it.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.text.is_empty()
    }
}

/// A language as browsers name it: `en`, `pt-BR`, `zh-Hans`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LanguageTag(String);

impl LanguageTag {
    /// The tag.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for LanguageTag {
    type Err = AgentError;

    fn from_str(text: &str) -> Result<Self, AgentError> {
        let is_part = |part: &str| {
            (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        };
        let mut parts = text.split('-');
        let is_language = |part: &str| {
            (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphabetic())
        };
        let well_formed = text.len() <= LANGUAGE_TAG_CHARS_MAX
            && parts.next().is_some_and(is_language)
            && parts.all(is_part);
        if well_formed {
            Ok(Self(text.to_owned()))
        } else {
            Err(AgentError::bad_input(
                "language",
                to_say("This is no language tag. It should look like en or pt-BR."),
            ))
        }
    }
}

impl TryFrom<String> for LanguageTag {
    type Error = AgentError;

    fn try_from(text: String) -> Result<Self, AgentError> {
        text.parse()
    }
}

impl From<LanguageTag> for String {
    fn from(tag: LanguageTag) -> Self {
        tag.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_browsers_and_nothing_else() {
        for good in ["en", "pt-BR", "zh-Hans-CN", "es-419", "gsw"] {
            assert!(good.parse::<LanguageTag>().is_ok(), "{good}");
        }
        for bad in ["", "e", "en_GB", "en-", "english please", "\u{e9}n", "12"] {
            assert!(bad.parse::<LanguageTag>().is_err(), "{bad}");
        }
        assert!("a-".repeat(40).parse::<LanguageTag>().is_err());
    }
}
