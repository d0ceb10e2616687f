//! The list of a person's emails.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{EmailId, SendWish, StageKind};

/// Which page of the list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    /// `next` of the page before; none for the first page.
    pub page: Option<String>,
}

/// One page of the list: open emails first, newest start first; then ended ones.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailList {
    /// The emails of this page.
    pub emails: Vec<EmailSummary>,
    /// Asks for the next page; none at the end.
    pub next: Option<String>,
}

/// One row of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailSummary {
    /// Which email.
    pub id: EmailId,
    /// Where it is in its life.
    pub stage: StageKind,
    /// Recipients as one line; empty if there are none yet.
    pub to: String,
    /// Subject, or the first words of the request, or empty.
    pub title: String,
    /// When it leaves or was meant to leave.
    pub send_at: Option<SendWish>,
    /// When something last happened to it.
    pub changed_at: DateTime<Utc>,
}
