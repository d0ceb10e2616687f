//! Looking after a data folder from outside: how it is, copies of it, and whether it is whole.
//!
//! What only reads ([`status`], [`backup`], [`check`]) works while an engine serves the folder and
//! never makes it wait. What changes the folder ([`restore`], [`compact`]) needs it for itself.
//! Runs are looked at with [`crate::inspect::DataFolder`].

mod backup;
mod check;
mod compact;
mod named_file;
mod restore;
mod restored;
mod status;

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OpenFlags};

pub use self::backup::{BackupReport, Existing, backup};
pub use self::check::{CheckReport, Finding, check, check_file};
pub use self::compact::{CompactReport, compact};
pub use self::restore::{RestoreReport, restore};
pub use self::restored::{Restored, restored};
pub use self::status::{FolderStatus, RunCounts, Service, status};
use crate::OpenError;
use crate::store::{Folder, OpenStoreError, disk_full, identify};

/// Why something could not be done. Nothing was changed, unless it says so.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MaintenanceError {
    /// There is nothing to look after.
    #[error("{path} holds no engine database: name the folder that the engine was started with")]
    NoDatabase {
        /// The folder.
        path: PathBuf,
    },
    /// There is no such file.
    #[error("{path} does not exist")]
    NoFile {
        /// What was named.
        path: PathBuf,
    },
    /// The file is something else.
    #[error("{path} is no database of this program: name one that `iwf-engine` has written")]
    Foreign {
        /// That file.
        path: PathBuf,
    },
    /// The database, or the file that was named, is in use, too new or unusable.
    #[error(transparent)]
    Unusable(#[from] OpenError),
    /// The database is of an older version of this program.
    #[error(
        "the database in {path} has schema version {found}, this program works with {known}: start `iwf-engine serve` on it once, which brings it up to date"
    )]
    TooOld {
        /// Where it is.
        path: PathBuf,
        /// Its schema version.
        found: u32,
        /// The schema version of this program.
        known: u32,
    },
    /// The file is one that an engine works with.
    #[error(
        "{path} belongs to the data folder {folder}, which would lose what is in it: name a file elsewhere"
    )]
    OfTheFolder {
        /// That file.
        path: PathBuf,
        /// The data folder.
        folder: PathBuf,
    },
    /// A device, a folder or a link has the name of the backup.
    #[error("{path} exists and is no regular file, so it is not replaced: name another file")]
    NotAFile {
        /// What was named.
        path: PathBuf,
    },
    /// There is a file already.
    #[error("{path} exists: name another file, or replace it with --overwrite")]
    Exists {
        /// That file.
        path: PathBuf,
    },
    /// The file must not take the place of the data.
    #[error("{path} is not whole, so it was not restored: {problem}; take another backup")]
    NotWhole {
        /// That file.
        path: PathBuf,
        /// What was found first.
        problem: String,
    },
    /// The file is an engine's, but not whole.
    #[error("{path} is damaged: {problem}; nothing was changed: restore a backup that is whole")]
    Damaged {
        /// That file or folder.
        path: PathBuf,
        /// What was found first.
        problem: String,
    },
    /// There is no room.
    #[error("the disk of {path} is full: make room, then try again; nothing was changed")]
    Full {
        /// What was to be written.
        path: PathBuf,
        /// What was refused.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The system refused.
    #[error("{path} cannot be read or written: look at the permissions and the room on the disk")]
    File {
        /// What it was about.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// `SQLite` refused.
    #[error("the database refused: look at the permissions and the room on the disk")]
    Database(#[from] rusqlite::Error),
}

impl MaintenanceError {
    fn file(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        if disk_full::has_no_room(&source) {
            let source = source.into();
            return Self::Full { path, source };
        }
        Self::File { path, source }
    }

    /// What `SQLite` says of a file, where the file is known.
    fn database(path: &Path, error: rusqlite::Error) -> Self {
        match OpenStoreError::from(error) {
            OpenStoreError::Database(error) => Self::Database(error),
            error => Self::unusable(path, error),
        }
    }

    fn unusable(path: &Path, error: OpenStoreError) -> Self {
        let path = path.to_owned();
        match error {
            OpenStoreError::Foreign => Self::Foreign { path },
            OpenStoreError::Full(source) => Self::Full { path, source },
            OpenStoreError::Damaged(problem) => Self::Damaged { path, problem },
            error => Self::Unusable(OpenError::new(&path, error)),
        }
    }
}

/// Opens a database that must exist, for reading, and says its version.
fn open_to_read(path: &Path) -> Result<(Connection, u32), MaintenanceError> {
    if !path.is_file() {
        return Err(MaintenanceError::NoDatabase {
            path: path.to_owned(),
        });
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = Connection::open_with_flags(path, flags).map_err(OpenStoreError::from);
    let checked = opened.and_then(|connection| {
        let version = identify(&connection)?;
        Ok((connection, version))
    });
    match checked {
        // An engine that never came to anything leaves an empty one.
        Ok((_, 0)) => Err(MaintenanceError::NoDatabase {
            path: path.to_owned(),
        }),
        checked => checked.map_err(|error| MaintenanceError::unusable(path, error)),
    }
}

/// A file that somebody has named must be there.
fn must_exist(file: &Path) -> Result<(), MaintenanceError> {
    if file.exists() {
        Ok(())
    } else {
        Err(MaintenanceError::NoFile {
            path: file.to_owned(),
        })
    }
}

/// The same, in the version that this program writes.
fn open_current(path: &Path) -> Result<Connection, MaintenanceError> {
    let (connection, found) = open_to_read(path)?;
    let known = Folder::known_version();
    if found < known {
        return Err(MaintenanceError::TooOld {
            path: path.to_owned(),
            found,
            known,
        });
    }
    Ok(connection)
}

/// What was written to the file is on disk when this returns, and so is its name.
fn settle(path: &Path) -> Result<(), MaintenanceError> {
    let failed = |source| MaintenanceError::file(path, source);
    File::open(path)
        .and_then(|file| file.sync_all())
        .map_err(failed)?;
    settle_folder(path.parent())
}

/// Names in the folder are on disk when this returns.
fn settle_folder(path: Option<&Path>) -> Result<(), MaintenanceError> {
    // An empty parent is the current folder.
    let path = path.filter(|path| !path.as_os_str().is_empty());
    let path = path.unwrap_or(Path::new("."));
    if cfg!(unix) {
        let synced = File::open(path).and_then(|folder| folder.sync_all());
        synced.map_err(|source| MaintenanceError::file(path, source))?;
    }
    Ok(())
}

fn size_bytes(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |metadata| metadata.len())
}

/// What a query of one number says, which is never negative.
fn number(connection: &Connection, sql: &str) -> Result<u64, rusqlite::Error> {
    let number: i64 = connection.query_row(sql, [], |row| row.get(0))?;
    Ok(number.unsigned_abs())
}

fn now() -> DateTime<Utc> {
    SystemTime::now().into()
}
