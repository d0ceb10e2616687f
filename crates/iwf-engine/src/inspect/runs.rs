//! The list of runs: the search's order and pages, with what a line about each run needs.

use chrono::{DateTime, Utc};
use iwf_engine_core::{RunId, Timestamp};
use iwf_protocol::{WorkflowSearchRequest, WorkflowSearchResponse, WorkflowStatus};
use rusqlite::{Connection, OptionalExtension, Row};
use serde::Serialize;

use super::instant::instant;
use crate::store::{RunKey, status_of_number};

/// Which runs to list. All conditions must hold; a default request lists every run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunsRequest {
    /// Only runs of this status.
    pub status: Option<WorkflowStatus>,
    /// Only runs of this type.
    pub workflow_type: Option<String>,
    /// Only runs whose workflow id begins with this.
    pub workflow_id_prefix: Option<String>,
    /// A query in the grammar of the search endpoint.
    pub query: Option<String>,
    /// Entries of the page, up to the engine's bound; 50 if absent.
    pub page_size: Option<u32>,
    /// What the page before said; absent for the first page.
    pub page_token: Option<String>,
}

/// One page of runs: the running ones first, newest first, then the closed ones, last closed
/// first.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RunsPage {
    /// The runs, at most as many as asked for.
    pub runs: Vec<RunSummary>,
    /// Where the next page begins, if there may be one.
    pub next_page_token: Option<String>,
}

/// One line about a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RunSummary {
    /// The caller's name for the workflow.
    pub workflow_id: String,
    /// This life of it.
    pub run_id: String,
    /// The definition it runs.
    pub workflow_type: String,
    /// Running, or how it ended.
    pub status: WorkflowStatus,
    /// When it was started.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub closed_at: Option<DateTime<Utc>>,
    /// When the engine acts by itself next: a timer, a retry, a time-out. The beginning of 1970
    /// while a worker call is owed or under way.
    pub due_at: Option<DateTime<Utc>>,
    /// The states in progress, as far as the run's configuration shows them to the search.
    pub executing_state_ids: Vec<String>,
}

const PAGE_SIZE: u32 = 50;

/// The search that finds the runs of a page.
pub(crate) fn search(request: &RunsRequest) -> WorkflowSearchRequest {
    let size = request.page_size.unwrap_or(PAGE_SIZE).max(1);
    WorkflowSearchRequest {
        query: query(request),
        page_size: Some(i32::try_from(size).unwrap_or(i32::MAX)),
        next_page_token: request.page_token.clone(),
    }
}

/// The page, with a line about each run that was found.
pub(crate) fn page(
    connection: &Connection,
    found: WorkflowSearchResponse,
) -> rusqlite::Result<RunsPage> {
    let mut runs = Vec::with_capacity(found.workflow_executions.len());
    for entry in found.workflow_executions {
        let id = RunId::parse(&entry.workflow_run_id);
        // A run that was deleted since is no longer there to be listed.
        if let Some(id) = id
            && let Some(summary) = summary(connection, RunKey::of(id))?
        {
            runs.push(summary);
        }
    }
    Ok(RunsPage {
        runs,
        next_page_token: Some(found.next_page_token).filter(|token| !token.is_empty()),
    })
}

/// The line about one run, if it exists.
pub(super) fn summary(
    connection: &Connection,
    key: RunKey,
) -> rusqlite::Result<Option<RunSummary>> {
    let mut statement = connection.prepare_cached(
        "SELECT workflow_id, run_id, workflow_type, status, started_at, closed_at, due_at,
                executing_state_ids
         FROM runs WHERE run_key = ?",
    )?;
    statement.query_row([key.0], of_row).optional()
}

fn of_row(row: &Row<'_>) -> rusqlite::Result<RunSummary> {
    let at = |at: Option<i64>| at.map(|at| instant(Timestamp(at)));
    let number: i64 = row.get(3)?;
    let status = status_of_number(number);
    let status = status.ok_or(rusqlite::Error::IntegralValueOutOfRange(3, number))?;
    let executing: Option<String> = row.get(7)?;
    // The engine wrote the list itself; a damaged one is `check`'s to report.
    let executing = executing.and_then(|ids| serde_json::from_str(&ids).ok());
    Ok(RunSummary {
        workflow_id: row.get(0)?,
        run_id: RunId(u128::from_be_bytes(row.get(1)?)).to_string(),
        workflow_type: row.get(2)?,
        status: crate::convert::status(status),
        started_at: instant(Timestamp(row.get(4)?)),
        closed_at: at(row.get(5)?),
        due_at: at(row.get(6)?),
        executing_state_ids: executing.unwrap_or_default(),
    })
}

/// The request in the search's grammar. The caller's own query comes first, so that the places
/// its errors name are nearly right.
fn query(request: &RunsRequest) -> String {
    let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    let mut conditions = Vec::new();
    if let Some(status) = request.status {
        conditions.push(format!("ExecutionStatus = '{}'", name(status)));
    }
    if let Some(workflow_type) = given(&request.workflow_type) {
        conditions.push(format!("IwfWorkflowType = {}", quoted(&workflow_type)));
    }
    if let Some(prefix) = given(&request.workflow_id_prefix) {
        conditions.push(format!("WorkflowId STARTS_WITH {}", quoted(&prefix)));
    }
    match (given(&request.query), conditions.is_empty()) {
        (None, _) => conditions.join(" AND "),
        (Some(query), true) => query,
        (Some(query), false) => format!("({query}) AND {}", conditions.join(" AND ")),
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

/// As the search's grammar has it, which is the backend's and not iWF's.
fn name(status: WorkflowStatus) -> &'static str {
    match status {
        WorkflowStatus::Running => "Running",
        WorkflowStatus::Completed => "Completed",
        WorkflowStatus::Failed => "Failed",
        WorkflowStatus::Timeout => "TimedOut",
        WorkflowStatus::Terminated => "Terminated",
        WorkflowStatus::Canceled => "Canceled",
        WorkflowStatus::ContinuedAsNew => "ContinuedAsNew",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_join_and_quotes_cannot_break_out() {
        let request = RunsRequest {
            status: Some(WorkflowStatus::Timeout),
            workflow_type: Some("it's \\".to_owned()),
            workflow_id_prefix: Some(" ".to_owned()),
            query: Some("A = 1 OR B = 2".to_owned()),
            ..RunsRequest::default()
        };
        assert_eq!(
            query(&request),
            r"(A = 1 OR B = 2) AND ExecutionStatus = 'TimedOut' AND IwfWorkflowType = 'it''s \\'"
        );
        assert_eq!(query(&RunsRequest::default()), "");
    }
}
