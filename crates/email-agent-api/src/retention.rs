//! How long things stay before they are erased by themselves, and what came of erasing everything.

use serde::{Deserialize, Serialize};

use crate::{AgentError, EmailId, limits::ERASE_AFTER_DAYS, to_say};

/// How long emails stay. What is absent in a stored one is as in [`Retention::default`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Retention {
    /// Days in which a deleted email can be brought back, one of [`Self::DELETED_DAYS`].
    pub deleted_days: u32,
    /// Days after which an email that was sent or canceled is erased, one of [`Self::FINISHED_DAYS`];
    /// none for never. Archived ones too; pinned ones stay.
    pub finished_days: Option<u32>,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            deleted_days: ERASE_AFTER_DAYS,
            finished_days: None,
        }
    }
}

impl Retention {
    /// What can be chosen for deleted emails.
    pub const DELETED_DAYS: [u32; 4] = [1, 7, 30, 90];
    /// What can be chosen for emails that are over.
    pub const FINISHED_DAYS: [u32; 3] = [30, 90, 365];

    /// The same, if it can be chosen.
    ///
    /// # Errors
    ///
    /// It is none of the choices; the error names the field.
    pub fn checked(self) -> Result<Self, AgentError> {
        if !Self::DELETED_DAYS.contains(&self.deleted_days) {
            return Err(no_choice("deleted_days"));
        }
        match self.finished_days {
            Some(days) if !Self::FINISHED_DAYS.contains(&days) => Err(no_choice("finished_days")),
            _ => Ok(self),
        }
    }
}

fn no_choice(field: &'static str) -> AgentError {
    AgentError::bad_input(field, to_say("Choose one of the times in the list."))
}

/// What came of erasing everything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erased {
    /// Emails that are gone.
    pub emails: u32,
    /// Contacts that are gone.
    pub contacts: u32,
    /// Emails that are not.
    pub kept: Vec<NotErased>,
}

/// An email that could not be erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotErased {
    /// Which email.
    pub id: EmailId,
    /// Its subject, or the first words of the request, or empty.
    pub title: String,
    /// Why.
    pub why: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_stored_before_there_was_a_choice_is_as_it_was() {
        let stored: Retention = serde_json::from_str("{}").unwrap();
        assert_eq!(stored, Retention::default());
        assert_eq!(stored.checked(), Ok(stored));
        assert_eq!((stored.deleted_days, stored.finished_days), (7, None));
    }

    #[test]
    fn what_is_no_choice_is_refused_by_its_field() {
        let field = |retention: Retention| retention.checked().unwrap_err().field;
        let deleted = Retention {
            deleted_days: 0,
            ..Retention::default()
        };
        assert_eq!(field(deleted).as_deref(), Some("deleted_days"));
        let finished = Retention {
            finished_days: Some(1),
            ..Retention::default()
        };
        assert_eq!(field(finished).as_deref(), Some("finished_days"));
    }
}
