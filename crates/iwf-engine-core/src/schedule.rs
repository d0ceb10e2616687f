//! Starting the same workflow again and again.

use serde::{Deserialize, Serialize};

use crate::id::WorkflowId;
use crate::run::Start;
use crate::time::Timestamp;

/// A workflow that is started whenever its time comes round.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Schedule {
    /// The schedule's own name; each run gets a workflow id made of it.
    pub workflow_id: WorkflowId,
    /// What the engine reads the instants from.
    pub expression: String,
    /// What is started, as at the time of registration.
    pub start: Start,
    /// The next instant to look at; `None` when there are no more.
    pub next_at: Option<Timestamp>,
    /// The instant for which a run was started last.
    pub last_at: Option<Timestamp>,
}

impl Schedule {
    /// How long an instant that was missed is worth catching up with.
    pub const CATCH_UP_SECONDS: i64 = 365 * 86_400;

    /// What becomes of the schedule at `now`, and the instant to start a run for, if any.
    ///
    /// | next instant | the last run is open | start for | then |
    /// |---|---|---|---|
    /// | none, or later than now | | – | the same |
    /// | due | yes | – | the first instant after now |
    /// | due, even long ago | no | it | the first instant after now |
    /// | missed by more than a year | no | the first one within the year | the first after now |
    ///
    /// So what was missed while the engine was away is made up for by one run, not by many.
    #[must_use]
    pub fn come_round(
        mut self,
        now: Timestamp,
        last_is_open: bool,
        next_after: impl Fn(Timestamp) -> Option<Timestamp>,
    ) -> (Self, Option<Timestamp>) {
        let oldest = now.plus_seconds(-Self::CATCH_UP_SECONDS);
        let due = match self.next_at {
            Some(at) if at < oldest => next_after(oldest),
            at => at,
        };
        let Some(due) = due.filter(|&due| due <= now) else {
            self.next_at = due;
            return (self, None);
        };
        self.next_at = next_after(now);
        if last_is_open {
            return (self, None);
        }
        self.last_at = Some(due);
        (self, Some(due))
    }
}

impl Start {
    /// The same start at another time: the deadline moves along, and there is no start delay.
    #[must_use]
    pub fn begun_at(mut self, now: Timestamp) -> Self {
        let settings = &mut self.settings;
        let later_millis = now.0.saturating_sub(settings.started_at.0);
        settings.started_at = now;
        settings.deadline = settings
            .deadline
            .map(|deadline| deadline.plus_millis(later_millis));
        if let Some(retry) = settings.retry.as_deref_mut() {
            retry.first_started_at = now;
        }
        self.starts_at = None;
        self
    }
}
