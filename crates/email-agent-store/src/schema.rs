//! The schema: numbered migrations, each run once, all that are missing in one transaction.
//!
//! By hand, because the migration libraries lag behind the version of rusqlite that the engine shares.

use rusqlite::Connection;

use crate::StoreError;

/// Each raises `user_version` by one. Released ones never change.
const MIGRATIONS: &[&str] = &[
    include_str!("schema_1_documents.sql"),
    include_str!("schema_2_secrets.sql"),
    include_str!("schema_3_sends.sql"),
    include_str!("schema_4_catalogue.sql"),
    include_str!("schema_5_contacts.sql"),
    include_str!("schema_6_files.sql"),
    include_str!("schema_7_sign_in.sql"),
];

/// Makes or migrates the schema.
pub(crate) fn bring_up_to_date(connection: &mut Connection) -> Result<(), StoreError> {
    let found: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let known = u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX);
    if found > known {
        return Err(StoreError::TooNew { found, known });
    }
    let transaction = connection.transaction()?;
    for (version, migration) in (1_u32..).zip(MIGRATIONS) {
        if version > found {
            transaction.execute_batch(migration)?;
        }
    }
    transaction.pragma_update(None, "user_version", known)?;
    Ok(transaction.commit()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Store;

    #[test]
    fn a_store_is_made_once_and_opened_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("app.db");
        Store::open(&path).unwrap();
        Store::open(&path).unwrap();
    }

    #[test]
    fn every_older_version_is_migrated() {
        for found in 0..MIGRATIONS.len() {
            let mut connection = Connection::open_in_memory().unwrap();
            for migration in &MIGRATIONS[..found] {
                connection.execute_batch(migration).unwrap();
            }
            connection
                .pragma_update(None, "user_version", u32::try_from(found).unwrap())
                .unwrap();
            bring_up_to_date(&mut connection).unwrap();
        }
    }

    #[test]
    fn a_newer_file_is_refused() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection
            .pragma_update(None, "user_version", 1_000)
            .unwrap();
        assert!(matches!(
            bring_up_to_date(&mut connection),
            Err(StoreError::TooNew { found: 1_000, .. })
        ));
    }
}
