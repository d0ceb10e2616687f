//! The demo assistant, answering rubbish while the drill asks for it.
//!
//! The rubbish goes where that of a real model goes: it is read by the same reader, repaired once as a
//! model is asked to, and refused with the same words. What the person said is kept, and trying again
//! mends it: nothing here is retried behind the person's back, because a real model's rubbish is not.

use async_trait::async_trait;
use email_agent_api::AssistantInfo;

use super::Drill;
use crate::assistant::{
    Assistant, AssistantError, ReadBackInput, TurnInput, TurnOutput, offline::Offline, openai,
};

/// What a model that has lost its thread may answer.
const RUBBISH: &str = "Sure! {\"reply\": \"Here is your em%%#@ {{{";
/// How the sentence of a failed turn names the demo.
const NAME: &str = "demo (fault drill)";

/// See the module.
pub(crate) struct DrilledAssistant {
    pub(crate) demo: Offline,
    pub(crate) drill: Drill,
}

impl DrilledAssistant {
    /// One answer, as it comes: readable or not.
    async fn answer(&self, turn: &TurnInput) -> Result<TurnOutput, Unread> {
        if self.drill.takes_rubbish() {
            return openai::read(RUBBISH).map_err(Unread::Rubbish);
        }
        self.demo.turn(turn).await.map_err(Unread::Failed)
    }
}

/// Why there is no answer.
enum Unread {
    /// It cannot be read, for this reason.
    Rubbish(&'static str),
    /// There is none.
    Failed(AssistantError),
}

#[async_trait]
impl Assistant for DrilledAssistant {
    fn info(&self) -> AssistantInfo {
        self.demo.info()
    }

    async fn turn(&self, turn: &TurnInput) -> Result<TurnOutput, AssistantError> {
        let first = self.answer(turn).await;
        // As a model is: asked once to repair what cannot be read.
        let answer = match first {
            Err(Unread::Rubbish(_)) => self.answer(turn).await,
            answer => answer,
        };
        answer.map_err(|unread| match unread {
            Unread::Rubbish(problem) => openai::unreadable(NAME, problem),
            Unread::Failed(error) => error,
        })
    }

    fn reads_back(&self) -> bool {
        self.demo.reads_back()
    }

    async fn read_back(&self, input: &ReadBackInput) -> Result<String, AssistantError> {
        self.demo.read_back(input).await
    }
}
