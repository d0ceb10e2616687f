//! Why an engine does not open, as a variant for programs and a sentence for people.

use std::path::{Path, PathBuf};

use crate::store::{OpenStoreError, StoreError};

/// Why the engine did not open.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// Only one process may write to a data folder.
    #[error(
        "the data folder {path} is in use by another process{}: stop that process, or give this one a folder of its own",
        .process_id.map_or_else(String::new, |id| format!(" ({id})"))
    )]
    InUse {
        /// The data folder.
        path: PathBuf,
        /// That process, if it could tell its id.
        process_id: Option<u32>,
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
    /// There is a file where the folder should be.
    #[error("{path} is no folder: choose another, or move that file away")]
    NotAFolder {
        /// The path that was given.
        path: PathBuf,
    },
    /// Another program's file has the name of the database.
    #[error(
        "the file iwf-engine.db in {path} is no database of this program, and is left alone: choose another folder, or move that file away"
    )]
    Foreign {
        /// The data folder.
        path: PathBuf,
    },
    /// A restore was cut off.
    #[error("a restore into {path} was cut off: repeat it with `iwf-engine restore`")]
    HalfRestored {
        /// The data folder.
        path: PathBuf,
    },
    /// The database can be read only.
    #[error("the database in {path} cannot be written: make the folder and its files writable")]
    ReadOnly {
        /// The data folder.
        path: PathBuf,
    },
    /// There is no room.
    #[error("the disk of {path} is full: make room, then start again; nothing is lost")]
    Full {
        /// The data folder.
        path: PathBuf,
        /// What was refused.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Not what this program has written.
    #[error(
        "the database in {path} is damaged: {problem}; nothing was changed: `iwf-engine check` lists what is wrong, `iwf-engine restore` puts a backup in its place"
    )]
    Damaged {
        /// The data folder.
        path: PathBuf,
        /// What was found first.
        problem: String,
    },
    /// `SQLite` cannot open or migrate the database.
    #[error(
        "the database in {path} cannot be opened: look at the disk and at the permissions, or restore a backup"
    )]
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
    pub(crate) fn new(path: &Path, error: OpenStoreError) -> Self {
        let path = path.to_owned();
        match error {
            OpenStoreError::InUse(process_id) => Self::InUse { path, process_id },
            OpenStoreError::Folder(source) => Self::Folder { path, source },
            OpenStoreError::TooNew { found, known } => Self::TooNew { path, found, known },
            OpenStoreError::NotAFolder => Self::NotAFolder { path },
            OpenStoreError::Foreign => Self::Foreign { path },
            OpenStoreError::HalfRestored => Self::HalfRestored { path },
            OpenStoreError::ReadOnly => Self::ReadOnly { path },
            OpenStoreError::Full(source) => Self::Full { path, source },
            OpenStoreError::Damaged(problem) => Self::Damaged { path, problem },
            OpenStoreError::Database(source) => Self::Database { path, source },
        }
    }

    /// The database opened, but its first reading failed.
    pub(crate) fn unreadable(path: &Path, error: StoreError) -> Self {
        let error = match error {
            StoreError::Sql(source) => source.into(),
            StoreError::Damaged(damage) => OpenStoreError::Damaged(damage.to_string()),
        };
        Self::new(path, error)
    }
}
