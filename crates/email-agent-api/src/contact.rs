//! Whom a person writes to, and names that stand for more than one of them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::Recipient;

/// Where a contact comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactSource {
    /// Learnt from an email that the mail server has accepted.
    Sent,
    /// Written by the person.
    You,
}

/// Somebody whom the person writes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Name and address.
    pub recipient: Recipient,
    /// Where it comes from.
    pub source: ContactSource,
    /// When an email first went there; none if never.
    pub first_used: Option<DateTime<Utc>>,
    /// When an email last went there.
    pub last_used: Option<DateTime<Utc>>,
    /// How many emails went there.
    pub times_used: u32,
}

/// Which contacts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ContactQuery {
    /// Words that must all stand in the name or the address, whatever their case and accents.
    pub search: String,
    /// `next` of the page before; none for the first page.
    pub page: Option<String>,
}

/// One page of contacts, those used most first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contacts {
    /// The contacts of this page.
    pub contacts: Vec<Contact>,
    /// Asks for the next page; none at the end.
    pub next: Option<String>,
    /// About all of them.
    pub book: ContactBook,
}

/// About all contacts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactBook {
    /// Whether the people whom emails are sent to are remembered.
    pub remembers: bool,
    /// How many contacts there are.
    pub count: u32,
}

/// A contact as the person writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaveContact {
    /// Name and address.
    pub recipient: Recipient,
    /// The address that it had before, where that is another one.
    #[serde(default)]
    pub replaces: Option<Recipient>,
}

/// A name in a request, and the contacts that it may stand for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameChoice {
    /// The name, as it was written.
    pub name: String,
    /// The contacts, those used most first.
    pub candidates: Vec<Recipient>,
}
