//! What a person does to a row: its name, pinned, archived, deleted; and erasing it for good.

use chrono::{DateTime, Utc};
use email_agent_api::{EmailId, StageKind};
use rusqlite::{OptionalExtension, Transaction, params};

use super::words::searchable;
use crate::{Store, StoreError, files};

/// From when on an email has been there too long; none for never.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expiry {
    /// Emails that were deleted before.
    pub deleted_before: Option<DateTime<Utc>>,
    /// Emails that have ended and were last changed before, but for pinned ones.
    pub finished_before: Option<DateTime<Utc>>,
}

impl Expiry {
    fn values(self) -> [Option<i64>; 2] {
        [self.deleted_before, self.finished_before]
            .map(|then| then.map(|then| then.timestamp_millis()))
    }
}

/// With the values of an [`Expiry`]. What is compared with none is not true.
const EXPIRED: &str = "deleted_ms < ?1 OR
    (deleted_ms IS NULL AND stage IN ('sent', 'canceled') AND unpinned = 1 AND changed_ms < ?2)";

impl Store {
    /// Gives the email a name, or takes it away. False: it is not in the catalogue.
    pub async fn rename(&self, id: EmailId, name: String) -> Result<bool, StoreError> {
        self.transaction(move |transaction| {
            let sql = "UPDATE catalogue SET name = ?2, change = change + 1 WHERE id = ?1
                       RETURNING number";
            let number: Option<i64> = transaction
                .query_row(sql, params![id.as_str(), name], |row| row.get(0))
                .optional()?;
            let Some(number) = number else {
                return Ok(false);
            };
            transaction.execute(
                "UPDATE catalogue_words SET name = ?2 WHERE rowid = ?1",
                params![number, searchable(&name)],
            )?;
            Ok(true)
        })
        .await
    }

    /// Keeps the email on top, or no longer. False: it is not in the catalogue.
    pub async fn pin(&self, id: EmailId, pinned: bool) -> Result<bool, StoreError> {
        self.mark(id, "unpinned = ?2", i64::from(!pinned)).await
    }

    /// Puts the email away, or brings it back. False: it is not in the catalogue.
    pub async fn archive(&self, id: EmailId, archived: bool) -> Result<bool, StoreError> {
        self.mark(id, "archived = ?2", i64::from(archived)).await
    }

    /// Takes the email out of the list since this moment, or brings it back. False: it is not in the
    /// catalogue.
    pub async fn delete(
        &self,
        id: EmailId,
        since: Option<DateTime<Utc>>,
    ) -> Result<bool, StoreError> {
        let since_ms = since.map(|since| since.timestamp_millis());
        self.mark(id, "deleted_ms = ?2", since_ms).await
    }

    async fn mark<V: rusqlite::ToSql + Send + 'static>(
        &self,
        id: EmailId,
        what: &'static str,
        value: V,
    ) -> Result<bool, StoreError> {
        self.transaction(move |transaction| {
            let sql = format!("UPDATE catalogue SET {what}, change = change + 1 WHERE id = ?1");
            Ok(transaction.execute(&sql, params![id.as_str(), value])? == 1)
        })
        .await
    }

    /// The emails that have been there too long.
    pub async fn expired(&self, expiry: Expiry) -> Result<Vec<EmailId>, StoreError> {
        self.transaction(move |transaction| {
            let sql = format!(
                "SELECT id FROM catalogue WHERE {EXPIRED} ORDER BY coalesce(deleted_ms, changed_ms)"
            );
            let mut statement = transaction.prepare(&sql)?;
            let ids = statement.query_map(expiry.values(), |row| row.get::<_, String>(0))?;
            let ids = ids.collect::<Result<Vec<_>, _>>()?;
            Ok(ids.iter().filter_map(|id| id.parse().ok()).collect())
        })
        .await
    }

    /// Whether this one has, now.
    pub async fn has_expired(&self, id: EmailId, expiry: Expiry) -> Result<bool, StoreError> {
        self.transaction(move |transaction| {
            let sql =
                format!("SELECT EXISTS (SELECT 1 FROM catalogue WHERE id = ?3 AND ({EXPIRED}))");
            let [deleted, finished] = expiry.values();
            let values = params![deleted, finished, id.as_str()];
            Ok(transaction.query_row(&sql, values, |row| row.get(0))?)
        })
        .await
    }

    /// Removes files of emails that are not in the catalogue. Only for a person who wants everything
    /// gone: the workflow of one may be out of sight, see [`Self::uncatalogue`].
    pub async fn erase_orphaned_files(&self) -> Result<(), StoreError> {
        self.transaction(|transaction| {
            let sql = "DELETE FROM files WHERE email NOT IN (SELECT id FROM catalogue)";
            transaction.execute(sql, [])?;
            Ok(())
        })
        .await
    }

    /// Removes everything about the email, and remembers that it is not to come back.
    pub async fn erase(&self, id: EmailId) -> Result<(), StoreError> {
        self.forget(id, true).await
    }

    /// Removes an email that has no workflow any more. Its files go with it if it had ended; those of
    /// one that may still leave stay, because a workflow can also be out of sight: behind another
    /// engine, or in a backup that is not put back yet.
    pub async fn uncatalogue(&self, id: EmailId) -> Result<(), StoreError> {
        self.forget(id, false).await
    }

    async fn forget(&self, id: EmailId, for_good: bool) -> Result<(), StoreError> {
        self.transaction(move |transaction| {
            let words = "DELETE FROM catalogue_words
                         WHERE rowid IN (SELECT number FROM catalogue WHERE id = ?1)";
            transaction.execute(words, [id.as_str()])?;
            if for_good || has_ended(transaction, &id)? {
                files::erase(transaction, &id)?;
            }
            transaction.execute("DELETE FROM catalogue WHERE id = ?1", [id.as_str()])?;
            if for_good {
                transaction.execute(
                    "INSERT OR IGNORE INTO erased (id) VALUES (?1)",
                    [id.as_str()],
                )?;
            }
            Ok(())
        })
        .await
    }

    /// Whether the email was erased.
    pub async fn is_erased(&self, id: EmailId) -> Result<bool, StoreError> {
        self.transaction(move |transaction| {
            let sql = "SELECT EXISTS (SELECT 1 FROM erased WHERE id = ?1)";
            Ok(transaction.query_row(sql, [id.as_str()], |row| row.get(0))?)
        })
        .await
    }
}

fn has_ended(transaction: &Transaction<'_>, id: &EmailId) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM catalogue WHERE id = ?1 AND stage IN (?2, ?3))";
    let (sent, canceled) = (StageKind::Sent.name(), StageKind::Canceled.name());
    let ended = transaction.query_row(sql, [id.as_str(), sent, canceled], |row| row.get(0));
    Ok(ended?)
}
