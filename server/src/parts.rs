//! The office that the settings ask for, those of the environment and those of the page.

use std::sync::Arc;

use anyhow::Context;
use email_agent::{BackOff, Office, Settings, preferences::Preferences};
use email_agent_store::Store;
use secrecy::SecretString;

use crate::config::Config;

/// What is set, and the office that follows it. Connects to nothing yet.
pub(crate) async fn office(
    config: &Config,
    store: Store,
    secret: &SecretString,
) -> anyhow::Result<(Arc<Preferences>, Office)> {
    let mut environment = config.environment.clone();
    let folder = &mut environment.mail.outbox_folder;
    std::fs::create_dir_all(&folder).context("the outbox folder cannot be made")?;
    // Paths are shown on pages: whole ones help, relative ones mislead.
    *folder = folder.canonicalize()?;
    Preferences::open(store, secret, environment, settings(config))
        .await
        .context("what is set cannot be used")
}

/// What the workflow is told, besides what a person sets on the page.
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
