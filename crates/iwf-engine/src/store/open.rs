//! Opening: the folder, its lock, and whether what is in it is ours and whole.

use std::fs::{File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::read::Reader;
use super::{Store, disk_full, private, schema};

/// The database within a data folder.
const DATABASE: &str = "iwf-engine.db";
const LOCK: &str = "iwf-engine.lock";
const STATEMENTS_MAX: usize = 64;
/// Somebody who only looks whether the folder is in use holds the lock for an instant.
const LOCK_TRIES: u32 = 5;
const LOCK_TRY_AGAIN: Duration = Duration::from_millis(20);

/// A data folder.
#[derive(Clone, Debug)]
pub(crate) struct Folder(PathBuf);

/// Whether a process has the folder open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holder {
    Nobody,
    /// A process, which may be unable to tell its id.
    Process(Option<u32>),
}

#[derive(Debug)]
pub(crate) enum OpenStoreError {
    /// By this process, if it could tell its id.
    InUse(Option<u32>),
    Folder(io::Error),
    NotAFolder,
    TooNew {
        found: u32,
        known: u32,
    },
    Foreign,
    HalfRestored,
    ReadOnly,
    Full(Box<dyn std::error::Error + Send + Sync>),
    Damaged(String),
    Database(rusqlite::Error),
}

impl From<rusqlite::Error> for OpenStoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Self::Foreign,
            Some(ErrorCode::ReadOnly) => Self::ReadOnly,
            _ if disk_full::is_full(&error) => Self::Full(error.into()),
            Some(ErrorCode::DatabaseCorrupt) => Self::Damaged(error.to_string()),
            _ => Self::Database(error),
        }
    }
}

impl OpenStoreError {
    fn folder(error: io::Error) -> Self {
        if disk_full::has_no_room(&error) {
            Self::Full(error.into())
        } else {
            Self::Folder(error)
        }
    }
}

impl Folder {
    pub(crate) fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.0.join(DATABASE)
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.0.join(format!("{DATABASE}-wal"))
    }

    /// Shared memory of those who have the database open; made anew when it is missing.
    pub(crate) fn log_index(&self) -> PathBuf {
        self.0.join(format!("{DATABASE}-shm"))
    }

    /// A backup on its way to become the database.
    pub(crate) fn incoming(&self) -> PathBuf {
        self.0.join(format!("{DATABASE}.restoring"))
    }

    /// What an engine works with, present or not.
    pub(crate) fn files(&self) -> [PathBuf; 5] {
        let lock = self.0.join(LOCK);
        [
            self.database(),
            self.log(),
            self.log_index(),
            lock,
            self.incoming(),
        ]
    }

    /// Makes the folder and the database if they are missing, and brings the schema up to date.
    pub(crate) fn open(&self) -> Result<Store, OpenStoreError> {
        let lock = self.lock()?;
        if !self.database().exists() && self.incoming().exists() {
            return Err(OpenStoreError::HalfRestored);
        }
        // SQLite gives its log the same mode.
        private::make_file(&self.database()).map_err(OpenStoreError::folder)?;
        let mut connection = Connection::open(self.database())?;
        // First of all: what is not ours is not touched.
        schema::identify(&connection)?;
        configure(&connection)?;
        schema::bring_up_to_date(&mut connection)?;
        let store = Store {
            connection,
            buffer: Vec::new(),
            _lock: lock,
        };
        // Better told now than at the first request.
        store.try_to_write()?;
        Ok(store)
    }

    /// A connection that sees what is committed, whether the folder is being served or not.
    pub(crate) fn reader(&self) -> Result<Reader, rusqlite::Error> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(self.database(), flags)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
        connection.pragma_update(None, "cache_size", -2048)?;
        crate::search::prepare(&connection)?;
        Ok(Reader::new(connection))
    }

    /// Of the database and of its write-ahead log, in bytes; 0 for one that is not there.
    pub(crate) fn sizes(&self) -> [u64; 2] {
        let size = |file: &str| {
            let found = std::fs::metadata(self.0.join(file));
            found.map_or(0, |found| found.len())
        };
        [size(DATABASE), size(&format!("{DATABASE}-wal"))]
    }

    /// The schema version that this program writes.
    pub(crate) fn known_version() -> u32 {
        schema::known_version()
    }

    /// Two processes would each believe that they alone decide. The lock ends with the process.
    pub(crate) fn lock(&self) -> Result<File, OpenStoreError> {
        private::make_folder(&self.0).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => {
                OpenStoreError::NotAFolder
            }
            _ => OpenStoreError::folder(error),
        })?;
        let mut file = private::new_file()
            .create(true)
            .truncate(false)
            .open(self.0.join(LOCK))
            .map_err(OpenStoreError::folder)?;
        let mut tries = 1;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if tries < LOCK_TRIES => {
                    std::thread::sleep(LOCK_TRY_AGAIN);
                    tries += 1;
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(OpenStoreError::InUse(self.noted_id()));
                }
                Err(TryLockError::Error(error)) => return Err(OpenStoreError::Folder(error)),
            }
        }
        // For people who wonder which process it is; on a full disk it stays unknown.
        let noted = file
            .set_len(0)
            .and_then(|()| writeln!(file, "{}", std::process::id()));
        if let Err(error) = noted {
            tracing::debug!(%error, "the process id is not in the lock file");
        }
        Ok(file)
    }

    /// The process that has noted itself in the lock file.
    fn noted_id(&self) -> Option<u32> {
        let text = std::fs::read_to_string(self.0.join(LOCK)).ok()?;
        text.trim().parse().ok()
    }

    /// Who holds the lock.
    pub(crate) fn holder(&self) -> Result<Holder, io::Error> {
        let file = match File::open(self.0.join(LOCK)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Holder::Nobody),
            Err(error) => return Err(error),
        };
        match file.try_lock_shared() {
            Ok(()) => Ok(Holder::Nobody),
            Err(TryLockError::WouldBlock) => Ok(Holder::Process(self.noted_id())),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

fn configure(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // A commit is on disk when it returns: answers depend on it.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "cache_size", -16_384)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "journal_size_limit", 64 * 1024 * 1024)?;
    connection.pragma_update(None, "wal_autocheckpoint", 2000)
}
