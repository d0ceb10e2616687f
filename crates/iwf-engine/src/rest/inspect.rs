//! `GET /api/v1/inspect/…`: what can be seen of runs, as JSON.
//!
//! | path | query | answer |
//! |---|---|---|
//! | `runs` | `status`, `workflowType`, `workflowIdPrefix`, `query`, `pageSize`, `pageToken` | [`RunsPage`](crate::inspect::RunsPage) |
//! | `run` | `workflowId`, `runId`, `valueCharsMax`, `timelineEntriesMax` | [`RunDetails`](crate::inspect::RunDetails) |
//!
//! An empty parameter counts as absent, so that a form may send all of its fields.

use std::str::FromStr;
use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::middleware;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use iwf_protocol::WorkflowStatus;
use serde::Deserialize;

use super::{Shared, answer, guard};
use crate::inspect::{InspectOptions, RunsRequest};

pub(super) fn routes(shared: &Arc<Shared>) -> Router<Arc<Shared>> {
    let admit = middleware::from_fn_with_state(shared.clone(), guard::admit_reader);
    Router::new()
        .route("/api/v1/inspect/runs", get(runs))
        .route("/api/v1/inspect/run", get(run))
        .route_layer(admit)
}

/// The parameters of a list of runs as they come.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct RunsQuery {
    pub(super) status: String,
    pub(super) workflow_type: String,
    pub(super) workflow_id_prefix: String,
    pub(super) query: String,
    pub(super) page_size: String,
    pub(super) page_token: String,
}

impl RunsQuery {
    /// `Err` says which parameter cannot be meant.
    pub(super) fn request(&self) -> Result<RunsRequest, String> {
        Ok(RunsRequest {
            status: given(&self.status).map(|text| status(&text)).transpose()?,
            workflow_type: given(&self.workflow_type),
            workflow_id_prefix: given(&self.workflow_id_prefix),
            query: given(&self.query),
            page_size: number("pageSize", &self.page_size)?,
            page_token: given(&self.page_token),
        })
    }
}

/// Of the timeline, unless another number is asked for.
const TIMELINE_ENTRIES: usize = 100;

/// The parameters of one run as they come.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RunQuery {
    workflow_id: String,
    run_id: String,
    value_chars_max: String,
    timeline_entries_max: String,
}

async fn runs(
    State(shared): State<Arc<Shared>>,
    query: Result<Query<RunsQuery>, QueryRejection>,
) -> Response {
    let request = parameters(query).and_then(|query| query.request());
    match request {
        Ok(request) => answered(shared.engine.inspect_runs(request).await),
        Err(why) => answer::refuse(StatusCode::BAD_REQUEST, why),
    }
}

async fn run(
    State(shared): State<Arc<Shared>>,
    query: Result<Query<RunQuery>, QueryRejection>,
) -> Response {
    let options = parameters(query).and_then(|query| {
        if query.workflow_id.is_empty() {
            return Err("workflowId is missing: name the workflow to look at".to_owned());
        }
        let chars: Option<u16> = number("valueCharsMax", &query.value_chars_max)?;
        let entries: Option<u16> = number("timelineEntriesMax", &query.timeline_entries_max)?;
        let options = InspectOptions {
            value_chars_max: chars.map_or(0, usize::from),
            timeline_entries_max: entries.map_or(TIMELINE_ENTRIES, usize::from),
        };
        Ok((query, options))
    });
    match options {
        Ok((query, options)) => {
            let run_id = given(&query.run_id);
            let (engine, run_id) = (&shared.engine, run_id.as_deref());
            answered(engine.inspect(&query.workflow_id, run_id, options).await)
        }
        Err(why) => answer::refuse(StatusCode::BAD_REQUEST, why),
    }
}

fn answered<A: serde::Serialize>(answered: Result<A, crate::Failure>) -> Response {
    match answered {
        Ok(answered) => answer::ok(&answered),
        Err(failure) => answer::failure(&failure),
    }
}

fn parameters<Q>(query: Result<Query<Q>, QueryRejection>) -> Result<Q, String> {
    query
        .map(|Query(query)| query)
        .map_err(|error| format!("the parameters cannot be read: {error}"))
}

/// An empty parameter counts as absent.
pub(super) fn given(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn number<N: FromStr>(name: &str, text: &str) -> Result<Option<N>, String> {
    let number = given(text).map(|text| text.parse());
    number
        .transpose()
        .map_err(|_| format!("{name} is not a number that can be used here: {text:?}"))
}

/// As the API writes it.
fn status(text: &str) -> Result<WorkflowStatus, String> {
    serde_json::from_value(text.into()).map_err(|_| {
        format!(
            "{text:?} is no status: use RUNNING, COMPLETED, FAILED, TIMEOUT, TERMINATED, CANCELED or CONTINUED_AS_NEW"
        )
    })
}
