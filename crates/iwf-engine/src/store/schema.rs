//! The schema: its versions, how one becomes the next, and whether a database has it.
//!
//! Versions are numbered from 1 in `user_version`. A migration happens in one transaction, so that
//! a process that dies in between leaves the old version whole.

use rusqlite::{Connection, Transaction};

use super::open::OpenStoreError;
use super::{StoreError, legacy};

/// Each raises the version by one. Released ones never change.
const MIGRATIONS: &[&str] = &[
    include_str!("schema.sql"),
    include_str!("schema_2_history.sql"),
    include_str!("schema_3_sealed.sql"),
    include_str!("schema_4_schedules.sql"),
];
/// Marks a database as ours, from the second released schema on: "iWFe".
const APPLICATION_ID: i32 = 0x6957_4665;
/// The version before values had checksums.
const UNSEALED: u32 = 1;

/// The newest version this program knows.
pub(super) fn known_version() -> u32 {
    u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX)
}

/// Makes or migrates the schema.
pub(crate) fn bring_up_to_date(connection: &mut Connection) -> Result<(), OpenStoreError> {
    let found = identify(connection)?;
    let known = known_version();
    if found < known {
        let transaction = connection.transaction()?;
        migrate(&transaction, found)?;
        transaction.commit()?;
        if found > 0 {
            tracing::info!(
                from = found,
                to = known,
                "the database has a new schema version"
            );
        }
    }
    check_objects(connection)
}

/// The version of a database that is ours; 0 if it is empty.
pub(crate) fn identify(connection: &Connection) -> Result<u32, OpenStoreError> {
    let found: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let application: i32 =
        connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let is_empty = || -> Result<bool, rusqlite::Error> {
        let sql = "SELECT NOT EXISTS (SELECT 1 FROM sqlite_schema)";
        connection.query_row(sql, [], |row| row.get(0))
    };
    let is_ours = match found {
        0 => application == 0 && is_empty()?,
        // It had no mark yet.
        UNSEALED => application == 0 && first_difference(connection, UNSEALED)?.is_none(),
        _ => application == APPLICATION_ID,
    };
    if !is_ours {
        return Err(OpenStoreError::Foreign);
    }
    let known = known_version();
    if found > known {
        return Err(OpenStoreError::TooNew { found, known });
    }
    Ok(found)
}

fn migrate(transaction: &Transaction<'_>, found: u32) -> Result<(), OpenStoreError> {
    for (version, migration) in (1_u32..).zip(MIGRATIONS) {
        if version > found {
            transaction.execute_batch(migration)?;
        }
    }
    if found == UNSEALED {
        legacy::seal_all(transaction).map_err(|error| match error {
            StoreError::Sql(error) => error.into(),
            StoreError::Damaged(damage) => OpenStoreError::Damaged(damage.to_string()),
        })?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    Ok(transaction.pragma_update(None, "user_version", known_version())?)
}

/// Every table and index must be exactly as we make it: `SQLite` believes whatever its schema says.
/// Others are let be; Litestream, for one, adds tables of its own.
pub(crate) fn check_objects(connection: &Connection) -> Result<(), OpenStoreError> {
    match first_difference(connection, known_version())? {
        None => Ok(()),
        Some(name) => Err(OpenStoreError::Damaged(format!(
            "{name} is not as this program makes it"
        ))),
    }
}

/// The name of something that a database of this version should have and has not.
fn first_difference(
    connection: &Connection,
    version: u32,
) -> Result<Option<String>, rusqlite::Error> {
    let fresh = Connection::open_in_memory()?;
    for (_, migration) in (1..=version).zip(MIGRATIONS) {
        fresh.execute_batch(migration)?;
    }
    let found = objects(connection)?;
    let mut expected = objects(&fresh)?.into_iter();
    let missing = expected.find(|object| !found.contains(object));
    Ok(missing.map(|(name, _)| name))
}

fn objects(connection: &Connection) -> Result<Vec<(String, Option<String>)>, rusqlite::Error> {
    let mut statement = connection.prepare("SELECT name, sql FROM sqlite_schema")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.collect()
}
