//! What a person has set on the page, as it is stored.

use email_agent_api::{ModelChoice, Sending, You};
use email_agent_store::{Store, StoreError, Vault};
use secrecy::SecretString;

pub(super) const YOU: &str = "you";
pub(super) const SENDING: &str = "sending";
pub(super) const MODEL: &str = "model";
pub(super) const SECOND_MODEL: &str = "second_model";
/// Whether the checklist of the first run was waved away.
pub(super) const FIRST_RUN_DISMISSED: &str = "first_run_dismissed";

/// All of them.
pub(super) const EACH: [&str; 5] = [YOU, SENDING, MODEL, SECOND_MODEL, FIRST_RUN_DISMISSED];

/// None of a section: it was never saved.
#[derive(Debug, Clone, Default)]
pub(super) struct Saved {
    pub(super) you: Option<You>,
    pub(super) sending: Option<Sending>,
    pub(super) password: Kept,
    pub(super) model: Option<ModelChoice>,
    pub(super) key: Kept,
    pub(super) second_model: Option<ModelChoice>,
    pub(super) second_key: Kept,
    pub(super) first_run_dismissed: bool,
}

/// A secret, or why it cannot be used.
#[derive(Debug, Clone, Default)]
pub(super) struct Kept {
    pub(super) secret: Option<SecretString>,
    pub(super) problem: Option<String>,
}

impl Kept {
    /// This one from now on.
    pub(super) fn new(secret: SecretString) -> Self {
        Self {
            secret: Some(secret),
            problem: None,
        }
    }
}

impl Saved {
    /// Everything. A secret that cannot be opened (another key file, a damaged row) is a problem to
    /// be shown, not a reason to refuse the rest.
    pub(super) async fn load(store: &Store, vault: &Vault) -> Result<Self, StoreError> {
        Ok(Self {
            you: store.document(YOU).await?,
            sending: store.document(SENDING).await?,
            password: kept(store, vault, SENDING).await?,
            model: store.document(MODEL).await?,
            key: kept(store, vault, MODEL).await?,
            second_model: store.document(SECOND_MODEL).await?,
            second_key: kept(store, vault, SECOND_MODEL).await?,
            first_run_dismissed: store.document(FIRST_RUN_DISMISSED).await?.unwrap_or(false),
        })
    }
}

async fn kept(store: &Store, vault: &Vault, name: &'static str) -> Result<Kept, StoreError> {
    match store.secret(name, vault).await {
        Ok(secret) => Ok(Kept {
            secret,
            problem: None,
        }),
        Err(error @ StoreError::Sealed { .. }) => {
            tracing::warn!(
                name,
                "a stored secret cannot be opened: it must be entered again"
            );
            Ok(Kept {
                secret: None,
                problem: Some(error.to_string()),
            })
        }
        Err(error) => Err(error),
    }
}
