//! What a person sets for themself and for this installation, and what is told of it.
//!
//! Everything here is parsed into values that cannot be wrong before it is kept. Secrets go in only:
//! [`WriteOnly`] can be read from a call but never be written into an answer, and what is told of a
//! secret is whether there is one. One file for each section of the page.

mod health;
mod model;
mod sending;
mod text;
mod you;

use serde::{Deserialize, Serialize};

pub use health::{HealthRow, Light};
pub use model::{ModelChange, ModelChoice, ModelServer, ModelView};
pub use sending::{
    HostName, MailSecurity, Sending, SendingChange, SendingKind, SendingView, SmtpServer,
};
pub use text::{Line, Paragraphs, PreferenceError, WriteOnly};
pub use you::{Language, You};

/// A new state of one section.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "section", rename_all = "snake_case")]
pub enum SettingsChange {
    /// Who the person is.
    You(You),
    /// Where mail goes.
    Sending(SendingChange),
    /// Who writes the drafts.
    Model(ModelChange),
    /// Who writes them when the first model fails.
    SecondModel(ModelChange),
}

/// All settings as they are in effect. Holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SettingsView {
    /// Who the person is.
    pub you: You,
    /// The name on the sender's address, where the person has set none of their own.
    pub sender_name: Option<String>,
    /// Where mail goes.
    pub sending: SendingView,
    /// Who writes the drafts.
    pub model: ModelView,
    /// Who writes them when the first model fails.
    pub second_model: ModelView,
}

/// A value that was set where the program was started, so that it cannot be changed here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fixed {
    /// The value, by its JSON name.
    pub field: String,
    /// The environment variable that sets it.
    pub variable: String,
}

impl Fixed {
    /// The variable that fixes `field`, if one does.
    #[must_use]
    pub fn variable_of<'a>(all: &'a [Self], field: &str) -> Option<&'a str> {
        let found = all.iter().find(|fixed| fixed.field == field)?;
        Some(&found.variable)
    }
}

/// What came of trying a setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TestReport {
    /// Whether it works.
    pub ok: bool,
    /// The step that failed, or the last one of all.
    pub step: TestStep,
    /// The other side's own words, where it said something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// One or two sentences: what happened, and what to do.
    pub text: String,
}

/// A step of a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TestStep {
    /// Reaching the server.
    Connect,
    /// Encrypting the connection.
    Encrypt,
    /// User and password.
    LogIn,
    /// Naming the sender.
    Sender,
    /// Naming the recipients.
    Recipients,
    /// Handing the message over.
    Message,
    /// The model's answer.
    Answer,
}

/// What a fresh installation has decided. All true: nothing is left of the checklist.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstRun {
    /// The person has said who they are.
    pub you: bool,
    /// There is a model, or the person does without.
    pub model: bool,
    /// There is a mail server, or the person does with the demo mailbox.
    pub mail: bool,
}

impl FirstRun {
    /// Whether everything is decided.
    #[must_use]
    pub fn is_done(self) -> bool {
        self.you && self.model && self.mail
    }
}
