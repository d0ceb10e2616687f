//! Trying what is set: the mail server with and without a mail, and the models.
//!
//! A test uses what is in effect, so that its answer is true for the next email. One at a time, and
//! each ends in time, because a person waits for it.

use std::{future::Future, time::Duration};

use chrono::Utc;
use email_agent_api::{AgentError, Email, ErrorCode, HeaderText, TestReport, TestStep, to_say};
use tokio::time::{Instant, timeout};

use super::{Effective, Preferences};
use crate::{
    assistant::{
        Assistant, TurnInput,
        openai::{OpenAi, OpenAiSettings},
    },
    mailer::{Mailer, OutgoingMail, SendOutcome},
};

/// Above what a mailer needs at most for one attempt.
const MAIL_LIMIT: Duration = Duration::from_secs(70);
/// A model on one's own machine may have to be loaded first.
const MODEL_LIMIT: Duration = Duration::from_mins(1);
/// What is shown of a model's answer.
const REPLY_CHARS_MAX: usize = 300;
/// Changes nothing, and shows whether the model can give answers of our form.
const QUESTION: &str = "This is a test of the connection. Change nothing in the email; say hello in one short sentence.";

/// One of the two models.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum WhichModel {
    /// The one that is asked.
    #[default]
    First,
    /// The one that is asked when the first one fails.
    Second,
}

impl Preferences {
    /// Connects to the mail server, encrypts, logs in and says goodbye.
    pub async fn test_mail(&self) -> Result<TestReport, AgentError> {
        self.alone(MAIL_LIMIT, self.mailer.test()).await
    }

    /// Sends a short mail to the sender's own address.
    pub async fn send_test_mail(&self) -> Result<TestReport, AgentError> {
        self.alone(MAIL_LIMIT, async {
            let mailer = self.mailer.now();
            report(self.mailer.send(&test_mail(mailer.as_ref())).await)
        })
        .await
    }

    /// Asks one of the models for one small answer.
    pub async fn test_model(&self, which: WhichModel) -> Result<TestReport, AgentError> {
        let (_, effective) = self.effective().await?;
        let settings = match which {
            WhichModel::First => effective.model.clone(),
            WhichModel::Second => effective.second_model.clone(),
        };
        let Some(settings) = settings else {
            return Ok(no_model(which, &effective));
        };
        let report = self.alone(MODEL_LIMIT, ask(settings)).await?;
        if which == WhichModel::First {
            if report.ok {
                self.assistant.pulse().good();
            } else {
                self.assistant.pulse().bad(&report.text);
            }
        }
        Ok(report)
    }

    async fn alone<T>(
        &self,
        limit: Duration,
        test: impl Future<Output = T>,
    ) -> Result<T, AgentError> {
        let Ok(_one_at_a_time) = self.testing.try_lock() else {
            return Err(AgentError::new(
                ErrorCode::TooMany,
                to_say("Another test is running. Wait until it has ended, then try again."),
            ));
        };
        timeout(limit, test).await.map_err(|_| {
            AgentError::unavailable(to_say!(
                "There was no answer within {seconds} seconds. Check the server, then try again.",
                seconds = limit.as_secs()
            ))
        })
    }
}

fn test_mail(mailer: &dyn Mailer) -> OutgoingMail {
    let sender = mailer.sender();
    let domain = sender.address().rsplit_once('@').map(|(_, domain)| domain);
    OutgoingMail {
        message_id: format!(
            "<{:032x}@{}>",
            rand::random::<u128>(),
            domain.unwrap_or("localhost")
        ),
        to: vec![sender],
        cc: Vec::new(),
        bcc: Vec::new(),
        subject: HeaderText::from_untrusted("Test from your Email Agent"),
        body: "This is the test that you asked for on the settings page.\n\nIf you can read it, your Email Agent can send mail through this server: café, 你好, مرحبا.\n".to_owned(),
        thread: None,
        date: Utc::now(),
        files: Vec::new(),
    }
}

fn report(outcome: SendOutcome) -> TestReport {
    let step = TestStep::Message;
    match outcome {
        SendOutcome::Accepted { results } => {
            let result = results.into_iter().next();
            let to = result
                .as_ref()
                .map(|one| one.recipient.address().to_owned())
                .unwrap_or_default();
            TestReport {
                ok: true,
                step,
                answer: result.map(|one| one.answer),
                text: to_say!("The test mail to {to} was accepted. Look whether it arrives."),
            }
        }
        SendOutcome::Refused {
            reason, results, ..
        } => TestReport {
            ok: false,
            step,
            answer: results.into_iter().next().map(|one| one.answer),
            text: reason,
        },
        SendOutcome::Unknown { reason, .. } => TestReport {
            ok: false,
            step,
            answer: None,
            text: reason,
        },
    }
}

async fn ask(mut settings: OpenAiSettings) -> TestReport {
    settings.limits.total = MODEL_LIMIT;
    let name = settings.model.clone();
    let failed = |text: String| TestReport {
        ok: false,
        step: TestStep::Answer,
        answer: None,
        text,
    };
    let model = match OpenAi::new(settings) {
        Ok(model) => model,
        Err(error) => return failed(format!("{error}.")),
    };
    let turn = TurnInput {
        now: Utc::now(),
        ..TurnInput::example(QUESTION, Email::default())
    };
    let began = Instant::now();
    match model.turn(&turn).await {
        Ok(output) => TestReport {
            ok: true,
            step: TestStep::Answer,
            answer: Some(output.reply.chars().take(REPLY_CHARS_MAX).collect()),
            text: format!(
                "The model {name} answered after {:.1} seconds, in the form that is needed.",
                began.elapsed().as_secs_f32()
            ),
        },
        Err(error) => failed(error.to_string()),
    }
}

fn no_model(which: WhichModel, effective: &Effective) -> TestReport {
    let text = match which {
        WhichModel::First => {
            to_say("No model is set. The built-in demo answers, and emails can be written by hand.")
        }
        WhichModel::Second if effective.model.is_none() => {
            to_say("A second model is only asked when the first one fails. Set a first one.")
        }
        WhichModel::Second => to_say("No second model is set."),
    };
    TestReport {
        ok: which == WhichModel::First,
        step: TestStep::Answer,
        answer: None,
        text: text.to_owned(),
    }
}
