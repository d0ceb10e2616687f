//! Names of things that cross the wire: the id of an email, the key of a command.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{AgentError, limits::KEY_CHARS_MAX};

/// The id of one email and of the workflow that takes care of it: `email-` and 26 characters of
/// lower-case base 32, 130 random bits made by the server. Who knows it may act on the email, so it
/// is unguessable.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailId(String);

const RANDOM_CHARS: usize = 26;
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

fn from_random(prefix: &str, bytes: [u8; RANDOM_CHARS]) -> String {
    let mut text = String::from(prefix);
    text.extend(bytes.map(|byte| char::from(ALPHABET[usize::from(byte & 31)])));
    text
}

fn is_well_formed(prefix: &str, text: &str) -> bool {
    let random = text.strip_prefix(prefix).unwrap_or_default();
    random.len() == RANDOM_CHARS && random.bytes().all(|byte| ALPHABET.contains(&byte))
}

impl EmailId {
    const PREFIX: &str = "email-";

    /// The id that these random bytes stand for; five bits of each are used.
    #[must_use]
    pub fn from_random(bytes: [u8; 26]) -> Self {
        Self(from_random(Self::PREFIX, bytes))
    }

    /// The id as text, as it stands in addresses.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for EmailId {
    type Err = AgentError;

    fn from_str(text: &str) -> Result<Self, AgentError> {
        // A malformed id and an unknown one look the same to the caller: there is no such email.
        if is_well_formed(Self::PREFIX, text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(AgentError::not_found())
        }
    }
}

impl TryFrom<String> for EmailId {
    type Error = AgentError;

    fn try_from(text: String) -> Result<Self, AgentError> {
        text.parse()
    }
}

impl From<EmailId> for String {
    fn from(id: EmailId) -> Self {
        id.0
    }
}

impl fmt::Display for EmailId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The id of one file of one email: `file-` and 26 characters of lower-case base 32. It means nothing
/// without the email.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FileId(String);

impl FileId {
    const PREFIX: &str = "file-";

    /// The id that these random bytes stand for; five bits of each are used.
    #[must_use]
    pub fn from_random(bytes: [u8; 26]) -> Self {
        Self(from_random(Self::PREFIX, bytes))
    }

    /// The id as text, as it stands in addresses.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for FileId {
    type Err = AgentError;

    fn from_str(text: &str) -> Result<Self, AgentError> {
        if is_well_formed(Self::PREFIX, text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(AgentError::not_found())
        }
    }
}

impl TryFrom<String> for FileId {
    type Error = AgentError;

    fn try_from(text: String) -> Result<Self, AgentError> {
        text.parse()
    }
}

impl From<FileId> for String {
    fn from(id: FileId) -> Self {
        id.0
    }
}

impl fmt::Display for FileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Made by the caller, once for each thing a person does: the same key again means "the same
/// press of the button", and has no second effect.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for IdempotencyKey {
    type Err = AgentError;

    fn from_str(text: &str) -> Result<Self, AgentError> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if text.is_empty() || text.len() > KEY_CHARS_MAX || !text.bytes().all(allowed) {
            return Err(AgentError::bad_input(
                "key",
                format!(
                    "The key must be 1 to {KEY_CHARS_MAX} letters, digits, '-' or '_': make a new random one for each action."
                ),
            ));
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for IdempotencyKey {
    type Error = AgentError;

    fn try_from(text: String) -> Result<Self, AgentError> {
        text.parse()
    }
}

impl From<IdempotencyKey> for String {
    fn from(key: IdempotencyKey) -> Self {
        key.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_the_wire_and_nothing_else_does() {
        let id = EmailId::from_random([7; 26]);
        assert_eq!(id.as_str().parse::<EmailId>(), Ok(id));
        let file = FileId::from_random([7; 26]);
        assert!(file.as_str().parse::<EmailId>().is_err());
        assert_eq!(file.as_str().parse::<FileId>(), Ok(file));
        for bad in [
            "",
            "email-",
            "email-aaaa",
            "mail-aaaaaaaaaaaaaaaaaaaaaaaaaa",
            "email-../../../../../etc/passwdx",
        ] {
            assert!(bad.parse::<EmailId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_key_has_a_size_and_an_alphabet() {
        assert!("a".repeat(KEY_CHARS_MAX).parse::<IdempotencyKey>().is_ok());
        for bad in [
            String::new(),
            "a".repeat(KEY_CHARS_MAX + 1),
            "a b".to_owned(),
            "a\n".to_owned(),
        ] {
            assert!(bad.parse::<IdempotencyKey>().is_err(), "{bad:?}");
        }
    }
}
