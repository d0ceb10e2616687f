//! One page of matching runs, read in one transaction.

use std::time::{Duration, Instant};

use iwf_protocol::{WorkflowSearchRequest, WorkflowSearchResponse, WorkflowSearchResponseEntry};
use rusqlite::types::Value;
use rusqlite::{Connection, ErrorCode, Row, params_from_iter};
use uuid::Uuid;

use super::filter::Filter;
use super::page_token::PageToken;
use super::{SearchError, parser};

/// What one search may cost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    pub(crate) entries_max: usize,
    pub(crate) time_max: Duration,
}

/// Instructions of the database between two looks at the clock, well below a millisecond.
const INSTRUCTIONS_PER_LOOK: i32 = 10_000;

/// Finds the page that the request asks for, unless that takes too long.
pub(crate) fn find_in_time(
    connection: &mut Connection,
    request: &WorkflowSearchRequest,
    bounds: Bounds,
) -> Result<WorkflowSearchResponse, SearchError> {
    let begun = Instant::now();
    let is_late = move || begun.elapsed() > bounds.time_max;
    connection.progress_handler(INSTRUCTIONS_PER_LOOK, Some(is_late))?;
    let found = find(connection, request, bounds.entries_max);
    connection.progress_handler(0, None::<fn() -> bool>)?;
    found.map_err(|error| match error {
        SearchError::Database(error)
            if error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) =>
        {
            SearchError::TooLong(bounds.time_max)
        }
        error => error,
    })
}

/// Finds the page, with at most `entries_max` entries.
pub(crate) fn find(
    connection: &Connection,
    request: &WorkflowSearchRequest,
    entries_max: usize,
) -> Result<WorkflowSearchResponse, SearchError> {
    let after = match request.next_page_token.as_deref() {
        None | Some("") => None,
        Some(token) => Some(token.parse().map_err(|_| SearchError::PageToken)?),
    };
    let condition = parser::condition(&request.query)?;
    let size = match request.page_size.map(usize::try_from) {
        Some(Ok(size @ 1..)) => size.min(entries_max),
        _ => entries_max,
    };
    let snapshot = connection.unchecked_transaction()?;
    let filter = Filter::new(condition.as_ref(), &snapshot)?;

    let mut page = Page::new(size);
    if !matches!(after, Some(PageToken::Closed { .. })) {
        page.add_running(&snapshot, &filter, after)?;
    }
    if !page.is_full() {
        page.add_closed(&snapshot, &filter, after)?;
    }
    Ok(page.into_response())
}

struct Page {
    size: usize,
    entries: Vec<WorkflowSearchResponseEntry>,
    last: Option<PageToken>,
}

impl Page {
    fn new(size: usize) -> Self {
        Self {
            size,
            entries: Vec::new(),
            last: None,
        }
    }

    fn is_full(&self) -> bool {
        self.entries.len() >= self.size
    }

    /// Run keys rise with every start, so their order is that of the starts.
    fn add_running(
        &mut self,
        connection: &Connection,
        filter: &Filter,
        after: Option<PageToken>,
    ) -> Result<(), SearchError> {
        let below = match after {
            Some(PageToken::Running { run_key }) => run_key,
            _ => i64::MAX,
        };
        let sql = format!(
            "SELECT run_key, run_id, workflow_id FROM runs \
             WHERE status = 0 AND run_key < ? AND {} \
             ORDER BY run_key DESC LIMIT ?",
            filter.sql()
        );
        self.add(connection, &sql, &[below], filter, |row| {
            Ok(PageToken::Running {
                run_key: row.get(0)?,
            })
        })
    }

    fn add_closed(
        &mut self,
        connection: &Connection,
        filter: &Filter,
        after: Option<PageToken>,
    ) -> Result<(), SearchError> {
        let below = match after {
            Some(PageToken::Closed { closed_at, run_key }) => [closed_at, run_key],
            _ => [i64::MAX, i64::MAX],
        };
        let sql = format!(
            "SELECT run_key, run_id, workflow_id, closed_at FROM runs \
             WHERE closed_at IS NOT NULL AND (closed_at, run_key) < (?, ?) AND {} \
             ORDER BY closed_at DESC, run_key DESC LIMIT ?",
            filter.sql()
        );
        self.add(connection, &sql, &below, filter, |row| {
            Ok(PageToken::Closed {
                closed_at: row.get(3)?,
                run_key: row.get(0)?,
            })
        })
    }

    fn add(
        &mut self,
        connection: &Connection,
        sql: &str,
        below: &[i64],
        filter: &Filter,
        place: fn(&Row<'_>) -> rusqlite::Result<PageToken>,
    ) -> Result<(), SearchError> {
        let room = i64::try_from(self.size - self.entries.len()).unwrap_or(i64::MAX);
        let below = below.iter().copied().map(Value::Integer);
        let values = below
            .chain(filter.values().iter().cloned())
            .chain([Value::Integer(room)]);
        let mut statement = connection.prepare(sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        while let Some(row) = rows.next()? {
            let run_id: [u8; 16] = row.get(1)?;
            self.entries.push(WorkflowSearchResponseEntry {
                workflow_id: row.get(2)?,
                workflow_run_id: Uuid::from_bytes(run_id).to_string(),
            });
            self.last = Some(place(row)?);
        }
        Ok(())
    }

    /// A full page has a next one, which may turn out empty.
    fn into_response(self) -> WorkflowSearchResponse {
        let next = self.last.filter(|_| self.is_full());
        WorkflowSearchResponse {
            next_page_token: next.map(|token| token.to_string()).unwrap_or_default(),
            workflow_executions: self.entries,
        }
    }
}
