//! A look into the embedded engine: which attempt of a step failed last, why, and when the next is.

use async_trait::async_trait;
use email_agent::service::{Attempts, FailedAttempt};
use iwf_engine::{Engine, inspect::InspectOptions};

#[async_trait]
impl Attempts for super::Workflows {
    async fn failed(&self, workflow_id: &str, state_ids: &[&str]) -> Option<FailedAttempt> {
        match &self.kind {
            super::Kind::Embedded(engine, _) => failed(engine, workflow_id, state_ids).await,
            // The protocol has no call for it.
            super::Kind::Remote(_) => None,
        }
    }
}

async fn failed(engine: &Engine, workflow_id: &str, state_ids: &[&str]) -> Option<FailedAttempt> {
    let details = engine
        .inspect(workflow_id, None, InspectOptions::default())
        .await
        .ok()?;
    // The newest visit: one that was cut off may still linger.
    let visit = details
        .state_executions
        .into_iter()
        .rfind(|visit| state_ids.contains(&visit.state_id.as_str()))?;
    let failing = visit.failing?;
    Some(FailedAttempt {
        state_id: visit.state_id,
        number: failing.attempt,
        why: words(&failing.message).to_owned(),
        next_at: failing.next_attempt_at,
    })
}

/// What comes before the words: of the worker, or of the engine where there was no answer.
const AROUND: [&str; 3] = [
    "retry: ",
    "statusCode: 0, responseBody: None, errMsg: ",
    "activity error (StartToClose timeout): ",
];

/// What was said, without what worker and engine put around it: `retry: … (attempt 1 of execute)`.
fn words(message: &str) -> &str {
    let mut around = AROUND.iter();
    let message = around
        .find_map(|around| message.strip_prefix(around))
        .unwrap_or(message);
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
        for around in ["", AROUND[1], AROUND[2]] {
            let message = format!("{around}no answer within 90 s");
            assert_eq!(words(&message), "no answer within 90 s");
        }
    }
}
