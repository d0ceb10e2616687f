//! The list of a person's emails: what is asked of it, what it answers, and how it is arranged.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{EmailId, SendWish, StageKind, to_say};

/// Which emails, and which page of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    /// `next` of the page before; none for the first page.
    pub page: Option<String>,
    /// Which part of them.
    pub show: Show,
    /// Words that all must occur: in recipients, subject, name or text. Empty for everything.
    pub search: String,
}

/// A part of the list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Show {
    /// Everything that is neither archived nor deleted.
    #[default]
    All,
    /// What waits for the person.
    NeedsYou,
    /// What leaves by itself.
    Scheduled,
    /// What the agent works on.
    Working,
    /// What has left.
    Sent,
    /// What did not go as it should.
    Problems,
    /// What was put away.
    Archived,
    /// What is about to be erased.
    Deleted,
}

impl Show {
    /// All parts, in the order in which they are offered.
    pub const EACH: [Self; 8] = [
        Self::All,
        Self::NeedsYou,
        Self::Scheduled,
        Self::Working,
        Self::Sent,
        Self::Problems,
        Self::Archived,
        Self::Deleted,
    ];

    /// Its name on the wire and in addresses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::NeedsYou => "needs_you",
            Self::Scheduled => "scheduled",
            Self::Working => "working",
            Self::Sent => "sent",
            Self::Problems => "problems",
            Self::Archived => "archived",
            Self::Deleted => "deleted",
        }
    }

    /// Its name for people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::All => to_say("All"),
            Self::NeedsYou => to_say("Needs you"),
            Self::Scheduled => to_say("Scheduled"),
            Self::Working => to_say("Working"),
            Self::Sent => to_say("Sent"),
            Self::Problems => to_say("Problems"),
            Self::Archived => to_say("Archived"),
            Self::Deleted => to_say("Deleted"),
        }
    }

    /// The stages that are shown in it; none if the stage does not matter.
    #[must_use]
    pub fn stages(self) -> Option<&'static [StageKind]> {
        use StageKind as Kind;
        match self {
            Self::All | Self::Archived | Self::Deleted => None,
            Self::NeedsYou => Some(&[
                Kind::NeedsAnswer,
                Kind::Draft,
                Kind::ReadyToApprove,
                Kind::Held,
                Kind::PartlySent,
                Kind::Unsure,
                Kind::NotSent,
            ]),
            Self::Scheduled => {
                Some(&[Kind::Scheduled, Kind::UndoWindow, Kind::Sending, Kind::Held])
            }
            Self::Working => Some(&[Kind::Working]),
            Self::Sent => Some(&[Kind::Sent, Kind::PartlySent]),
            Self::Problems => Some(&[
                Kind::Retrying,
                Kind::PartlySent,
                Kind::Unsure,
                Kind::NotSent,
            ]),
        }
    }
}

/// The name of no part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the list has no such part")]
pub struct NoSuchPart;

impl FromStr for Show {
    type Err = NoSuchPart;

    fn from_str(name: &str) -> Result<Self, NoSuchPart> {
        let mut each = Self::EACH.into_iter();
        each.find(|show| show.name() == name).ok_or(NoSuchPart)
    }
}

/// One page of the list: pinned emails first, then what needs the person, then by the next send
/// time, then what changed last.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailList {
    /// The emails of this page.
    pub emails: Vec<EmailSummary>,
    /// Asks for the next page; none at the end.
    pub next: Option<String>,
    /// How many days after its deletion an email is erased.
    #[serde(default)]
    pub erase_after_days: u32,
}

/// One row of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailSummary {
    /// Which email.
    pub id: EmailId,
    /// Rises with every change that this row shows.
    pub change: u64,
    /// Where it is in its life.
    pub stage: StageKind,
    /// The name that the person has given it; empty if none.
    pub name: String,
    /// Recipients as one line; empty if there are none yet.
    pub to: String,
    /// Subject, or the first words of the request, or empty.
    pub title: String,
    /// When it leaves or was meant to leave.
    pub send_at: Option<SendWish>,
    /// When something last happened to it.
    pub changed_at: DateTime<Utc>,
    /// The person wants it on top.
    pub pinned: bool,
    /// The person has put it away.
    pub archived: bool,
    /// The person has deleted it; it is erased some days later.
    pub deleted: bool,
}

/// What a person does to a row of the list. Says how it is to be, so saying it twice is harmless.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Arrange {
    /// Gives it a name; an empty one takes the name away.
    Rename {
        /// One line, at most [`crate::limits::EMAIL_NAME_CHARS_MAX`] characters.
        name: String,
    },
    /// Keeps it on top.
    Pin,
    /// No longer.
    Unpin,
    /// Puts it away.
    Archive,
    /// Brings it back from there.
    Unarchive,
    /// Takes it off its schedule and out of the list; it is erased some days later.
    Delete,
    /// Brings it back from there, as a draft where it was scheduled.
    Restore,
    /// Ends it and removes what is stored about it, at once and for good.
    Erase,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_has_one_name() {
        for show in Show::EACH {
            assert_eq!(show.name().parse(), Ok(show));
            let json = serde_json::to_value(show).unwrap();
            assert_eq!(json, show.name(), "the same as on the wire");
        }
        assert!("nonsense".parse::<Show>().is_err());
    }
}
