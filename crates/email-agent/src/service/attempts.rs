//! Why a turn of the assistant takes long, as far as the workflow engine can tell.
//!
//! Attempts that failed are the engine's own affair: nothing of them is written into the workflow.
//! The embedded engine can be asked; other servers have no such call, and then nothing is said.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

/// The newest attempt of a state that has failed and is not given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedAttempt {
    /// From 1.
    pub number: u32,
    /// What was said about it, as a sentence.
    pub why: String,
    /// When the next one starts; none while it is under way.
    pub next_at: Option<DateTime<Utc>>,
}

/// Whoever can see into the engine that runs the workflows.
#[async_trait]
pub trait Attempts: Send + Sync + 'static {
    /// The trouble that this state of this workflow is in, if any.
    async fn failed(&self, workflow_id: &str, state_id: &str) -> Option<FailedAttempt>;
}

/// An engine that cannot be seen into.
pub(super) struct NothingSeen;

#[async_trait]
impl Attempts for NothingSeen {
    async fn failed(&self, _: &str, _: &str) -> Option<FailedAttempt> {
        None
    }
}

/// What the page says while it waits.
pub(super) fn sentence(failed: &FailedAttempt, attempts_max: u32, now: DateTime<Utc>) -> String {
    const WHY_CHARS_MAX: usize = 300;
    let why: String = failed.why.trim().chars().take(WHY_CHARS_MAX).collect();
    let stop = if why.ends_with(['.', '!', '?']) {
        ""
    } else {
        "."
    };
    let (number, next) = (failed.number, failed.number.saturating_add(1));
    let what_next = match failed.next_at.map(|at| (at - now).num_seconds()) {
        Some(seconds) if seconds > 0 => format!("the next one is in {seconds} s"),
        Some(_) => "the next one starts now".to_owned(),
        None => format!("attempt {next} is under way"),
    };
    format!("{why}{stop} Attempt {number} of {attempts_max} failed; {what_next}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_tells_why_and_when() {
        let now = DateTime::UNIX_EPOCH;
        let failed = |why: &str, next_s: Option<i64>| FailedAttempt {
            number: 2,
            why: why.to_owned(),
            next_at: next_s.map(|seconds| now + chrono::Duration::seconds(seconds)),
        };
        assert_eq!(
            sentence(&failed("The model is busy.", Some(4)), 5, now),
            "The model is busy. Attempt 2 of 5 failed; the next one is in 4 s."
        );
        assert_eq!(
            sentence(&failed("no answer within 90 s", None), 5, now),
            "no answer within 90 s. Attempt 2 of 5 failed; attempt 3 is under way."
        );
        assert!(sentence(&failed("Busy.", Some(-1)), 5, now).ends_with("starts now."));
    }
}
