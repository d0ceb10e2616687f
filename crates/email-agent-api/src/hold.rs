//! What an email on hold tells.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Schedule, to_say};

/// An approved email whose time has come and that stays here for now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// What holds it.
    pub why: HoldReason,
    /// What was approved.
    pub schedule: Schedule,
    /// Since when.
    pub since: DateTime<Utc>,
    /// When it tries again by itself; none if it waits for a person, or for a change of the settings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<Utc>>,
}

/// Why an approved email may not leave now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldReason {
    /// Everything is on hold.
    Everything,
    /// The program was off at its time, for longer than was agreed.
    Late,
    /// Its deadline is over.
    PastDeadline,
    /// The data was restored from a backup: it may have left before.
    Restored,
    /// As many as may have left in this hour.
    HourlyLimit,
    /// As many as may have left in this day.
    DailyLimit,
    /// A recipient's domain is not one of those that mail may leave to.
    Domain,
    /// It could not be counted, because the file with the counts cannot be used.
    Uncounted,
}

impl HoldReason {
    /// What holds the email and what to do, for people.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Everything => to_say("All outgoing mail is paused."),
            Self::Late => to_say(
                "The program was off when this should have left. Send it now, or choose another time.",
            ),
            Self::PastDeadline => to_say(
                "Its deadline is over. Change or remove the deadline to send it after all, or cancel it.",
            ),
            Self::Restored => to_say(
                "The data was restored from a backup, so this may have been sent before. Look whether it was, then send or cancel it.",
            ),
            Self::HourlyLimit => to_say("As many emails as are allowed in an hour have left."),
            Self::DailyLimit => to_say("As many emails as are allowed in a day have left."),
            Self::Domain => to_say(
                "A recipient is at a domain that mail may not leave to. Change the recipient, or the settings.",
            ),
            Self::Uncounted => {
                to_say("The count of sent emails cannot be read or written at the moment.")
            }
        }
    }
}
