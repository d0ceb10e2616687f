//! `list` and `search`: a page of runs.

use std::fmt::Write as _;

use iwf_engine::inspect::{DataFolder, RunsPage, RunsRequest};
use iwf_protocol::WorkflowStatus;

use super::output::{self, Table, due_or_dash, instant, instant_or_dash};
use super::{List, OnFolder, Paging, Search, StatusName};

pub(super) fn list(list: List) -> anyhow::Result<()> {
    let request = RunsRequest {
        status: list.status.map(Into::into),
        workflow_type: list.workflow_type,
        workflow_id_prefix: list.id_prefix,
        ..RunsRequest::default()
    };
    page(&list.on, list.paging, request)
}

pub(super) fn search(search: Search) -> anyhow::Result<()> {
    let request = RunsRequest {
        query: Some(search.query),
        ..RunsRequest::default()
    };
    page(&search.on, search.paging, request)
}

fn page(on: &OnFolder, paging: Paging, request: RunsRequest) -> anyhow::Result<()> {
    let folder = DataFolder::open(&on.data_dir)?;
    let request = RunsRequest {
        page_size: Some(paging.limit),
        page_token: paging.page_token,
        ..request
    };
    let page = folder.runs(&request, usize::try_from(paging.limit)?)?;
    if on.json {
        output::json(&page)
    } else {
        output::print(&for_people(&page)?)
    }
}

fn for_people(page: &RunsPage) -> anyhow::Result<String> {
    if page.runs.is_empty() {
        return Ok("no runs\n".to_owned());
    }
    let mut table = Table::default();
    table.row([
        "WORKFLOW ID",
        "TYPE",
        "STATUS",
        "STARTED",
        "CLOSED",
        "DUE",
        "RUN ID",
    ]);
    for run in &page.runs {
        table.row([
            &run.workflow_id,
            &run.workflow_type,
            &status_name(run.status),
            &instant(run.started_at),
            &instant_or_dash(run.closed_at),
            &due_or_dash(run.due_at),
            &run.run_id,
        ]);
    }
    let mut text = table.into_text()?;
    if let Some(token) = &page.next_page_token {
        writeln!(text, "more: --page-token {token}")?;
    }
    Ok(text)
}

/// In the words of the wire.
pub(super) fn status_name(status: WorkflowStatus) -> String {
    match serde_json::to_value(status) {
        Ok(serde_json::Value::String(name)) => name,
        _ => "?".to_owned(),
    }
}

impl From<StatusName> for WorkflowStatus {
    fn from(name: StatusName) -> Self {
        match name {
            StatusName::Running => Self::Running,
            StatusName::Completed => Self::Completed,
            StatusName::Failed => Self::Failed,
            StatusName::TimedOut => Self::Timeout,
            StatusName::Terminated => Self::Terminated,
            StatusName::Canceled => Self::Canceled,
            StatusName::ContinuedAsNew => Self::ContinuedAsNew,
        }
    }
}
