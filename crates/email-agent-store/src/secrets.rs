//! Passwords and keys: encrypted on disk, and changed together with the document they belong to.
//!
//! [`Vault`] holds a key that is derived from the file `installation.key`, which lies beside the
//! database but is not part of it: a copy of the database alone opens nothing. A sealed secret is
//! bound to its name, so that it cannot be moved to another place, and any change to it is noticed.

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hmac::{Hmac, Mac};
use rusqlite::OptionalExtension;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use sha2::Sha256;

use crate::{Store, StoreError};

/// Random, because each secret is sealed anew whenever it is set; long enough never to repeat.
const NONCE_BYTES: usize = 24;

/// Seals and opens secrets.
#[derive(Clone)]
pub struct Vault(XChaCha20Poly1305);

/// What a change of settings does to the secret that goes with them.
#[derive(Debug, Clone, Default)]
pub enum SecretChange {
    /// Nothing.
    #[default]
    Keep,
    /// It is forgotten.
    Remove,
    /// This is the secret from now on.
    Set(SecretString),
}

impl Vault {
    /// `installation_secret` belongs to the installation and stays the same.
    #[must_use]
    pub fn new(installation_secret: &SecretString) -> Self {
        Self(XChaCha20Poly1305::new(&derived(installation_secret).into()))
    }

    fn seal(&self, name: &'static str, secret: &SecretString) -> Result<Vec<u8>, StoreError> {
        let nonce: [u8; NONCE_BYTES] = rand::random();
        let payload = Payload {
            msg: secret.expose_secret().as_bytes(),
            aad: name.as_bytes(),
        };
        let sealed = self
            .0
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| StoreError::Sealed { name })?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    fn open(&self, name: &'static str, sealed: &[u8]) -> Result<SecretString, StoreError> {
        let damaged = || StoreError::Sealed { name };
        let (nonce, sealed) = sealed
            .split_first_chunk::<NONCE_BYTES>()
            .ok_or_else(damaged)?;
        let payload = Payload {
            msg: sealed,
            aad: name.as_bytes(),
        };
        let opened = self
            .0
            .decrypt(&XNonce::from(*nonce), payload)
            .map_err(|_| damaged())?;
        let text = String::from_utf8(opened).map_err(|_| damaged())?;
        Ok(text.into())
    }
}

/// A key of its own for this purpose: other things are derived from the same secret.
#[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
fn derived(installation_secret: &SecretString) -> [u8; 32] {
    let secret = installation_secret.expose_secret().as_bytes();
    let mut mac =
        <Hmac<Sha256> as Mac>::new_from_slice(secret).expect("HMAC takes keys of every length");
    mac.update(b"secrets of the settings, XChaCha20-Poly1305, 1\0");
    mac.finalize().into_bytes().into()
}

impl Store {
    /// The secret that goes with the document of this name; none if none is set.
    pub async fn secret(
        &self,
        name: &'static str,
        vault: &Vault,
    ) -> Result<Option<SecretString>, StoreError> {
        let sealed = self
            .transaction(move |transaction| {
                let sql = "SELECT sealed FROM secrets WHERE name = ?1";
                let found: Option<Vec<u8>> = transaction
                    .query_row(sql, [name], |row| row.get(0))
                    .optional()?;
                Ok(found)
            })
            .await?;
        sealed.map(|sealed| vault.open(name, &sealed)).transpose()
    }

    /// Stores a document and what becomes of its secret, both or neither.
    pub async fn set_document_and_secret<T: Serialize + Sync>(
        &self,
        name: &'static str,
        document: &T,
        change: &SecretChange,
        vault: &Vault,
    ) -> Result<(), StoreError> {
        let json = serde_json::to_string(document)
            .map_err(|source| StoreError::Unreadable { name, source })?;
        let sealed = match change {
            SecretChange::Keep => None,
            SecretChange::Remove => Some(None),
            SecretChange::Set(secret) => Some(Some(vault.seal(name, secret)?)),
        };
        self.transaction(move |transaction| {
            let sql = "INSERT INTO documents (name, json) VALUES (?1, ?2)
                       ON CONFLICT (name) DO UPDATE SET json = excluded.json";
            transaction.execute(sql, [name, &json])?;
            match sealed {
                None => {}
                Some(None) => {
                    transaction.execute("DELETE FROM secrets WHERE name = ?1", [name])?;
                }
                Some(Some(sealed)) => {
                    let sql = "INSERT INTO secrets (name, sealed) VALUES (?1, ?2)
                               ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed";
                    transaction.execute(sql, rusqlite::params![name, sealed])?;
                }
            }
            Ok(())
        })
        .await
    }

    /// Removes these documents and the secrets that go with them, all or none.
    pub async fn remove_documents_and_secrets(
        &self,
        names: &'static [&'static str],
    ) -> Result<(), StoreError> {
        self.transaction(move |transaction| {
            for name in names {
                transaction.execute("DELETE FROM documents WHERE name = ?1", [name])?;
                transaction.execute("DELETE FROM secrets WHERE name = ?1", [name])?;
            }
            Ok(())
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault(key: &str) -> Vault {
        Vault::new(&key.into())
    }

    async fn stored(store: &Store, vault: &Vault) -> Option<String> {
        let secret = store.secret("mail", vault).await.unwrap();
        secret.map(|secret| secret.expose_secret().to_owned())
    }

    #[tokio::test]
    async fn a_secret_follows_its_document() {
        let (store, vault) = (Store::in_memory().unwrap(), vault("k"));
        assert_eq!(stored(&store, &vault).await, None);
        for (change, expected) in [
            (SecretChange::Set("hunter2".into()), Some("hunter2")),
            (SecretChange::Keep, Some("hunter2")),
            (SecretChange::Set("né 中".into()), Some("né 中")),
            (SecretChange::Remove, None),
        ] {
            store
                .set_document_and_secret("mail", &1, &change, &vault)
                .await
                .unwrap();
            assert_eq!(stored(&store, &vault).await.as_deref(), expected);
        }
        assert_eq!(store.document::<u32>("mail").await.unwrap(), Some(1));
    }

    #[tokio::test]
    async fn nothing_of_it_is_in_the_files() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("app.db")).unwrap();
        let set = SecretChange::Set("correct horse battery".into());
        store
            .set_document_and_secret("mail", &"shown", &set, &vault("k"))
            .await
            .unwrap();
        let holds = |needle: &str| {
            std::fs::read_dir(folder.path()).unwrap().any(|file| {
                let bytes = std::fs::read(file.unwrap().path()).unwrap();
                bytes
                    .windows(needle.len())
                    .any(|part| part == needle.as_bytes())
            })
        };
        assert!(holds("shown"), "what is read are the right files");
        assert!(!holds("correct horse battery") && !holds("battery"));
    }

    #[test]
    fn another_key_another_name_and_any_changed_byte_open_nothing() {
        let here = vault("here");
        let sealed = here.seal("mail", &"hunter2".into()).unwrap();
        assert!(here.open("mail", &sealed).is_ok());
        assert!(vault("there").open("mail", &sealed).is_err());
        assert!(here.open("model", &sealed).is_err());
        for index in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[index] ^= 1;
            assert!(here.open("mail", &changed).is_err(), "byte {index}");
            assert!(
                here.open("mail", &sealed[..index]).is_err(),
                "cut at {index}"
            );
        }
    }

    #[test]
    fn the_same_secret_never_looks_the_same() {
        let vault = vault("k");
        let seal = || vault.seal("mail", &"hunter2".into()).unwrap();
        assert_ne!(seal(), seal());
    }

    #[tokio::test]
    async fn what_cannot_be_opened_is_named_without_the_secret() {
        let store = Store::in_memory().unwrap();
        let set = SecretChange::Set("hunter2".into());
        store
            .set_document_and_secret("mail", &1, &set, &vault("here"))
            .await
            .unwrap();
        let error = store.secret("mail", &vault("there")).await.unwrap_err();
        assert!(matches!(error, StoreError::Sealed { name: "mail" }));
        assert!(!format!("{error} {error:?}").contains("hunter2"));
        assert!(!format!("{set:?}").contains("hunter2"));
    }
}
