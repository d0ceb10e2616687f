//! A second model for when the first one fails.
//!
//! Whatever the reason (out of reach, busy, no credit, an answer that cannot be read), the same turn
//! is put to the second model at once, and the person is told who wrote it. The record that a
//! provider keeps of a conversation means nothing to another one: the second model gets our
//! transcript, and after it the first one gets it too.

use std::sync::Arc;

use async_trait::async_trait;
use email_agent_api::{AssistantInfo, to_say};

use super::{Assistant, AssistantError, ReadBackInput, TurnInput, TurnOutput};

/// Asks `first`, and `second` if that fails.
pub struct WithSecond {
    first: Arc<dyn Assistant>,
    second: Arc<dyn Assistant>,
}

impl WithSecond {
    /// The two together must fit into the time that the workflow allows for one turn.
    pub fn new(first: Arc<dyn Assistant>, second: Arc<dyn Assistant>) -> Self {
        Self { first, second }
    }
}

#[async_trait]
impl Assistant for WithSecond {
    fn info(&self) -> AssistantInfo {
        self.first.info()
    }

    async fn turn(&self, turn: &TurnInput) -> Result<TurnOutput, AssistantError> {
        let failure = match self.first.turn(turn).await {
            Ok(output) => return Ok(output),
            Err(failure) => failure,
        };
        tracing::info!("the first model failed; asking the second one");
        let again = TurnInput {
            previous_response_id: None,
            ..turn.clone()
        };
        match self.second.turn(&again).await {
            Ok(output) => Ok(TurnOutput {
                response_id: None,
                note: Some(to_say!(
                    "{reason} This answer is from the second model, {model}.",
                    reason = first_sentence(&failure.to_string()),
                    model = name(&self.second.info())
                )),
                ..output
            }),
            Err(also) => Err(both(&failure, &also)),
        }
    }

    fn reads_back(&self) -> bool {
        self.first.reads_back()
    }

    async fn read_back(&self, input: &ReadBackInput) -> Result<String, AssistantError> {
        let failure = match self.first.read_back(input).await {
            Ok(text) => return Ok(text),
            Err(failure) => failure,
        };
        tracing::info!("the first model failed to read a draft back; asking the second one");
        let answer = self.second.read_back(input).await;
        answer.map_err(|also| both(&failure, &also))
    }
}

/// A later try may help if it may help with either of them.
fn both(first: &AssistantError, second: &AssistantError) -> AssistantError {
    let message = to_say!(
        "{reason} The second model failed too: {why}",
        reason = first,
        why = second
    );
    if first.is_temporary() || second.is_temporary() {
        AssistantError::Temporary { message }
    } else {
        AssistantError::Permanent { message }
    }
}

/// What happened; what to do about it is not urgent any more.
fn first_sentence(text: &str) -> &str {
    text.find(". ")
        .and_then(|end| text.get(..=end))
        .unwrap_or(text)
}

fn name(info: &AssistantInfo) -> &str {
    match info {
        AssistantInfo::Model { model } => model,
        AssistantInfo::Offline => "the built-in demo",
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use email_agent_api::Email;

    use super::*;

    struct Scripted {
        answer: Result<TurnOutput, AssistantError>,
        asked: Mutex<Vec<Option<String>>>,
    }

    #[async_trait]
    impl Assistant for Scripted {
        fn info(&self) -> AssistantInfo {
            AssistantInfo::Model {
                model: "spare".to_owned(),
            }
        }
        async fn turn(&self, turn: &TurnInput) -> Result<TurnOutput, AssistantError> {
            let mut asked = self.asked.lock().unwrap();
            asked.push(turn.previous_response_id.clone());
            self.answer.clone()
        }
    }

    fn scripted(answer: Result<TurnOutput, AssistantError>) -> Arc<Scripted> {
        Arc::new(Scripted {
            answer,
            asked: Mutex::default(),
        })
    }

    fn reply(text: &str) -> TurnOutput {
        TurnOutput {
            reply: text.to_owned(),
            response_id: Some("resp_9".to_owned()),
            ..TurnOutput::default()
        }
    }

    fn failure(temporary: bool) -> Result<TurnOutput, AssistantError> {
        let message = "The model is out. Mend it.".to_owned();
        Err(if temporary {
            AssistantError::Temporary { message }
        } else {
            AssistantError::Permanent { message }
        })
    }

    async fn ask(
        first: &Arc<Scripted>,
        second: &Arc<Scripted>,
    ) -> Result<TurnOutput, AssistantError> {
        let turn = TurnInput {
            previous_response_id: Some("resp_1".to_owned()),
            ..TurnInput::example("write", Email::default())
        };
        WithSecond::new(first.clone(), second.clone())
            .turn(&turn)
            .await
    }

    #[tokio::test]
    async fn the_second_is_asked_only_if_the_first_fails() {
        let (first, second) = (scripted(Ok(reply("one"))), scripted(Ok(reply("two"))));
        let output = ask(&first, &second).await.unwrap();
        assert_eq!((output.reply.as_str(), output.note), ("one", None));
        assert!(second.asked.lock().unwrap().is_empty());
        for temporary in [true, false] {
            let (first, second) = (scripted(failure(temporary)), scripted(Ok(reply("two"))));
            let output = ask(&first, &second).await.unwrap();
            assert_eq!(output.reply, "two");
            assert_eq!(
                output.note.as_deref(),
                Some("The model is out. This answer is from the second model, spare.")
            );
            assert_eq!(
                output.response_id, None,
                "the first provider does not know it"
            );
            assert_eq!(*second.asked.lock().unwrap(), [None]);
        }
    }

    #[tokio::test]
    async fn when_both_fail_it_is_tried_again_if_either_may_come_back() {
        for (first, second, temporary) in [
            (true, true, true),
            (true, false, true),
            (false, true, true),
            (false, false, false),
        ] {
            let error = ask(&scripted(failure(first)), &scripted(failure(second)))
                .await
                .unwrap_err();
            assert_eq!(error.is_temporary(), temporary, "{first} {second}");
            assert!(error.to_string().contains("second model failed too"));
        }
    }
}
