//! The list of runs, its filter and its pages.

use chrono::{DateTime, Utc};
use iwf_protocol::WorkflowStatus;
use maud::{Markup, html};

use super::super::inspect::RunsQuery;
use super::table::table;
use super::time::instant;
use crate::inspect::{RunSummary, RunsPage};

const STATUSES: [WorkflowStatus; 7] = [
    WorkflowStatus::Running,
    WorkflowStatus::Completed,
    WorkflowStatus::Failed,
    WorkflowStatus::Timeout,
    WorkflowStatus::Terminated,
    WorkflowStatus::Canceled,
    WorkflowStatus::ContinuedAsNew,
];

pub(super) fn view(
    query: &RunsQuery,
    found: Result<&RunsPage, &str>,
    now: DateTime<Utc>,
) -> Markup {
    html! {
        h1 { "Runs" }
        (filter(query))
        @match found {
            Err(why) => { p.problem role="alert" { (why) } }
            Ok(page) if page.runs.is_empty() => {
                @if query.is_filtered() {
                    p.empty { "No run fits. " a href="/ui" { "Show all runs" } }
                } @else {
                    p.empty { "No workflow has been started yet." }
                }
            }
            Ok(page) => {
                (table(
                    "Running first, then closed; the newest first",
                    ["Workflow", "Status", "Started", "Closed, or due next"],
                    page.runs.iter().map(|run| row(run, now)),
                ))
                (pages(query, page.next_page_token.as_deref()))
            }
        }
    }
}

fn filter(query: &RunsQuery) -> Markup {
    html! {
        form.filter method="get" action="/ui" role="search" aria-label="Runs" {
            p {
                label for="status" { "Status" }
                select id="status" name="status" {
                    option value="" { "any" }
                    @for status in STATUSES {
                        option value=(code(status)) selected[query.status == code(status)] {
                            (name(status))
                        }
                    }
                }
            }
            p {
                label for="type" { "Type" }
                input id="type" name="workflowType" value=(query.workflow_type) autocomplete="off";
            }
            p {
                label for="id" { "Workflow id begins with" }
                input id="id" name="workflowIdPrefix" value=(query.workflow_id_prefix)
                    autocomplete="off";
            }
            p.wide {
                label for="query" { "Query" }
                input id="query" name="query" value=(query.query) autocomplete="off"
                    spellcheck="false" aria-describedby="query-hint";
                span.hint id="query-hint" {
                    "As the search endpoint takes it: " code { "Priority >= 2 AND CloseTime IS NULL" }
                }
            }
            p.actions {
                button type="submit" { "Show" }
                @if query.is_filtered() { " " a href="/ui" { "Show all runs" } }
            }
        }
    }
}

fn row(run: &RunSummary, now: DateTime<Utc>) -> [Markup; 4] {
    [
        html! {
            a href=(address(&run.workflow_id, &run.run_id)) { (run.workflow_id) }
            span.hint.block { (run.workflow_type) }
        },
        html! {
            (pill(run.status))
            @if !run.executing_state_ids.is_empty() {
                span.hint.block { "in " (run.executing_state_ids.join(", ")) }
            }
        },
        instant(run.started_at, now),
        match (run.closed_at, run.due_at) {
            (Some(closed_at), _) => html! { "closed " (instant(closed_at, now)) },
            (None, Some(due_at)) if due_at <= now => html! { "worker call in progress or owed" },
            (None, Some(due_at)) => html! { "due " (instant(due_at, now)) },
            (None, None) => html! { "waits for somebody" },
        },
    ]
}

fn pages(query: &RunsQuery, next: Option<&str>) -> Markup {
    let is_first = query.page_token.is_empty();
    html! {
        @if !is_first || next.is_some() {
            nav.pages aria-label="Pages" {
                @if !is_first {
                    a href=(query.address("")) { "First page" }
                }
                @if let Some(next) = next {
                    " " a rel="next" href=(query.address(next)) { "Next page" }
                }
            }
        }
    }
}

impl RunsQuery {
    fn is_filtered(&self) -> bool {
        let filters = [
            &self.status,
            &self.workflow_type,
            &self.workflow_id_prefix,
            &self.query,
        ];
        filters.into_iter().any(|filter| !filter.is_empty())
    }

    /// Of another page of the same list.
    fn address(&self, page_token: &str) -> String {
        let parameters = [
            ("status", self.status.as_str()),
            ("workflowType", &self.workflow_type),
            ("workflowIdPrefix", &self.workflow_id_prefix),
            ("query", &self.query),
            ("pageSize", &self.page_size),
            ("pageToken", page_token),
        ];
        with_parameters("/ui", &parameters)
    }
}

/// The address of one run's view.
pub(super) fn address(workflow_id: &str, run_id: &str) -> String {
    with_parameters("/ui/run", &[("workflowId", workflow_id), ("runId", run_id)])
}

/// Those that are not empty.
pub(super) fn with_parameters(path: &str, parameters: &[(&str, &str)]) -> String {
    let given = parameters.iter().filter(|(_, value)| !value.is_empty());
    let start = format!("{path}?");
    let length = start.len();
    let mut encoded = form_urlencoded::Serializer::for_suffix(start, length);
    encoded.extend_pairs(given);
    let address = encoded.finish();
    address.trim_end_matches('?').to_owned()
}

pub(super) fn pill(status: WorkflowStatus) -> Markup {
    let tone = match status {
        WorkflowStatus::Running => "busy",
        WorkflowStatus::Completed | WorkflowStatus::ContinuedAsNew => "good",
        WorkflowStatus::Failed | WorkflowStatus::Timeout => "bad",
        WorkflowStatus::Terminated | WorkflowStatus::Canceled => "plain",
    };
    html! { span.pill data-tone=(tone) { (name(status)) } }
}

fn name(status: WorkflowStatus) -> &'static str {
    match status {
        WorkflowStatus::Running => "running",
        WorkflowStatus::Completed => "completed",
        WorkflowStatus::Failed => "failed",
        WorkflowStatus::Timeout => "timed out",
        WorkflowStatus::Terminated => "terminated",
        WorkflowStatus::Canceled => "canceled",
        WorkflowStatus::ContinuedAsNew => "continued as new",
    }
}

/// As the API has it.
fn code(status: WorkflowStatus) -> String {
    let code = serde_json::to_value(status).unwrap_or_default();
    code.as_str().unwrap_or_default().to_owned()
}
