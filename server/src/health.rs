//! Whether the program lives, and whether it can do its work: for supervisors and load balancers.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use http::StatusCode;
use serde_json::json;

use crate::engine::Workflows;

/// `/healthz` and `/readyz`.
pub(crate) fn router(workflows: Arc<Workflows>) -> Router {
    Router::new()
        .route(
            "/healthz",
            get(|| async { Json(json!({"status": "alive"})) }),
        )
        .route("/readyz", get(ready))
        .with_state(workflows)
}

async fn ready(State(workflows): State<Arc<Workflows>>) -> Response {
    match workflows.problem().await {
        None => Json(json!({"status": "ready"})).into_response(),
        Some(problem) => {
            let body = Json(json!({"status": "not ready", "problem": problem}));
            (StatusCode::SERVICE_UNAVAILABLE, body).into_response()
        }
    }
}
