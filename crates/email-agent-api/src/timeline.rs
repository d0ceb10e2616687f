//! What `timeline` answers: every step of one email's life, in order, in words.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Revision, Speaker, Version};

/// The steps of one email.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timeline {
    /// Orders answers; the same as that of `describe`.
    pub revision: Revision,
    /// Steps before the first one were dropped.
    pub is_cut: bool,
    /// Oldest first; the last one may be what is waited for now, or why that fails.
    pub steps: Vec<Step>,
    /// Ids, Message-IDs, what mail servers said and every attempt, as text to hand on.
    pub details: String,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Rises by one with each step; what is waited for has the number of the step it will be.
    pub number: u32,
    /// When.
    pub at: DateTime<Utc>,
    /// The same as the person's clock shows it: `Tue 24 Nov 2026, 09:00:02`.
    pub when: String,
    /// Who did it; the program itself is `system`.
    pub who: Speaker,
    /// How it went.
    pub mood: Mood,
    /// The version of the email that it is about; 0 for none.
    pub version: Version,
    /// What happened, in a sentence or two.
    pub text: String,
    /// What there is to know beyond that: attempts that were folded, the mail server's own words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub more: Vec<String>,
}

/// How a step went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mood {
    /// It happened.
    #[default]
    Quiet,
    /// It goes on, or is waited for.
    Busy,
    /// It went well.
    Good,
    /// It did not.
    Bad,
}
