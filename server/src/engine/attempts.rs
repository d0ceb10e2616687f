//! A look into the embedded engine: which attempt of a state failed last, why, and when the next is.

use async_trait::async_trait;
use email_agent::service::{Attempts, FailedAttempt};
use iwf_engine::{Engine, inspect::InspectOptions};

#[async_trait]
impl Attempts for super::Workflows {
    async fn failed(&self, workflow_id: &str, state_id: &str) -> Option<FailedAttempt> {
        match &self.kind {
            super::Kind::Embedded(engine) => failed(engine, workflow_id, state_id).await,
            // The protocol has no call for it.
            super::Kind::Remote(_) => None,
        }
    }
}

async fn failed(engine: &Engine, workflow_id: &str, state_id: &str) -> Option<FailedAttempt> {
    let details = engine
        .inspect(workflow_id, None, InspectOptions::default())
        .await
        .ok()?;
    // The newest visit: one that was cut off may still linger.
    let visit = details
        .state_executions
        .into_iter()
        .rfind(|visit| visit.state_id == state_id)?;
    let failing = visit.failing?;
    Some(FailedAttempt {
        number: failing.attempt,
        why: words(&failing.message).to_owned(),
        next_at: failing.next_attempt_at,
    })
}

/// What the state said, without what the worker put around it: `retry: … (attempt 1 of execute)`.
fn words(message: &str) -> &str {
    let message = message.strip_prefix("retry: ").unwrap_or(message);
    match message.rsplit_once(" (attempt ") {
        Some((words, rest)) if rest.ends_with(" of execute)") => words,
        _ => message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_words_of_the_state_are_kept() {
        assert_eq!(
            words("retry: The model is busy (429). (attempt 1 of execute)"),
            "The model is busy (429)."
        );
        assert_eq!(words("no answer within 90 s"), "no answer within 90 s");
    }
}
