//! Writing what is known of an email, in whatever order the news comes in.

use chrono::{DateTime, Utc};
use email_agent_api::{EmailId, Revision, SendWish, StageKind};
use rusqlite::{OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};

use super::words::searchable;
use crate::{Store, StoreError};

/// An email as its workflow shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogueEntry {
    /// Which email.
    pub id: EmailId,
    /// How often its states have written. News of a lower number is old.
    pub states_revision: Revision,
    /// How often its request book was written; decides between news of the same states.
    pub book_revision: Revision,
    /// Canceled by a person: no other news counts any more, since a state that was at work at that
    /// moment may still tell of what is never committed.
    pub canceled: bool,
    /// Where it is in its life.
    pub stage: StageKind,
    /// The main recipients as one line.
    pub to: String,
    /// Everybody who gets it, for the search.
    pub everybody: String,
    /// Subject, or the first words of the request.
    pub title: String,
    /// The first part of the text and the names of the files, for the search.
    pub body: String,
    /// When it leaves or was meant to leave.
    pub send_at: Option<SendWish>,
    /// When something happens by itself.
    pub due: Option<DateTime<Utc>>,
    /// When it was begun.
    pub started_at: DateTime<Utc>,
    /// When something last happened.
    pub changed_at: DateTime<Utc>,
}

/// What the catalogue had of an email when one looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Rises with every change that the row shows.
    pub change: u64,
    /// See [`CatalogueEntry::states_revision`].
    pub states_revision: Revision,
    /// Whether it had ended.
    pub ended: bool,
    /// Whether the person has deleted it.
    pub deleted: bool,
}

/// Later than every send time.
const NEVER_MS: i64 = i64::MAX;

impl Store {
    /// Writes what is known of an email, unless something newer is known or the email was erased.
    /// Whether it was written.
    pub async fn catalogue(&self, entry: CatalogueEntry) -> Result<bool, StoreError> {
        let id = entry.id.clone();
        let written = self
            .transaction(move |transaction| write(transaction, &entry))
            .await;
        if written.is_err() {
            self.to_repair().insert(id);
        }
        written
    }

    /// Writes many emails in one go, as [`Store::catalogue`] does each.
    pub async fn catalogue_all(&self, entries: Vec<CatalogueEntry>) -> Result<(), StoreError> {
        self.transaction(move |transaction| {
            for entry in &entries {
                write(transaction, entry)?;
            }
            Ok(())
        })
        .await
    }

    /// Writes it although something newer seems to be known, if nothing has happened since `seen`:
    /// for emails that were set back, and for news of what was never committed.
    pub async fn catalogue_again(
        &self,
        entry: CatalogueEntry,
        seen: Seen,
    ) -> Result<bool, StoreError> {
        self.transaction(move |transaction| {
            let reset = "UPDATE catalogue SET states_revision = 0, book_revision = 0, canceled = 0
                         WHERE id = ?1 AND change = ?2 AND states_revision = ?3";
            let then = params![
                entry.id.as_str(),
                signed(seen.change),
                signed(seen.states_revision)
            ];
            let is_so = transaction.execute(reset, then)? == 1;
            Ok(is_so && write(transaction, &entry)?)
        })
        .await
    }

    /// What the catalogue has of this email.
    pub async fn seen(&self, id: EmailId) -> Result<Option<Seen>, StoreError> {
        self.transaction(move |transaction| {
            let sql = "SELECT change, states_revision, stage, deleted_ms IS NOT NULL
                       FROM catalogue WHERE id = ?1";
            let seen = transaction.query_row(sql, [id.as_str()], |row| {
                let stage: String = row.get(2)?;
                Ok(Seen {
                    change: unsigned(row.get(0)?),
                    states_revision: unsigned(row.get(1)?),
                    ended: [StageKind::Sent, StageKind::Canceled]
                        .iter()
                        .any(|ended| ended.name() == stage),
                    deleted: row.get(3)?,
                })
            });
            Ok(seen.optional()?)
        })
        .await
    }

    /// Every email in the catalogue, what leaves next first.
    pub async fn catalogued(&self) -> Result<Vec<EmailId>, StoreError> {
        self.transaction(|transaction| {
            let mut statement =
                transaction.prepare("SELECT id FROM catalogue ORDER BY next_ms, number")?;
            let ids = statement.query_map([], |row| row.get::<_, String>(0))?;
            let ids = ids.collect::<Result<Vec<_>, _>>()?;
            // Only well-formed ids were ever written.
            Ok(ids.iter().filter_map(|id| id.parse().ok()).collect())
        })
        .await
    }

    /// The emails that could not be written since one last asked: whoever asks reads them from their
    /// workflows and writes them again.
    #[must_use]
    pub fn take_to_repair(&self) -> Vec<EmailId> {
        std::mem::take(&mut *self.to_repair()).into_iter().collect()
    }

    /// This one could not be brought up to date.
    pub fn must_repair(&self, id: EmailId) {
        self.to_repair().insert(id);
    }
}

fn write(transaction: &Transaction<'_>, entry: &CatalogueEntry) -> Result<bool, StoreError> {
    let send_at = entry
        .send_at
        .as_ref()
        .map(serde_json::to_string)
        .transpose()
        .map_err(|source| StoreError::Unreadable {
            name: "the send time of an email",
            source,
        })?;
    let sql = "
        INSERT INTO catalogue (id, states_revision, book_revision, canceled, stage, recipients, title,
                               send_at, started_ms, changed_ms, rank, next_ms)
        SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12
        WHERE NOT EXISTS (SELECT 1 FROM erased WHERE id = ?1)
        ON CONFLICT (id) DO UPDATE SET
            change = change +
                ((excluded.stage, excluded.recipients, excluded.title, excluded.send_at, excluded.changed_ms)
                 IS NOT (stage, recipients, title, send_at, changed_ms)),
            states_revision = excluded.states_revision, book_revision = excluded.book_revision,
            canceled = excluded.canceled, stage = excluded.stage, recipients = excluded.recipients,
            title = excluded.title, send_at = excluded.send_at, changed_ms = excluded.changed_ms,
            rank = excluded.rank, next_ms = excluded.next_ms
        WHERE excluded.canceled >= canceled AND
            (excluded.canceled > canceled OR
             (excluded.states_revision, excluded.book_revision) >= (states_revision, book_revision))
        RETURNING number, name";
    let values = params![
        entry.id.as_str(),
        signed(entry.states_revision),
        signed(entry.book_revision),
        entry.canceled,
        entry.stage.name(),
        entry.to,
        entry.title,
        send_at,
        entry.started_at.timestamp_millis(),
        entry.changed_at.timestamp_millis(),
        rank(entry.stage),
        next_ms(entry),
    ];
    let written: Option<(i64, String)> = transaction
        .prepare_cached(sql)?
        .query_row(values, |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((number, name)) = written else {
        return Ok(false);
    };
    transaction
        .prepare_cached("DELETE FROM catalogue_words WHERE rowid = ?1")?
        .execute([number])?;
    let sql = "INSERT INTO catalogue_words (rowid, recipients, title, name, body)
               VALUES (?1, ?2, ?3, ?4, ?5)";
    transaction.prepare_cached(sql)?.execute(params![
        number,
        searchable(&entry.everybody),
        searchable(&entry.title),
        searchable(&name),
        searchable(&entry.body),
    ])?;
    Ok(true)
}

/// What the list shows first: what waits for the person, then what leaves by itself, then what is
/// under way, then what is over.
fn rank(stage: StageKind) -> i64 {
    match stage {
        StageKind::NeedsAnswer
        | StageKind::Draft
        | StageKind::ReadyToApprove
        | StageKind::Held
        | StageKind::PartlySent
        | StageKind::Unsure
        | StageKind::NotSent => 0,
        StageKind::Scheduled | StageKind::UndoWindow | StageKind::Sending | StageKind::Retrying => {
            1
        }
        StageKind::New | StageKind::Working => 2,
        StageKind::Sent | StageKind::Canceled => 3,
    }
}

/// What is over has no next time: the newest is first there.
fn next_ms(entry: &CatalogueEntry) -> i64 {
    entry
        .due
        .filter(|_| !entry.stage.is_final())
        .map_or(NEVER_MS, |due| due.timestamp_millis())
}

/// SQLite's numbers are signed; a revision never comes near their end.
fn signed(revision: Revision) -> i64 {
    i64::try_from(revision).unwrap_or(i64::MAX)
}

pub(super) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}
