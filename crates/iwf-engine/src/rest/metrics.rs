//! `GET /metrics`, and the counting of requests.

use std::sync::Arc;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::CONTENT_TYPE;

use super::{Shared, guard};

const TEXT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

pub(super) fn routes(shared: &Arc<Shared>) -> Router<Arc<Shared>> {
    let admit = middleware::from_fn_with_state(shared.clone(), guard::admit_reader);
    Router::new()
        .route("/metrics", get(text))
        .route_layer(admit)
}

async fn text(State(shared): State<Arc<Shared>>) -> Response {
    ([(CONTENT_TYPE, TEXT)], shared.engine.metrics_text()).into_response()
}

/// Counts by the route's pattern: what clients write is without bound.
pub(super) async fn count(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    let path = path.as_ref().map_or("other", MatchedPath::as_str);
    shared
        .engine
        .count_http_request(path, response.status().as_u16());
    response
}
