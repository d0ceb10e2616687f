//! Small things of which there is one each, stored as JSON under a name.

use rusqlite::OptionalExtension;
use serde::{Serialize, de::DeserializeOwned};

use crate::{Store, StoreError};

impl Store {
    /// The document of this name; none if it was never stored.
    pub async fn document<T: DeserializeOwned + Send + 'static>(
        &self,
        name: &'static str,
    ) -> Result<Option<T>, StoreError> {
        self.transaction(move |transaction| {
            let json: Option<String> = transaction
                .query_row(
                    "SELECT json FROM documents WHERE name = ?1",
                    [name],
                    |row| row.get(0),
                )
                .optional()?;
            json.map(|json| serde_json::from_str(&json))
                .transpose()
                .map_err(|source| StoreError::Unreadable { name, source })
        })
        .await
    }

    /// Stores the document of this name, in place of the one before.
    pub async fn set_document<T: Serialize + Sync>(
        &self,
        name: &'static str,
        document: &T,
    ) -> Result<(), StoreError> {
        let json = serde_json::to_string(document)
            .map_err(|source| StoreError::Unreadable { name, source })?;
        self.transaction(move |transaction| {
            let sql = "INSERT INTO documents (name, json) VALUES (?1, ?2)
                       ON CONFLICT (name) DO UPDATE SET json = excluded.json";
            transaction.execute(sql, [name, &json])?;
            Ok(())
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_last_document_of_a_name_counts_also_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("app.db");
        let store = Store::open(&path).unwrap();
        assert_eq!(store.document::<u32>("a").await.unwrap(), None);
        store.set_document("a", &1_u32).await.unwrap();
        store.set_document("a", &2_u32).await.unwrap();
        drop(store);
        let store = Store::open(&path).unwrap();
        assert_eq!(store.document::<u32>("a").await.unwrap(), Some(2));
        assert_eq!(store.document::<u32>("b").await.unwrap(), None);
    }

    #[tokio::test]
    async fn what_cannot_be_read_is_named() {
        let store = Store::in_memory().unwrap();
        store.set_document("a", &"text").await.unwrap();
        let error = store.document::<u32>("a").await.unwrap_err();
        assert!(error.to_string().contains("“a”"), "{error}");
    }
}
