//! What a person sets on the page, on top of what the environment sets, and how it takes effect.
//!
//! In: the store, the secret of the installation, and the [`Environment`]. Out: an [`Office`] whose
//! assistant, mailer and settings are those of the moment. A change is checked, its parts are built,
//! it is stored, and only then it takes the place of what was: at once, without a restart, and
//! without disturbing a turn or a mail that is on its way. Secrets go in and are never told.

mod change;
mod environment;
mod health;
mod layers;
mod saved;
mod trials;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use email_agent_api::{AgentError, ErrorCode, SettingsChange, SettingsView, to_say};
use email_agent_store::{SecretChange, Store, StoreError, Vault};
use secrecy::SecretString;
use tokio::sync::Mutex;

pub use environment::Environment;
pub use trials::WhichModel;

use self::{
    layers::Effective,
    saved::{EACH, FIRST_RUN_DISMISSED, Kept, MODEL, SECOND_MODEL, SENDING, Saved, YOU},
};
use crate::{
    LiveSettings, Office, Settings,
    assistant::{
        Assistant, current::CurrentAssistant, offline::Offline, openai, second::WithSecond,
    },
    drill::{Drill, DrilledAssistant, DrilledMailer},
    mailer::{
        Mailer, current::CurrentMailer, outbox::Outbox, settings::MailSettings, smtp::SmtpMailer,
    },
    settings::SettingsError,
};

/// See the module.
pub struct Preferences {
    store: Store,
    vault: Vault,
    environment: Environment,
    /// What neither the environment nor the page decides.
    base: Settings,
    live: LiveSettings,
    drill: Drill,
    assistant: Arc<CurrentAssistant>,
    mailer: Arc<CurrentMailer>,
    /// One change at a time, so that what is stored last is in effect last.
    changing: Mutex<()>,
    /// One test at a time.
    testing: Mutex<()>,
}

/// Why the program cannot start with what is set.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PreferencesError {
    /// Something that is set cannot be used.
    #[error(transparent)]
    Setting(#[from] SettingsError),
    /// What is stored cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The parts as `Effective` wants them.
struct Parts {
    assistant: Arc<dyn Assistant>,
    mailer: Arc<dyn Mailer>,
    settings: Settings,
}

impl Preferences {
    /// What is set now, and the office that follows every change. `base` is what stays.
    pub async fn open(
        store: Store,
        installation_secret: &SecretString,
        environment: Environment,
        base: Settings,
    ) -> Result<(Arc<Self>, Office), PreferencesError> {
        let vault = Vault::new(installation_secret);
        let saved = Saved::load(&store, &vault).await?;
        let drill = Drill::default();
        let parts = parts(&base, &saved, &Effective::of(&environment, &saved)?, &drill)?;
        let live = LiveSettings::new(parts.settings);
        let assistant = Arc::new(CurrentAssistant::new(parts.assistant));
        let mailer = Arc::new(CurrentMailer::new(parts.mailer));
        let office = Office {
            assistant: Arc::clone(&assistant) as _,
            mailer: Arc::clone(&mailer) as _,
            settings: live.clone(),
            files: Arc::new(store.clone()),
            store: store.clone(),
            drill: drill.clone(),
        };
        let preferences = Self {
            store,
            vault,
            environment,
            base,
            live,
            drill,
            assistant,
            mailer,
            changing: Mutex::default(),
            testing: Mutex::default(),
        };
        Ok((Arc::new(preferences), office))
    }

    /// All settings as they are in effect, without secrets.
    pub async fn view(&self) -> Result<SettingsView, AgentError> {
        let (saved, effective) = self.effective().await?;
        Ok(layers::view(&self.environment, &saved, &effective))
    }

    /// Puts one section into a new state. `Ok`: it is on disk and in effect.
    pub async fn save(&self, change: SettingsChange) -> Result<(), AgentError> {
        let _one_at_a_time = self.changing.lock().await;
        let mut saved = self.saved().await?;
        match change {
            SettingsChange::You(you) => {
                let you = change::you(you)?;
                saved.you = Some(you.clone());
                self.put(saved, YOU, &you, SecretChange::Keep).await
            }
            SettingsChange::Sending(change) => {
                let (sending, secret) = change::sending(&self.environment, &saved, change)?;
                saved.sending = Some(sending.clone());
                follow(&mut saved.password, &secret);
                self.put(saved, SENDING, &sending, secret).await?;
                self.mailer.pulse().forget();
                Ok(())
            }
            SettingsChange::Model(change) => {
                let fixed = self.environment.fixed_model();
                let before = (saved.model.as_ref(), &saved.key);
                let (model, secret) = change::model(&fixed, before, change)?;
                saved.model = Some(model.clone());
                follow(&mut saved.key, &secret);
                self.put(saved, MODEL, &model, secret).await?;
                self.assistant.pulse().forget();
                Ok(())
            }
            SettingsChange::SecondModel(change) => {
                let before = (saved.second_model.as_ref(), &saved.second_key);
                let (model, secret) = change::model(&[], before, change)?;
                saved.second_model = Some(model.clone());
                follow(&mut saved.second_key, &secret);
                self.put(saved, SECOND_MODEL, &model, secret).await
            }
        }
    }

    /// Waves the checklist of the first run away, for good.
    pub async fn dismiss_first_run(&self) -> Result<(), AgentError> {
        let _one_at_a_time = self.changing.lock().await;
        let mut saved = self.saved().await?;
        saved.first_run_dismissed = true;
        self.put(saved, FIRST_RUN_DISMISSED, &true, SecretChange::Keep)
            .await
    }

    /// Puts everything back to how it was before a person set anything, passwords and keys included.
    pub async fn forget(&self) -> Result<(), AgentError> {
        let _one_at_a_time = self.changing.lock().await;
        let parts = self.built(&Saved::default())?;
        let removed = self.store.remove_documents_and_secrets(&EACH).await;
        removed.map_err(|error| not_stored(&error))?;
        self.take(parts);
        self.assistant.pulse().forget();
        self.mailer.pulse().forget();
        tracing::info!("the settings were erased");
        Ok(())
    }

    /// Builds what `saved` asks for, stores what is new of it, and lets it take effect.
    async fn put<T: serde::Serialize + Sync>(
        &self,
        saved: Saved,
        name: &'static str,
        document: &T,
        secret: SecretChange,
    ) -> Result<(), AgentError> {
        let parts = self.built(&saved)?;
        self.store
            .set_document_and_secret(name, document, &secret, &self.vault)
            .await
            .map_err(|error| not_stored(&error))?;
        self.take(parts);
        tracing::info!(section = name, "the settings were changed");
        Ok(())
    }

    fn built(&self, saved: &Saved) -> Result<Parts, AgentError> {
        Effective::of(&self.environment, saved)
            .and_then(|effective| parts(&self.base, saved, &effective, &self.drill))
            .map_err(|error| change::refused(&error))
    }

    /// From now on.
    fn take(&self, parts: Parts) {
        self.assistant.replace(parts.assistant);
        self.mailer.replace(parts.mailer);
        self.live.replace(parts.settings);
    }

    async fn saved(&self) -> Result<Saved, AgentError> {
        Saved::load(&self.store, &self.vault)
            .await
            .map_err(|error| not_stored(&error))
    }

    async fn effective(&self) -> Result<(Saved, Effective), AgentError> {
        let saved = self.saved().await?;
        let effective = Effective::of(&self.environment, &saved);
        Ok((saved, effective.map_err(|error| change::refused(&error))?))
    }
}

/// The secret as it will be, for the parts that are built before it is stored.
fn follow(kept: &mut Kept, change: &SecretChange) {
    match change {
        SecretChange::Keep => {}
        SecretChange::Remove => *kept = Kept::default(),
        SecretChange::Set(secret) => *kept = Kept::new(secret.clone()),
    }
}

/// Connects to nothing yet.
fn parts(
    base: &Settings,
    saved: &Saved,
    effective: &Effective,
    drill: &Drill,
) -> Result<Parts, SettingsError> {
    let settings = Settings {
        you: saved.you.clone().unwrap_or_default(),
        sender_name: effective.sender_name.clone(),
        first_run: effective.first_run,
        ..base.clone()
    };
    Ok(Parts {
        assistant: assistant(effective, drill)?,
        mailer: mailer(&effective.mail, drill)?,
        settings,
    })
}

fn assistant(effective: &Effective, drill: &Drill) -> Result<Arc<dyn Assistant>, SettingsError> {
    let Some(model) = &effective.model else {
        return Ok(Arc::new(DrilledAssistant {
            demo: Offline,
            drill: drill.clone(),
        }));
    };
    let first = Arc::new(openai::OpenAi::new(model.clone())?);
    Ok(match &effective.second_model {
        None => first,
        Some(second) => {
            let second = Arc::new(openai::OpenAi::new(second.clone())?);
            Arc::new(WithSecond::new(first, second))
        }
    })
}

fn mailer(mail: &MailSettings, drill: &Drill) -> Result<Arc<dyn Mailer>, SettingsError> {
    Ok(match mail {
        MailSettings::Smtp(settings) => Arc::new(SmtpMailer::new(settings.clone())?),
        MailSettings::Outbox { folder, sender } => Arc::new(DrilledMailer {
            demo: Outbox::new(folder.clone(), sender.clone()),
            drill: drill.clone(),
        }),
    })
}

fn not_stored(error: &StoreError) -> AgentError {
    tracing::error!(%error, "the settings cannot be read or stored");
    AgentError::new(
        ErrorCode::Unavailable,
        to_say!("The settings cannot be read or stored, so nothing was changed: {error}."),
    )
}
