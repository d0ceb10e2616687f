//! The assistant that asks a language model: OpenAI's Responses API, or any server that speaks it.
//!
//! In: a turn. Out: a reply and raw operations, or an error that says whether to try again. One turn
//! is one call; a second one is made only if the provider has lost its record of the conversation
//! (then our transcript goes along) or if its answer cannot be read (then it is asked once to repair
//! it). All of it together has one time limit. Retrying over minutes is the workflow's business.

mod answer;
mod failure;
mod http;
mod prices;
mod prompt;
mod read_back;
mod request;
mod settings;

use async_openai::{Client, error::OpenAIError};
use async_trait::async_trait;
use email_agent_api::{AssistantInfo, Usage, to_say};
use serde_json::Value;

pub(crate) use self::settings::OPENAI;
use self::{
    answer::{Ending, Reading},
    http::Provider,
    request::Ask,
};
pub use self::{
    prices::Price,
    settings::{OpenAiLimits, OpenAiSettings, OpenAiVariables},
};
use super::{Assistant, AssistantError, ReadBackInput, TurnInput, TurnOutput};
use crate::settings::SettingsError;

/// Asks a language model.
pub struct OpenAi {
    settings: OpenAiSettings,
    client: Client<Provider>,
}

impl OpenAi {
    /// An assistant on the model of `settings`. Does not connect yet.
    pub fn new(settings: OpenAiSettings) -> Result<Self, SettingsError> {
        let client = http::client(&settings)?;
        Ok(Self { settings, client })
    }

    async fn answer(&self, turn: &TurnInput) -> Result<TurnOutput, AssistantError> {
        let mut usage = Usage::default();
        let (ask, reading) = self.first_answer(turn, &mut usage).await?;
        let output = match reading.output() {
            Ok(output) => output,
            Err(problem) => {
                tracing::info!(
                    problem,
                    "the model's answer cannot be read; asking it to repair it"
                );
                let again = ask.repaired(reading.kept_id(), reading.last_text(), problem);
                let reading = self.call(&again, &mut usage).await;
                let reading = reading.map_err(|error| self.classify(&error))?;
                self.whole(&reading)?;
                reading
                    .output()
                    .map_err(|problem| unreadable(&self.settings.model, problem))?
            }
        };
        let price = self.settings.price;
        usage.cost_microdollars = price.map(|price| price.of(&usage));
        Ok(TurnOutput {
            usage: Some(usage),
            ..output
        })
    }

    /// Continues the provider's record if there is one and it still holds.
    async fn first_answer(
        &self,
        turn: &TurnInput,
        usage: &mut Usage,
    ) -> Result<(Ask, Reading), AssistantError> {
        if let Some(id) = &turn.previous_response_id {
            let ask = Ask::continuing(turn, id);
            match self.call(&ask, usage).await {
                Ok(reading) if reading.kept => {
                    self.whole(&reading)?;
                    return Ok((ask, reading));
                }
                // A server without a memory took the id for decoration, and answered without
                // knowing what was said before.
                Ok(_) => {}
                Err(error) if failure::may_be_about_the_id(&error) => {}
                Err(error) => return Err(self.classify(&error)),
            }
            tracing::info!("the provider does not know its last answer; sending the transcript");
        }
        let ask = Ask::whole(turn);
        let reading = self.call(&ask, usage).await;
        let reading = reading.map_err(|error| self.classify(&error))?;
        self.whole(&reading)?;
        Ok((ask, reading))
    }

    async fn call(&self, ask: &Ask, usage: &mut Usage) -> Result<Reading, OpenAIError> {
        let body = ask
            .body(&self.settings.model)
            .map_err(|error| OpenAIError::InvalidArgument(error.to_string()))?;
        // Untyped, because compatible servers leave out what OpenAI's types want to be there.
        let response: Value = self.client.responses().create_byot(body).await?;
        let reading = Reading::of(&response);
        usage.input_tokens += reading.usage.input_tokens;
        usage.output_tokens += reading.usage.output_tokens;
        Ok(reading)
    }

    fn whole(&self, reading: &Reading) -> Result<(), AssistantError> {
        let model = &self.settings.model;
        let host = self.settings.host();
        let message = match reading.ending {
            Ending::Whole => return Ok(()),
            Ending::TooLong => to_say!(
                "The answer of the model {model} became too long and was cut off. Ask for a shorter email."
            ),
            Ending::Filtered => {
                to_say!("The content filter at {host} stopped the answer. Ask differently.")
            }
            Ending::Failed { temporary: true } => {
                let message = to_say!("The language model at {host} failed while answering.");
                return Err(AssistantError::Temporary { message });
            }
            Ending::Failed { temporary: false } => to_say!(
                "The model {model} at {host} could not handle the request. Ask differently."
            ),
        };
        Err(AssistantError::Permanent { message })
    }

    fn classify(&self, error: &OpenAIError) -> AssistantError {
        failure::classify(&self.settings, error)
    }
}

/// Reads the text of an answer: what it holds, or why it cannot be read.
pub(crate) fn read(text: &str) -> Result<TurnOutput, &'static str> {
    Reading::of_text(text).output()
}

/// An answer that could not be read, nor its repair.
pub(crate) fn unreadable(model: &str, problem: &str) -> AssistantError {
    AssistantError::Permanent {
        message: to_say!(
            "The answer of the model {model} could not be read, twice ({problem}). Ask again in other words, or choose another model in the settings."
        ),
    }
}

#[async_trait]
impl Assistant for OpenAi {
    fn info(&self) -> AssistantInfo {
        AssistantInfo::Model {
            model: self.settings.model.clone(),
        }
    }

    async fn turn(&self, turn: &TurnInput) -> Result<TurnOutput, AssistantError> {
        match tokio::time::timeout(self.settings.limits.total, self.answer(turn)).await {
            Ok(answer) => answer,
            Err(_) => Err(failure::timed_out(
                &self.settings,
                self.settings.limits.total,
            )),
        }
    }

    fn reads_back(&self) -> bool {
        true
    }

    async fn read_back(&self, input: &ReadBackInput) -> Result<String, AssistantError> {
        self.translation(input).await
    }
}
