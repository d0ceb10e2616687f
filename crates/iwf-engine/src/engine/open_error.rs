//! Why an engine does not open, as a variant for programs and a sentence for people.

use std::path::{Path, PathBuf};

use crate::store::{OpenStoreError, StoreError};

/// Why the engine did not open.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// Only one process may write to a data folder.
    #[error(
        "the data folder {path} is in use by another process: stop that process, or give this one a folder of its own"
    )]
    InUse {
        /// The data folder.
        path: PathBuf,
    },
    /// The folder cannot be made, read or written.
    #[error("the data folder {path} cannot be used: make it writable, or choose another")]
    Folder {
        /// The data folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A newer program wrote the data.
    #[error(
        "the database in {path} has schema version {found}, this program knows up to {known}: start the newer program"
    )]
    TooNew {
        /// The data folder.
        path: PathBuf,
        /// The schema version of the data.
        found: u32,
        /// The newest schema version of this program.
        known: u32,
    },
    /// `SQLite` cannot open or migrate the database.
    #[error("the database in {path} cannot be opened: restore it from a backup if it is damaged")]
    Database {
        /// The data folder.
        path: PathBuf,
        /// What `SQLite` said.
        source: rusqlite::Error,
    },
    /// The system has no thread for the engine.
    #[error("the engine cannot start a thread: free some memory, or raise the limit of threads")]
    Thread(#[source] std::io::Error),
}

impl OpenError {
    pub(super) fn new(path: &Path, error: OpenStoreError) -> Self {
        let path = path.to_owned();
        match error {
            OpenStoreError::InUse => Self::InUse { path },
            OpenStoreError::Folder(source) => Self::Folder { path, source },
            OpenStoreError::TooNew { found, known } => Self::TooNew { path, found, known },
            OpenStoreError::Database(source) => Self::Database { path, source },
        }
    }

    /// The database opened, but its first reading failed.
    pub(super) fn unreadable(path: &Path, error: StoreError) -> Self {
        let path = path.to_owned();
        let source = match error {
            StoreError::Sql(source) => source,
            StoreError::Damaged(damage) => rusqlite::Error::UserFunctionError(Box::new(damage)),
        };
        Self::Database { path, source }
    }
}
