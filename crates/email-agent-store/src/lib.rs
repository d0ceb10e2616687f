//! What the email agent remembers beside its workflows: one SQLite file in the data folder.
//!
//! A workflow is the only truth about its email. Here lies what concerns all of them: what a person
//! has set, whom they know, how the list is arranged; and the bytes of files, which are too large for
//! a workflow. [`Store`] is cheap to clone; its methods wait
//! for the disk on a thread that may block. What a method has answered `Ok` to is on disk.

#![allow(
    clippy::missing_errors_doc,
    reason = "inside the workspace the error types say what can fail"
)]

mod catalogue;
mod contacts;
mod documents;
mod error;
mod files;
mod schema;
mod secrets;
mod sends;
mod sign_in;

use std::{
    collections::BTreeSet,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use email_agent_api::EmailId;
use rusqlite::Connection;

pub use catalogue::{CatalogueEntry, Expiry, Seen};
pub use contacts::StoredContact;
pub use error::StoreError;
pub use files::Keeping;
pub use secrets::{SecretChange, Vault};
pub use sends::{Clearance, MailLimit, MailLimits, Sending};

/// See the module.
#[derive(Clone)]
pub struct Store {
    connection: Arc<Mutex<Connection>>,
    /// Emails whose row in the catalogue could not be written.
    to_repair: Arc<Mutex<BTreeSet<EmailId>>>,
}

impl Store {
    /// Opens the file, making or migrating it. The folder must exist.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Self::with(Connection::open(path)?)
    }

    /// A store that is gone with the value; for tests.
    pub fn in_memory() -> Result<Self, StoreError> {
        Self::with(Connection::open_in_memory()?)
    }

    fn with(mut connection: Connection) -> Result<Self, StoreError> {
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        // What is erased is overwritten on disk too.
        connection.pragma_update(None, "secure_delete", true)?;
        schema::bring_up_to_date(&mut connection)?;
        Ok(Self {
            connection: Arc::new(Mutex::new(connection)),
            to_repair: Arc::default(),
        })
    }

    fn to_repair(&self) -> MutexGuard<'_, BTreeSet<EmailId>> {
        self.to_repair
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `work` in one transaction, on a thread that may block. It is committed if `work` succeeds.
    async fn transaction<T: Send + 'static>(
        &self,
        work: impl FnOnce(&rusqlite::Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let connection = Arc::clone(&self.connection);
        tokio::task::spawn_blocking(move || {
            // A panic inside a transaction has rolled it back: the connection is as good as before.
            let mut connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
            let transaction = connection.transaction()?;
            let value = work(&transaction)?;
            transaction.commit()?;
            Ok(value)
        })
        .await
        .map_err(|_| StoreError::Interrupted)?
    }
}
