//! `/ui`: a small page for people that lists runs and shows everything about one.
//!
//! Read-only, without script, nothing from elsewhere: each view is one document made of the read
//! model of [`crate::inspect`]. Every text of a user passes through the template's escaping, and
//! values are shown on demand only. Filters and pages live in the address.

mod layout;
mod list;
mod run;
mod table;
mod time;

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::middleware;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use chrono::{DateTime, Utc};
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderValue, StatusCode};
use maud::Markup;

use super::inspect::RunsQuery;
use super::{Shared, guard};
use crate::Failure;
use crate::inspect::InspectOptions;

const STYLE: &str = include_str!("ui/style.css");
/// Nothing but this page's own style; its one form comes back here.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";
/// Runs on one page of the list.
const PAGE_SIZE: u32 = 50;
/// The newest events of a run.
const TIMELINE_ENTRIES: usize = 300;
/// Characters shown of each value, when values are asked for.
const VALUE_CHARS: usize = 2000;

pub(super) fn routes(shared: &Arc<Shared>) -> Router<Arc<Shared>> {
    let admit = middleware::from_fn_with_state(shared.clone(), guard::admit_browser);
    Router::new()
        .route("/ui", get(list))
        .route("/ui/", get(|| async { Redirect::permanent("/ui") }))
        .route("/ui/run", get(one))
        .route("/ui/style.css", get(style))
        .route_layer(admit)
}

async fn list(
    State(shared): State<Arc<Shared>>,
    query: Result<Query<RunsQuery>, QueryRejection>,
) -> Response {
    let Ok(Query(query)) = query else {
        return unreadable(&shared);
    };
    let request = query.request().map_err(Refused::bad_request);
    let found = match request {
        Ok(mut request) => {
            request.page_size = request.page_size.or(Some(PAGE_SIZE));
            let found = shared.engine.inspect_runs(request).await;
            found.map_err(Refused::from)
        }
        Err(refused) => Err(refused),
    };
    let status = found
        .as_ref()
        .map_or_else(|refused| refused.status, |_| StatusCode::OK);
    let content = list::view(
        &query,
        found.as_ref().map_err(|refused| refused.why.as_str()),
        now(),
    );
    page(
        status,
        layout::page("Runs", &shared.engine.health(), &content),
    )
}

/// The address of one run's view.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RunQuery {
    workflow_id: String,
    run_id: String,
    /// Anything shows the values.
    values: String,
}

async fn one(
    State(shared): State<Arc<Shared>>,
    query: Result<Query<RunQuery>, QueryRejection>,
) -> Response {
    let Ok(Query(query)) = query else {
        return unreadable(&shared);
    };
    let with_values = !query.values.is_empty();
    let options = InspectOptions {
        value_chars_max: if with_values { VALUE_CHARS } else { 0 },
        timeline_entries_max: TIMELINE_ENTRIES,
    };
    let run_id = Some(query.run_id.as_str());
    let seen = shared
        .engine
        .inspect(&query.workflow_id, run_id, options)
        .await;
    match seen {
        Ok(seen) => {
            let content = run::view(&seen, with_values, now());
            let title = &seen.summary.workflow_id;
            page(
                StatusCode::OK,
                layout::page(title, &shared.engine.health(), &content),
            )
        }
        Err(failure) => {
            let refused = Refused::from(failure);
            // The API's 400 for what is not there is a browser's 404.
            let content = layout::problem("This run cannot be shown", &refused.why);
            let status = if refused.status == StatusCode::BAD_REQUEST {
                StatusCode::NOT_FOUND
            } else {
                refused.status
            };
            page(
                status,
                layout::page("Not shown", &shared.engine.health(), &content),
            )
        }
    }
}

async fn style() -> Response {
    let headers = [
        (CONTENT_TYPE, "text/css; charset=utf-8"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CACHE_CONTROL, "private, max-age=3600"),
    ];
    (headers, STYLE).into_response()
}

fn now() -> DateTime<Utc> {
    std::time::SystemTime::now().into()
}

/// Why there is nothing to show, for people.
struct Refused {
    status: StatusCode,
    why: String,
}

impl Refused {
    fn bad_request(why: String) -> Self {
        let status = StatusCode::BAD_REQUEST;
        Self { status, why }
    }
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        let status = StatusCode::from_u16(failure.status);
        Self {
            status: status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            why: failure.to_string(),
        }
    }
}

fn unreadable(shared: &Shared) -> Response {
    let why = "The address has parameters that cannot be read.";
    let content = layout::problem("Nothing to show", why);
    let document = layout::page("Nothing to show", &shared.engine.health(), &content);
    page(StatusCode::BAD_REQUEST, document)
}

fn page(status: StatusCode, document: Markup) -> Response {
    let mut response = (status, document.into_string()).into_response();
    let headers = response.headers_mut();
    for (name, value) in [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
