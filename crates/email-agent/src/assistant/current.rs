//! The assistant of the moment: what the settings say now, for everybody who was given it at the
//! start. A turn that is on its way ends with the assistant it began with.

use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use email_agent_api::AssistantInfo;

use super::{Assistant, AssistantError, ReadBackInput, TurnInput, TurnOutput};
use crate::pulse::Pulse;

/// See the module. Also remembers how the last turns went.
pub struct CurrentAssistant {
    assistant: RwLock<Arc<dyn Assistant>>,
    pulse: Pulse,
}

impl CurrentAssistant {
    /// Begins with this one.
    pub fn new(assistant: Arc<dyn Assistant>) -> Self {
        Self {
            assistant: RwLock::new(assistant),
            pulse: Pulse::default(),
        }
    }

    /// From now on it is this one.
    pub fn replace(&self, assistant: Arc<dyn Assistant>) {
        *self
            .assistant
            .write()
            .unwrap_or_else(PoisonError::into_inner) = assistant;
        self.pulse.forget();
    }

    /// How the last turns went.
    pub fn pulse(&self) -> &Pulse {
        &self.pulse
    }

    fn now(&self) -> Arc<dyn Assistant> {
        Arc::clone(
            &self
                .assistant
                .read()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }
}

#[async_trait]
impl Assistant for CurrentAssistant {
    fn info(&self) -> AssistantInfo {
        self.now().info()
    }

    async fn turn(&self, turn: &TurnInput) -> Result<TurnOutput, AssistantError> {
        let answer = self.now().turn(turn).await;
        match &answer {
            Ok(_) => self.pulse.good(),
            Err(error) => self.pulse.bad(&error.to_string()),
        }
        answer
    }

    fn reads_back(&self) -> bool {
        self.now().reads_back()
    }

    async fn read_back(&self, input: &ReadBackInput) -> Result<String, AssistantError> {
        let answer = self.now().read_back(input).await;
        match &answer {
            Ok(_) => self.pulse.good(),
            Err(error) => self.pulse.bad(&error.to_string()),
        }
        answer
    }
}
