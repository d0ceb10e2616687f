//! The password of the installation, as a hash, and who is signed in with it.
//!
//! How a password is hashed and what a key looks like is decided by the caller. A key is long and
//! random, so a plain digest of it is enough: whoever reads the file cannot sign in with what stands there.

use rusqlite::{OptionalExtension, params};
use sha2::{Digest, Sha256};

use crate::{Store, StoreError};

/// Sessions at once; the ones that end first make room.
const SESSIONS_MAX: u32 = 1_000;

impl Store {
    /// The hash of the password; none while none is set.
    pub async fn password_hash(&self) -> Result<Option<String>, StoreError> {
        self.transaction(|transaction| {
            let sql = "SELECT hash FROM password";
            Ok(transaction
                .query_row(sql, [], |row| row.get(0))
                .optional()?)
        })
        .await
    }

    /// Sets or removes the password. Whoever was signed in with the one before is not any more.
    pub async fn set_password_hash(&self, hash: Option<String>) -> Result<(), StoreError> {
        self.transaction(move |transaction| {
            transaction.execute_batch("DELETE FROM sessions; DELETE FROM password")?;
            if let Some(hash) = hash {
                let sql = "INSERT INTO password (only, hash) VALUES (1, ?1)";
                transaction.execute(sql, [hash])?;
            }
            Ok(())
        })
        .await
    }

    /// Whoever holds `key` is signed in until then. Times are unix seconds. False, and nothing stored,
    /// if the password is not the one of `hash` any more: it was changed while it was checked.
    pub async fn begin_session(
        &self,
        key: &str,
        hash: String,
        now: i64,
        ends: i64,
    ) -> Result<bool, StoreError> {
        let key = digest(key);
        self.transaction(move |transaction| {
            let sql = "INSERT INTO sessions (key_sha256, ends)
                       SELECT ?1, ?2 FROM password WHERE hash = ?3";
            let is_begun = transaction.execute(sql, params![key, ends, hash])? == 1;
            transaction.execute("DELETE FROM sessions WHERE ends <= ?1", [now])?;
            let sql = "DELETE FROM sessions WHERE key_sha256 IN
                       (SELECT key_sha256 FROM sessions ORDER BY ends DESC LIMIT -1 OFFSET ?1)";
            transaction.execute(sql, [SESSIONS_MAX])?;
            Ok(is_begun)
        })
        .await
    }

    /// Whether the holder of `key` is signed in.
    pub async fn has_session(&self, key: &str, now: i64) -> Result<bool, StoreError> {
        let key = digest(key);
        self.transaction(move |transaction| {
            let sql = "SELECT EXISTS (SELECT 1 FROM sessions WHERE key_sha256 = ?1 AND ends > ?2)";
            Ok(transaction.query_row(sql, params![key, now], |row| row.get(0))?)
        })
        .await
    }

    /// How many are signed in.
    pub async fn sessions(&self, now: i64) -> Result<u32, StoreError> {
        self.transaction(move |transaction| {
            let sql = "SELECT count(*) FROM sessions WHERE ends > ?1";
            Ok(transaction.query_row(sql, [now], |row| row.get(0))?)
        })
        .await
    }

    /// The holder of `key` is signed out.
    pub async fn end_session(&self, key: &str) -> Result<(), StoreError> {
        self.end_sessions("DELETE FROM sessions WHERE key_sha256 = ?1", key)
            .await
    }

    /// Everybody but the holder of `key` is signed out.
    pub async fn end_other_sessions(&self, key: &str) -> Result<(), StoreError> {
        self.end_sessions("DELETE FROM sessions WHERE key_sha256 <> ?1", key)
            .await
    }

    async fn end_sessions(&self, sql: &'static str, key: &str) -> Result<(), StoreError> {
        let key = digest(key);
        self.transaction(move |transaction| {
            transaction.execute(sql, [key])?;
            Ok(())
        })
        .await
    }
}

fn digest(key: &str) -> [u8; 32] {
    Sha256::digest(key).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn with_password() -> Store {
        let store = Store::in_memory().unwrap();
        store.set_password_hash(Some("hash".into())).await.unwrap();
        store
    }

    async fn begin(store: &Store, key: &str, ends: i64) -> bool {
        store
            .begin_session(key, "hash".into(), 10, ends)
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn a_session_lasts_until_its_end_or_until_it_is_ended() {
        let store = with_password().await;
        for key in ["a", "b", "c"] {
            assert!(begin(&store, key, 20).await);
        }
        assert!(store.has_session("a", 19).await.unwrap());
        assert!(!store.has_session("a", 20).await.unwrap());
        assert!(!store.has_session("d", 19).await.unwrap());
        assert_eq!(store.sessions(19).await.unwrap(), 3);
        store.end_session("a").await.unwrap();
        assert!(!store.has_session("a", 19).await.unwrap());
        store.end_other_sessions("b").await.unwrap();
        assert!(store.has_session("b", 19).await.unwrap());
        assert!(!store.has_session("c", 19).await.unwrap());
    }

    #[tokio::test]
    async fn another_password_signs_everybody_out() {
        let store = with_password().await;
        assert!(begin(&store, "a", 20).await);
        store.set_password_hash(Some("other".into())).await.unwrap();
        assert!(!store.has_session("a", 11).await.unwrap());
        assert!(
            !begin(&store, "a", 20).await,
            "the password was checked before it changed"
        );
        store.set_password_hash(None).await.unwrap();
        assert_eq!(store.password_hash().await.unwrap(), None);
        assert!(!begin(&store, "a", 20).await);
    }

    #[tokio::test]
    async fn they_do_not_pile_up() {
        let store = with_password().await;
        for number in 0..=SESSIONS_MAX {
            assert!(begin(&store, &number.to_string(), 20 + i64::from(number)).await);
        }
        assert_eq!(store.sessions(11).await.unwrap(), SESSIONS_MAX);
        assert!(!store.has_session("0", 11).await.unwrap());
    }
}
