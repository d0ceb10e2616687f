//! Which assistant and which mailer the settings ask for.

use std::sync::Arc;

use anyhow::Context;
use email_agent::{
    BackOff, Office, Settings,
    assistant::{Assistant, offline::Offline, openai::OpenAi},
    mailer::{Mailer, outbox::Outbox, settings::MailSettings, smtp::SmtpMailer},
};
use email_agent_store::Store;

use crate::config::Config;

/// The office as set. Connects to nothing yet.
pub(crate) fn office(config: &Config, store: Store) -> anyhow::Result<Office> {
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
    Ok(Office {
        assistant,
        mailer,
        settings: settings(config).into(),
        store,
    })
}

/// What the workflow is told.
fn settings(config: &Config) -> Settings {
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
