//! Opening: the folder, its lock, the schema and its migrations.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use super::Store;
use super::read::Reader;

/// Each raises `user_version` by one. Released ones never change.
const MIGRATIONS: &[&str] = &[
    include_str!("schema.sql"),
    include_str!("schema_2_history.sql"),
];
const FILE: &str = "iwf-engine.db";
const STATEMENTS_MAX: usize = 64;

/// A data folder.
pub(crate) struct Folder(PathBuf);

#[derive(Debug)]
pub(crate) enum OpenStoreError {
    InUse,
    Folder(io::Error),
    TooNew { found: u32, known: u32 },
    Database(rusqlite::Error),
}

impl From<rusqlite::Error> for OpenStoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

impl Folder {
    pub(crate) fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// Makes the folder and the database if they are missing, and brings the schema up to date.
    pub(crate) fn open(&self) -> Result<Store, OpenStoreError> {
        std::fs::create_dir_all(&self.0).map_err(OpenStoreError::Folder)?;
        let lock = self.lock()?;
        let mut connection = Connection::open(self.0.join(FILE))?;
        configure(&connection)?;
        migrate(&mut connection)?;
        Ok(Store {
            connection,
            buffer: Vec::new(),
            _lock: lock,
        })
    }

    /// A connection that sees what is committed. The store must be open.
    pub(crate) fn reader(&self) -> Result<Reader, rusqlite::Error> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(self.0.join(FILE), flags)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
        connection.pragma_update(None, "cache_size", -2048)?;
        crate::search::prepare(&connection)?;
        Ok(Reader::new(connection))
    }

    /// The schema version that this program writes.
    pub(crate) fn known_version() -> u32 {
        u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX)
    }

    /// Two processes would each believe that they alone decide. The lock ends with the process.
    fn lock(&self) -> Result<File, OpenStoreError> {
        let path = self.0.join("iwf-engine.lock");
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path)
            .map_err(OpenStoreError::Folder)?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(OpenStoreError::InUse),
            Err(TryLockError::Error(error)) => Err(OpenStoreError::Folder(error)),
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

fn migrate(connection: &mut Connection) -> Result<(), OpenStoreError> {
    let found: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let known = Folder::known_version();
    if found > known {
        return Err(OpenStoreError::TooNew { found, known });
    }
    for (version, migration) in (1_u32..).zip(MIGRATIONS) {
        if version > found {
            let transaction = connection.transaction()?;
            transaction.execute_batch(migration)?;
            transaction.pragma_update(None, "user_version", version)?;
            transaction.commit()?;
        }
    }
    Ok(())
}
