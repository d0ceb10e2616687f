//! Which assistant and which mailer the settings ask for.

use std::sync::Arc;

use anyhow::Context;
use email_agent::{
    BackOff, Settings,
    assistant::{Assistant, offline::Offline, openai::OpenAi},
    mailer::{Mailer, outbox::Outbox, settings::MailSettings, smtp::SmtpMailer},
};
use email_agent_api::AppInfo;

use crate::config::Config;

/// The two ports of the workflow.
pub(crate) struct Parts {
    pub(crate) assistant: Arc<dyn Assistant>,
    pub(crate) mailer: Arc<dyn Mailer>,
}

impl Parts {
    /// As set. Connects to nothing yet.
    pub(crate) fn new(config: &Config) -> anyhow::Result<Self> {
        let assistant: Arc<dyn Assistant> = match &config.model {
            Some(settings) => Arc::new(OpenAi::new(settings.clone())?),
            None => Arc::new(Offline),
        };
        let mailer: Arc<dyn Mailer> = match &config.mail {
            MailSettings::Smtp(settings) => Arc::new(SmtpMailer::new(settings.clone())?),
            MailSettings::Outbox { folder, sender } => {
                std::fs::create_dir_all(folder).context("the outbox folder cannot be made")?;
                Arc::new(Outbox::new(folder.canonicalize()?, sender.clone()))
            }
        };
        Ok(Self { assistant, mailer })
    }

    /// How this installation works, for the pages.
    pub(crate) fn info(&self, config: &Config) -> AppInfo {
        AppInfo {
            assistant: self.assistant.info(),
            mail: self.mailer.info(),
            approval: config.approval,
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

/// What the workflow is told.
pub(crate) fn settings(config: &Config) -> Settings {
    let mut settings = Settings {
        approval: config.approval,
        ..Settings::default()
    };
    if !config.send_retry.is_empty() {
        settings.back_off = BackOff {
            gaps: config.send_retry.clone(),
            ..BackOff::default()
        };
    }
    settings
}
