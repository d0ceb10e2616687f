//! One recipient: an address, and the name it goes with.

use std::{fmt, str::FromStr};

use email_address::{EmailAddress, Options};
use serde::{Deserialize, Serialize};

use crate::limits::RECIPIENT_CHARS_MAX;

/// `ana@example.com`, or `Ana Souza <ana@example.com>`. On the wire it is that text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Recipient {
    name: Option<String>,
    address: String,
}

/// Why a text is no recipient, as a sentence for the person who typed it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecipientError {
    /// Nothing there.
    #[error("Write an address, like ana@example.com.")]
    Empty,
    /// Beyond the limit.
    #[error("This address has more than {RECIPIENT_CHARS_MAX} characters.")]
    TooLong,
    /// A line break or control character.
    #[error("An address has no line breaks or control characters.")]
    ControlCharacter,
    /// Not an address.
    #[error("\u{201c}{0}\u{201d} is not an email address. It should look like ana@example.com.")]
    NotAnAddress(String),
}

impl Recipient {
    /// From a name, which may be empty, and a bare address.
    ///
    /// # Errors
    /// If one of them cannot stand in an address.
    pub fn named(name: &str, address: &str) -> Result<Self, RecipientError> {
        let name = name.trim();
        let bare: Self = address.parse()?;
        if name.is_empty() {
            return Ok(bare);
        }
        if name.contains(['<', '>']) {
            return Err(RecipientError::NotAnAddress(name.to_owned()));
        }
        let name = name.replace('"', "'");
        format!("\"{name}\" <{}>", bare.address).parse()
    }

    /// The display name, if there is one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The bare address.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Whether both stand for the same mailbox. Domains ignore case; so do, in practice, mailboxes.
    #[must_use]
    pub fn same_mailbox(&self, other: &Self) -> bool {
        self.address.to_lowercase() == other.address.to_lowercase()
    }

    /// Parses a list separated by commas, semicolons or line breaks, as people paste it. Commas
    /// inside quotes belong to a name. Empty parts are skipped; each other part is one result.
    #[must_use]
    pub fn parse_list(text: &str) -> Vec<Result<Self, RecipientError>> {
        Self::split_list(text)
            .iter()
            .map(|part| part.parse())
            .collect()
    }

    /// The parts of such a list, trimmed, without the empty ones. A quote that is never closed is a
    /// slip of the pen, and holds nothing together.
    #[must_use]
    pub fn split_list(text: &str) -> Vec<&str> {
        let quotes_pair = text.matches('"').count().is_multiple_of(2);
        let mut quoted = false;
        text.split(|c: char| {
            quoted ^= c == '"' && quotes_pair;
            !quoted && matches!(c, ',' | ';' | '\n' | '\r')
        })
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect()
    }
}

impl FromStr for Recipient {
    type Err = RecipientError;

    fn from_str(text: &str) -> Result<Self, RecipientError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(RecipientError::Empty);
        }
        if text.chars().count() > RECIPIENT_CHARS_MAX {
            return Err(RecipientError::TooLong);
        }
        if text.chars().any(char::is_control) {
            return Err(RecipientError::ControlCharacter);
        }
        let not_an_address = || RecipientError::NotAnAddress(text.to_owned());
        let (name, address) = match text
            .strip_suffix('>')
            .and_then(|rest| rest.rsplit_once('<'))
        {
            Some((name, address)) => (name.trim().trim_matches('"').trim(), address.trim()),
            None => ("", text),
        };
        if name.contains(['<', '>']) {
            return Err(not_an_address());
        }
        // A domain without a dot or an address literal is no place to mail to from here.
        let options = Options::default()
            .with_required_tld()
            .without_domain_literal()
            .without_display_text();
        EmailAddress::parse_with_options(address, options).map_err(|_| not_an_address())?;
        Ok(Self {
            name: (!name.is_empty()).then(|| name.to_owned()),
            address: address.to_owned(),
        })
    }
}

impl TryFrom<String> for Recipient {
    type Error = RecipientError;

    fn try_from(text: String) -> Result<Self, RecipientError> {
        text.parse()
    }
}

impl From<Recipient> for String {
    fn from(recipient: Recipient) -> Self {
        recipient.to_string()
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) if name.contains([',', ';', '"', '.', '@']) => {
                write!(f, "\"{}\" <{}>", name.replace('"', "'"), self.address)
            }
            Some(name) => write!(f, "{name} <{}>", self.address),
            None => f.write_str(&self.address),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses() {
        let ana: Recipient = " Ana Souza <ana@example.com> ".parse().unwrap();
        assert_eq!(
            (ana.name(), ana.address()),
            (Some("Ana Souza"), "ana@example.com")
        );
        assert_eq!(ana.to_string().parse::<Recipient>(), Ok(ana));
        let quoted: Recipient = "\"Souza, Ana\" <ana@example.com>".parse().unwrap();
        assert_eq!(quoted.name(), Some("Souza, Ana"));
        assert_eq!(quoted.to_string().parse::<Recipient>(), Ok(quoted));
        assert!("ana@bücher.example".parse::<Recipient>().is_ok());
        let named = Recipient::named(" Souza, \"Ana\" ", "ana@example.com").unwrap();
        assert_eq!(named.to_string(), "\"Souza, 'Ana'\" <ana@example.com>");
        assert!(Recipient::named("Ana <b@c.de>", "ana@example.com").is_err());
    }

    #[test]
    fn what_is_no_address() {
        for bad in [
            "ana@@example",
            "ana@exa mple.com",
            "Ana <>",
            "ana",
            "ana@localhost",
            "<ana@example.com",
            "a@b.c\nBcc: d@e.f",
            "@example.com",
        ] {
            assert!(bad.parse::<Recipient>().is_err(), "{bad}");
        }
    }

    #[test]
    fn lists_as_people_paste_them() {
        let list = Recipient::parse_list("a@example.com; \"B, b\" <b@example.com>,\n,nonsense");
        assert_eq!(list.len(), 3);
        assert!(list[0].is_ok() && list[1].is_ok() && list[2].is_err());
        let open = Recipient::split_list("\"Ana, a@example.com, b@example.com");
        assert_eq!(open, ["\"Ana", "a@example.com", "b@example.com"]);
    }
}
