//! Why a step takes long, as far as the workflow engine can tell.
//!
//! Attempts that failed are the engine's own affair: nothing of them is written into the workflow.
//! The embedded engine can be asked; other servers have no such call, and then nothing is said.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use email_agent_api::{Mood, Speaker, Step, Timeline, to_say};

/// The newest attempt of a state that has failed and is not given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedAttempt {
    /// Of this state.
    pub state_id: String,
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
    /// The trouble that this workflow is in, if any: in the newest visit to one of these states.
    async fn failed(&self, workflow_id: &str, state_ids: &[&str]) -> Option<FailedAttempt>;
}

/// An engine that cannot be seen into.
pub(super) struct NothingSeen;

#[async_trait]
impl Attempts for NothingSeen {
    async fn failed(&self, _: &str, _: &[&str]) -> Option<FailedAttempt> {
        None
    }
}

/// What the page says while it waits. Some steps are tried as long as it takes: they have no last attempt.
pub(super) fn sentence(
    failed: &FailedAttempt,
    attempts_max: Option<u32>,
    now: DateTime<Utc>,
) -> String {
    const WHY_CHARS_MAX: usize = 300;
    let why: String = failed.why.trim().chars().take(WHY_CHARS_MAX).collect();
    let stop = if why.ends_with(['.', '!', '?']) {
        ""
    } else {
        "."
    };
    let (number, next) = (failed.number, failed.number.saturating_add(1));
    let what = match failed.next_at.map(|at| (at - now).num_seconds()) {
        Some(seconds) if seconds > 0 => to_say!("the next one is in {seconds} s"),
        Some(_) => to_say("the next one starts now").to_owned(),
        None => to_say!("attempt {next} is under way"),
    };
    // What an engine says about it is in words of its own.
    let reason = format!("{why}{stop}");
    match attempts_max {
        Some(all) => to_say!("{reason} Attempt {number} of {all} failed; {what}."),
        None => to_say!("{reason} Attempt {number} failed; {what}."),
    }
}

/// The failed attempt as the last step: it goes once an attempt succeeds.
pub(super) fn tell(timeline: &mut Timeline, why: String) {
    let Some(last) = timeline.steps.last() else {
        return;
    };
    let step = Step {
        number: last.number + 1,
        who: Speaker::System,
        mood: Mood::Bad,
        version: 0,
        text: why,
        more: Vec::new(),
        ..last.clone()
    };
    timeline.steps.push(step);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_tells_why_and_when() {
        let now = DateTime::UNIX_EPOCH;
        let failed = |why: &str, next_s: Option<i64>| FailedAttempt {
            state_id: "TurnState".to_owned(),
            number: 2,
            why: why.to_owned(),
            next_at: next_s.map(|seconds| now + chrono::Duration::seconds(seconds)),
        };
        assert_eq!(
            sentence(&failed("The model is busy.", Some(4)), Some(5), now),
            "The model is busy. Attempt 2 of 5 failed; the next one is in 4 s."
        );
        assert_eq!(
            sentence(&failed("no answer within 90 s", None), Some(5), now),
            "no answer within 90 s. Attempt 2 of 5 failed; attempt 3 is under way."
        );
        assert_eq!(
            sentence(&failed("Busy.", Some(-1)), None, now),
            "Busy. Attempt 2 failed; the next one starts now."
        );
    }
}
