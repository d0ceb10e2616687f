//! `ReadingState`: asks the assistant what a version says in the person's language.
//!
//! It runs beside the chain of the other states and writes one attribute that none of them touches,
//! so it can neither hold up nor change what is sent. A crash in it is repeated like a turn; after
//! its last attempt `ReadingFailedState` answers instead, so that every question gets an answer.

use email_agent_api::{Reading, to_say};
use iwf::{CxError, Decision, Load, Next, NoWait, Retry, State, StateCx, StateOptions};

use super::{
    EmailAgentWorkflow,
    schema::{READINGS, VERSIONS},
};
use crate::{
    assistant::{AssistantError, ReadBackInput},
    policy::Settings,
    readings::{self, Asked},
};

const NOTHING_TO_READ: &str =
    to_say("The assistant answered with nothing that can be read. Ask again.");

/// Calls the assistant.
pub(crate) struct ReadingState;

impl State for ReadingState {
    type Workflow = EmailAgentWorkflow;
    type Input = Asked;
    type Wait = NoWait;
    const ID: &'static str = "ReadingState";

    async fn execute(
        &self,
        cx: &mut StateCx<'_, EmailAgentWorkflow>,
        asked: Asked,
        (): (),
    ) -> Decision<EmailAgentWorkflow> {
        let versions = cx.get(VERSIONS)?.unwrap_or_default();
        let email = versions
            .iter()
            .find(|kept| kept.version == asked.version)
            .map(|kept| kept.email.clone());
        let Some(email) = email else {
            let why = to_say("This version is not kept any more. Ask about the newest one.");
            answer(cx, &asked, why.to_owned(), true)?;
            return Ok(Next::dead_end());
        };
        let question = ReadBackInput {
            email,
            language: asked.language.clone(),
        };
        let assistant = &cx.workflow().office.assistant;
        match assistant.read_back(&question).await {
            Ok(text) => {
                let text = readings::printable(&text);
                let failed = text.is_none();
                let text = text.unwrap_or_else(|| NOTHING_TO_READ.to_owned());
                answer(cx, &asked, text, failed)?;
            }
            Err(AssistantError::Permanent { message }) => answer(cx, &asked, message, true)?,
            Err(error @ AssistantError::Temporary { .. }) => {
                tracing::warn!(
                    workflow.id = cx.info().workflow_id,
                    attempt = cx.info().attempt,
                    "the assistant did not read the draft back, it will be asked again"
                );
                return Err(error.into());
            }
        }
        Ok(Next::dead_end())
    }

    fn options() -> StateOptions<Self> {
        Self::options_of(&Settings::default())
    }
}

impl ReadingState {
    /// Time-out and retries as this installation wants them.
    pub(super) fn options_of(settings: &Settings) -> StateOptions<Self> {
        StateOptions::new()
            .execute_load(Load::only([VERSIONS.key(), READINGS.key()]))
            .execute_timeout(settings.reading_timeout)
            .recover_with::<ReadingFailedState>(
                Retry::attempts(settings.reading_attempts)
                    .first(settings.assistant_retry.first_gap)
                    .factor(2.0),
            )
    }
}

/// `ReadingFailedState`: takes over from `ReadingState` after its last attempt, with the same input.
pub(crate) struct ReadingFailedState;

impl State for ReadingFailedState {
    type Workflow = EmailAgentWorkflow;
    type Input = Asked;
    type Wait = NoWait;
    const ID: &'static str = "ReadingFailedState";

    async fn execute(
        &self,
        cx: &mut StateCx<'_, EmailAgentWorkflow>,
        asked: Asked,
        (): (),
    ) -> Decision<EmailAgentWorkflow> {
        let attempts = cx.workflow().office.settings.now().reading_attempts;
        let why = to_say!(
            "The assistant could not be reached, {attempts} attempts in a row. The draft is as it was: ask again in a while."
        );
        answer(cx, &asked, why, true)?;
        Ok(Next::dead_end())
    }

    fn options() -> StateOptions<Self> {
        StateOptions::new().execute_load(Load::only([VERSIONS.key(), READINGS.key()]))
    }
}

fn answer(
    cx: &mut StateCx<'_, EmailAgentWorkflow>,
    asked: &Asked,
    text: String,
    failed: bool,
) -> Result<(), CxError> {
    let versions = cx.get(VERSIONS)?.unwrap_or_default();
    let mut readings = cx.get(READINGS)?.unwrap_or_default();
    let reading = Reading {
        version: asked.version,
        language: asked.language.clone(),
        text,
        failed,
    };
    readings.answer(asked.number, reading, &versions);
    cx.set(READINGS, readings)
}
