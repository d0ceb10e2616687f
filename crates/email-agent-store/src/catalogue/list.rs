//! Reading the list: one query for a page, whatever is filtered or searched.
//!
//! A page begins after the place where the one before it ended, in the order of the list, and not at
//! a count: rows that come and go meanwhile neither double nor hide others.

use chrono::{DateTime, Utc};
use email_agent_api::{
    EmailList, EmailSummary, ListQuery, Show,
    limits::{ERASE_AFTER_DAYS, LIST_PAGE_EMAILS, SEARCH_CHARS_MAX},
};
use rusqlite::{Row, params_from_iter, types::Value};

use super::{row::unsigned, words::question};
use crate::{Store, StoreError};

/// The five numbers of the order, by which a row is found again.
type Place = [i64; 5];

/// Before every row.
const BEGINNING: Place = [i64::MIN; 5];

const COLUMNS: &str =
    "id, change, stage, name, recipients, title, send_at, changed_ms, unpinned, archived,
     deleted_ms IS NOT NULL, unpinned, rank, next_ms, newest, number";

impl Store {
    /// One page of the list. `None`: `page` is no place in it.
    pub async fn list(&self, query: ListQuery) -> Result<Option<EmailList>, StoreError> {
        let after = match &query.page {
            None => BEGINNING,
            Some(token) => match place_of(token) {
                Some(place) => place,
                None => return Ok(None),
            },
        };
        let rows = self
            .transaction(move |transaction| {
                let (sql, values) = statement(&query, after);
                let mut statement = transaction.prepare_cached(&sql)?;
                let rows = statement.query_map(params_from_iter(values), read)?;
                Ok(rows.collect::<Result<Vec<_>, _>>()?)
            })
            .await?;
        Ok(Some(page(rows)))
    }
}

/// One row more than a page has tells whether there is a next page.
fn page(mut rows: Vec<(EmailSummary, Place)>) -> EmailList {
    let size = usize::try_from(LIST_PAGE_EMAILS).unwrap_or(usize::MAX);
    let is_last = rows.len() <= size;
    rows.truncate(size);
    let next = rows
        .last()
        .filter(|_| !is_last)
        .map(|(_, place)| place.map(|number: i64| number.to_string()).join("."));
    EmailList {
        emails: rows.into_iter().map(|(summary, _)| summary).collect(),
        next,
        // What a person has chosen is known further up.
        erase_after_days: ERASE_AFTER_DAYS,
    }
}

fn statement(query: &ListQuery, after: Place) -> (String, Vec<Value>) {
    let place = match query.show {
        Show::Archived => 1,
        Show::Deleted => 2,
        _ => 0,
    };
    let mut values: Vec<Value> = vec![place.into()];
    values.extend(after.map(Value::from));
    let mut conditions = String::new();
    if let Some(stages) = query.show.stages() {
        let names: Vec<_> = stages
            .iter()
            .map(|stage| format!("'{}'", stage.name()))
            .collect();
        conditions = format!(" AND stage IN ({})", names.join(", "));
    }
    let typed: String = query.search.chars().take(SEARCH_CHARS_MAX).collect();
    if let Some(question) = question(&typed) {
        values.push(question.into());
        conditions +=
            " AND number IN (SELECT rowid FROM catalogue_words WHERE catalogue_words MATCH ?7)";
    }
    let sql = format!(
        "SELECT {COLUMNS} FROM catalogue
         WHERE place = ?1 AND (unpinned, rank, next_ms, newest, number) > (?2, ?3, ?4, ?5, ?6){conditions}
         ORDER BY unpinned, rank, next_ms, newest, number LIMIT {}",
        LIST_PAGE_EMAILS + 1
    );
    (sql, values)
}

fn read(row: &Row<'_>) -> rusqlite::Result<(EmailSummary, Place)> {
    let unreadable = |column: usize, error: Box<dyn std::error::Error + Send + Sync>| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, error)
    };
    let send_at: Option<String> = row.get(6)?;
    let summary = EmailSummary {
        id: row
            .get::<_, String>(0)?
            .parse()
            .map_err(|error: email_agent_api::AgentError| unreadable(0, error.into()))?,
        change: unsigned(row.get(1)?),
        stage: serde_json::from_value(row.get::<_, String>(2)?.into())
            .map_err(|error| unreadable(2, error.into()))?,
        name: row.get(3)?,
        to: row.get(4)?,
        title: row.get(5)?,
        send_at: send_at
            .map(|json| serde_json::from_str(&json))
            .transpose()
            .map_err(|error| unreadable(6, error.into()))?,
        changed_at: DateTime::<Utc>::from_timestamp_millis(row.get(7)?).unwrap_or_default(),
        pinned: row.get::<_, i64>(8)? == 0,
        archived: row.get(9)?,
        deleted: row.get(10)?,
    };
    let mut place = BEGINNING;
    for (index, number) in place.iter_mut().enumerate() {
        *number = row.get(11 + index)?;
    }
    Ok((summary, place))
}

/// The place that a page's `next` stands for.
fn place_of(token: &str) -> Option<Place> {
    let mut place = BEGINNING;
    let mut parts = token.split('.');
    for number in &mut place {
        *number = parts.next()?.parse().ok()?;
    }
    parts.next().is_none().then_some(place)
}
