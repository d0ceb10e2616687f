//! Which message an email answers: what becomes its headers `In-Reply-To` and `References`
//! (RFC 5322, 3.6.4), by which mail programs show a conversation as one.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::limits::{MESSAGE_ID_CHARS_MAX, REFERENCES_MAX};

/// The `Message-ID` of a message: `<left@right>`, printable ASCII without blanks, because it is copied
/// into a header as it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MessageId(String);

/// Why something is no [`Thread`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ThreadError {
    /// It is no Message-ID.
    #[error("This is not a Message-ID. It should look like <abc@mail.example.com>.")]
    NotAnId,
    /// Too many references.
    #[error("These are {actual} references; the limit is {REFERENCES_MAX}. Keep the last ones.")]
    TooMany {
        /// How many.
        actual: usize,
    },
}

impl MessageId {
    /// The text, with its angle brackets.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for MessageId {
    type Err = ThreadError;

    fn from_str(text: &str) -> Result<Self, ThreadError> {
        let inner = text
            .strip_prefix('<')
            .and_then(|text| text.strip_suffix('>'));
        let (left, right) = inner
            .and_then(|inner| inner.split_once('@'))
            .ok_or(ThreadError::NotAnId)?;
        let allowed = |part: &str| {
            let printable = |c: char| c.is_ascii_graphic() && !matches!(c, '<' | '>' | '@');
            !part.is_empty() && part.chars().all(printable)
        };
        if text.len() <= MESSAGE_ID_CHARS_MAX && allowed(left) && allowed(right) {
            Ok(Self(text.to_owned()))
        } else {
            Err(ThreadError::NotAnId)
        }
    }
}

impl TryFrom<String> for MessageId {
    type Error = ThreadError;

    fn try_from(text: String) -> Result<Self, ThreadError> {
        text.parse()
    }
}

impl From<MessageId> for String {
    fn from(id: MessageId) -> Self {
        id.0
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What an email answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "ThreadWire")]
pub struct Thread {
    /// The message that is answered.
    pub in_reply_to: MessageId,
    /// What that message itself refers to, the first of the conversation first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<MessageId>,
}

#[derive(Deserialize)]
struct ThreadWire {
    in_reply_to: MessageId,
    #[serde(default)]
    references: Vec<MessageId>,
}

impl TryFrom<ThreadWire> for Thread {
    type Error = ThreadError;

    fn try_from(wire: ThreadWire) -> Result<Self, ThreadError> {
        let actual = wire.references.len();
        if actual > REFERENCES_MAX {
            return Err(ThreadError::TooMany { actual });
        }
        Ok(Self {
            in_reply_to: wire.in_reply_to,
            references: wire.references,
        })
    }
}

impl Thread {
    /// The content of `References`: what is answered comes last.
    #[must_use]
    pub fn references_text(&self) -> String {
        let mut all: Vec<_> = self.references.iter().map(MessageId::as_str).collect();
        if all.last() != Some(&self.in_reply_to.as_str()) {
            all.push(self.in_reply_to.as_str());
        }
        all.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_id_cannot_bring_headers_along() {
        let good: MessageId = "<a.b+c@mail.example.com>".parse().unwrap();
        assert_eq!(good.as_str(), "<a.b+c@mail.example.com>");
        for bad in [
            "a@b",
            " <a@b>",
            "<a b@c>",
            "<a@b>\r\nBcc: evil@example.net",
            "<@b>",
            "<a@>",
            "<a@b@c>",
            "<á@b>",
            "",
        ] {
            assert_eq!(bad.parse::<MessageId>(), Err(ThreadError::NotAnId), "{bad}");
        }
        let long = format!("<{}@b>", "a".repeat(MESSAGE_ID_CHARS_MAX));
        assert!(long.parse::<MessageId>().is_err());
    }

    #[test]
    fn what_is_answered_is_the_last_reference() {
        let read = |json: &str| serde_json::from_str::<Thread>(json);
        let thread = read(r#"{"in_reply_to": "<b@x>", "references": ["<a@x>"]}"#).unwrap();
        assert_eq!(thread.references_text(), "<a@x> <b@x>");
        let thread = read(r#"{"in_reply_to": "<b@x>", "references": ["<a@x>", "<b@x>"]}"#).unwrap();
        assert_eq!(thread.references_text(), "<a@x> <b@x>");
        let alone = read(r#"{"in_reply_to": "<b@x>"}"#).unwrap();
        assert_eq!(alone.references_text(), "<b@x>");
        let many = vec!["\"<a@x>\""; REFERENCES_MAX + 1].join(",");
        let error = read(&format!(
            r#"{{"in_reply_to": "<b@x>", "references": [{many}]}}"#
        ));
        assert!(error.unwrap_err().to_string().contains("the limit is"));
    }
}
