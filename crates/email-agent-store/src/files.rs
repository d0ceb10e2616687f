//! The bytes of files that go with emails, by email and file.
//!
//! They are kept as they came: who reads them compares the checksum that the email names. What is
//! erased is overwritten on disk, as everything in this file.

use email_agent_api::{
    Attachment, EmailId, FileContent, FileId, FileName, MediaType,
    limits::{FILES_KEPT_BYTES_MAX, FILES_KEPT_MAX},
};
use rusqlite::{OptionalExtension, Row, Transaction, params};

use crate::{Store, StoreError};

/// What became of files that were to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keeping {
    /// All are kept; these were not before.
    Kept(Vec<FileId>),
    /// With them the email would have more files, or more bytes, than are kept for one email. None of
    /// them is kept.
    Full,
    /// The email was erased, so nothing is kept for it any more.
    Erased,
}

impl Store {
    /// Keeps files for an email. One that is kept already stays as it is.
    pub async fn keep_files(
        &self,
        email: EmailId,
        files: Vec<FileContent>,
    ) -> Result<Keeping, StoreError> {
        self.transaction(move |transaction| {
            if is_erased(transaction, &email)? {
                return Ok(Keeping::Erased);
            }
            let mut fresh = Vec::new();
            for file in &files {
                if !is_kept(transaction, &email, &file.attachment.id)? {
                    fresh.push(file);
                }
            }
            let (count, bytes) = kept(transaction, &email)?;
            let more: u64 = fresh.iter().map(|file| file.bytes.len() as u64).sum();
            if count + fresh.len() as u64 > u64::from(FILES_KEPT_MAX)
                || bytes + more > FILES_KEPT_BYTES_MAX
            {
                return Ok(Keeping::Full);
            }
            let sql = "INSERT OR IGNORE INTO files
                  (email, id, name, media_type, size_bytes, sha256, bytes)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
            let mut statement = transaction.prepare(sql)?;
            for FileContent { attachment, bytes } in &fresh {
                statement.execute(params![
                    email.as_str(),
                    attachment.id.as_str(),
                    attachment.name.as_str(),
                    attachment.media_type.as_str(),
                    i64::try_from(attachment.size_bytes).unwrap_or(i64::MAX),
                    attachment.sha256,
                    bytes,
                ])?;
            }
            let ids = fresh.iter().map(|file| file.attachment.id.clone());
            Ok(Keeping::Kept(ids.collect()))
        })
        .await
    }

    /// A file of an email, if it is kept.
    pub async fn file(
        &self,
        email: EmailId,
        id: FileId,
    ) -> Result<Option<FileContent>, StoreError> {
        self.transaction(move |transaction| {
            let sql = "SELECT name, media_type, size_bytes, sha256, bytes FROM files
                       WHERE email = ?1 AND id = ?2";
            let read = |row: &Row<'_>| {
                Ok(FileContent {
                    attachment: Attachment {
                        id: id.clone(),
                        name: FileName::from(row.get::<_, String>(0)?),
                        media_type: MediaType::from(row.get::<_, String>(1)?),
                        size_bytes: unsigned(row.get(2)?),
                        sha256: row.get(3)?,
                    },
                    bytes: row.get(4)?,
                })
            };
            let found = transaction.query_row(sql, [email.as_str(), id.as_str()], read);
            Ok(found.optional()?)
        })
        .await
    }

    /// Keeps these files of one email for another one as well. Those that are not kept are left out.
    pub async fn copy_files(
        &self,
        from: EmailId,
        to: EmailId,
        files: Vec<FileId>,
    ) -> Result<(), StoreError> {
        self.transaction(move |transaction| {
            if is_erased(transaction, &to)? {
                return Ok(());
            }
            let sql = "INSERT OR IGNORE INTO files
                  (email, id, name, media_type, size_bytes, sha256, bytes)
                SELECT ?2, id, name, media_type, size_bytes, sha256, bytes FROM files
                WHERE email = ?1 AND id = ?3";
            let mut statement = transaction.prepare(sql)?;
            for file in &files {
                statement.execute([from.as_str(), to.as_str(), file.as_str()])?;
            }
            Ok(())
        })
        .await
    }

    /// Takes files back that no version of the email names.
    pub async fn forget_files(&self, email: EmailId, files: Vec<FileId>) -> Result<(), StoreError> {
        self.transaction(move |transaction| {
            for file in &files {
                let sql = "DELETE FROM files WHERE email = ?1 AND id = ?2";
                transaction.execute(sql, [email.as_str(), file.as_str()])?;
            }
            Ok(())
        })
        .await
    }
}

/// Removes all files of an email.
pub(crate) fn erase(transaction: &Transaction<'_>, email: &EmailId) -> Result<(), StoreError> {
    transaction.execute("DELETE FROM files WHERE email = ?1", [email.as_str()])?;
    Ok(())
}

fn is_erased(transaction: &Transaction<'_>, email: &EmailId) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM erased WHERE id = ?1)";
    Ok(transaction.query_row(sql, [email.as_str()], |row| row.get(0))?)
}

fn is_kept(
    transaction: &Transaction<'_>,
    email: &EmailId,
    file: &FileId,
) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM files WHERE email = ?1 AND id = ?2)";
    let ids = [email.as_str(), file.as_str()];
    Ok(transaction.query_row(sql, ids, |row| row.get(0))?)
}

/// How many files are kept for an email, and their bytes.
fn kept(transaction: &Transaction<'_>, email: &EmailId) -> Result<(u64, u64), StoreError> {
    let sql = "SELECT count(*), coalesce(sum(size_bytes), 0) FROM files WHERE email = ?1";
    let both = |row: &Row<'_>| Ok((unsigned(row.get(0)?), unsigned(row.get(1)?)));
    Ok(transaction.query_row(sql, [email.as_str()], both)?)
}

/// Sizes and counts as SQLite has them; none of ours is negative.
fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email(number: u8) -> EmailId {
        EmailId::from_random([number; 26])
    }

    fn file(number: u8, size: usize) -> FileContent {
        FileContent {
            attachment: Attachment::example(number, "Relatório 日本.pdf", size as u64),
            bytes: vec![number; size],
        }
    }

    async fn read(store: &Store, of: u8, id: u8) -> Option<FileContent> {
        let id = FileId::from_random([id; 26]);
        store.file(email(of), id).await.unwrap()
    }

    #[tokio::test]
    async fn files_are_kept_once_and_for_their_email_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("app.db");
        let store = Store::open(&path).unwrap();
        let both = vec![file(1, 10), file(2, 20)];
        let kept = store.keep_files(email(1), both.clone()).await.unwrap();
        let ids = |files: &[FileContent]| {
            let ids = files.iter().map(|file| file.attachment.id.clone());
            Keeping::Kept(ids.collect())
        };
        assert_eq!(kept, ids(&both));
        let again = store.keep_files(email(1), vec![file(2, 20), file(3, 0)]);
        assert_eq!(again.await.unwrap(), ids(&[file(3, 0)]));
        drop(store);
        let store = Store::open(&path).unwrap();
        assert_eq!(read(&store, 1, 1).await, Some(file(1, 10)));
        assert_eq!(read(&store, 2, 1).await, None);
    }

    #[tokio::test]
    async fn a_copy_outlives_the_original_and_what_is_erased_never_comes_back() {
        let store = Store::in_memory().unwrap();
        store.keep_files(email(1), vec![file(1, 10)]).await.unwrap();
        let ids = vec![file(1, 0).attachment.id, file(9, 0).attachment.id];
        for _ in 0..2 {
            let copied = store.copy_files(email(1), email(2), ids.clone());
            copied.await.unwrap();
        }
        store.erase(email(1)).await.unwrap();
        assert_eq!(read(&store, 1, 1).await, None);
        assert_eq!(read(&store, 2, 1).await, Some(file(1, 10)));
        let late = store.keep_files(email(1), vec![file(2, 10)]).await;
        assert_eq!(late.unwrap(), Keeping::Erased);
        store
            .copy_files(email(2), email(1), ids.clone())
            .await
            .unwrap();
        assert_eq!(read(&store, 1, 1).await, None);
        store.forget_files(email(2), ids).await.unwrap();
        assert_eq!(read(&store, 2, 1).await, None);
    }

    #[tokio::test]
    async fn there_is_an_end_to_what_is_kept() {
        let store = Store::in_memory().unwrap();
        let most = u8::try_from(FILES_KEPT_MAX).unwrap();
        for number in 0..most {
            // Ids use five bits of each byte.
            let mut one = file(0, 1);
            let mut bytes = [0; 26];
            (bytes[0], bytes[1]) = (number & 31, number >> 5);
            one.attachment.id = FileId::from_random(bytes);
            let kept = store.keep_files(email(1), vec![one]).await.unwrap();
            assert!(matches!(kept, Keeping::Kept(_)), "{number}");
        }
        let beyond = store.keep_files(email(1), vec![file(31, 1)]).await;
        assert_eq!(beyond.unwrap(), Keeping::Full);
        let mut large = file(1, 1);
        large.attachment.size_bytes = FILES_KEPT_BYTES_MAX;
        assert!(matches!(
            store.keep_files(email(2), vec![large]).await.unwrap(),
            Keeping::Kept(_)
        ));
        let beyond = store.keep_files(email(2), vec![file(2, 1)]).await;
        assert_eq!(beyond.unwrap(), Keeping::Full);
    }
}
