//! Reading a draft back: one call of its own, which knows nothing of the conversation, changes
//! nothing and is not kept by the provider.

use super::{OpenAi, failure, request::Ask};
use crate::assistant::{AssistantError, ReadBackInput, Usage};
use email_agent_api::to_say;

impl OpenAi {
    /// What the email says in the language that is asked for.
    pub(super) async fn translation(
        &self,
        input: &ReadBackInput,
    ) -> Result<String, AssistantError> {
        let limit = self.settings.limits.read_back;
        match tokio::time::timeout(limit, self.translate(input)).await {
            Ok(answer) => answer,
            Err(_) => Err(failure::timed_out(&self.settings, limit)),
        }
    }

    async fn translate(&self, input: &ReadBackInput) -> Result<String, AssistantError> {
        let ask = Ask::read_back(input);
        let reading = self.call(&ask, &mut Usage::default()).await;
        let reading = reading.map_err(|error| self.classify(&error))?;
        self.whole(&reading)?;
        reading.translation().map_err(|problem| AssistantError::Permanent {
            message: to_say!(
                "The answer of the model {model} could not be read ({problem}). Ask again, or choose another model in the settings.",
                model = self.settings.model
            ),
        })
    }
}
