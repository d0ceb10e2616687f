//! The office that the settings ask for, those of the environment and those of the page.

use std::sync::Arc;

use anyhow::Context;
use email_agent::{
    BackOff, Office, Restored, Settings,
    preferences::Preferences,
    service::{retention, safety},
};
use email_agent_api::Safety;
use email_agent_store::Store;
use secrecy::SecretString;

use crate::config::Config;

/// What is set, and the office that follows it. Connects to nothing yet.
pub(crate) async fn office(
    config: &Config,
    store: Store,
    secret: &SecretString,
    restored: Option<Restored>,
) -> anyhow::Result<(Arc<Preferences>, Office)> {
    let mut environment = config.environment.clone();
    let folder = &mut environment.mail.outbox_folder;
    std::fs::create_dir_all(&folder).context("the outbox folder cannot be made")?;
    // Paths are shown on pages: whole ones help, relative ones mislead.
    *folder = folder.canonicalize()?;
    let base = Settings {
        safety: safety(config, &store).await?,
        retention: retention::load(&store).await?,
        restored,
        ..settings(config)
    };
    Preferences::open(store, secret, environment, base)
        .await
        .context("what is set cannot be used")
}

/// What was chosen before, and on hold if this start asks for it: also for the next start, until a
/// person switches it off.
async fn safety(config: &Config, store: &Store) -> anyhow::Result<Safety> {
    let mut safety = safety::load(store).await?;
    if config.hold && !safety.hold {
        safety.hold = true;
        safety::save(store, &safety).await?;
    }
    if safety.hold {
        tracing::warn!("all outgoing mail is on hold: switch that off in the settings");
    }
    Ok(safety)
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
