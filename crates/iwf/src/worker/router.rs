//! The worker over HTTP: three POST routes, JSON in and out.

use super::{Worker, WorkerApi, WorkerFailure};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::post,
};
use iwf_protocol::path;
use serde::{Serialize, de::DeserializeOwned};
use std::future::Future;

impl Worker {
    /// The three routes, to mount under any axum application with that application's own layers.
    ///
    /// The server calls them without credentials: keep them off public listeners, or put a layer
    /// in front that asks for a secret.
    pub fn router<S: Clone + Send + Sync + 'static>(self) -> Router<S> {
        let limit = DefaultBodyLimit::max(self.body_bytes_max);
        Router::new()
            .route(
                path::WORKER_STATE_START,
                post(|State(worker): State<Worker>, body: Bytes| async move {
                    answer(
                        &body,
                        |request| async move { worker.wait_until(request).await },
                    )
                    .await
                }),
            )
            .route(
                path::WORKER_STATE_DECIDE,
                post(|State(worker): State<Worker>, body: Bytes| async move {
                    answer(
                        &body,
                        |request| async move { worker.execute(request).await },
                    )
                    .await
                }),
            )
            .route(
                path::WORKER_RPC,
                post(|State(worker): State<Worker>, body: Bytes| async move {
                    answer(&body, |request| async move { worker.rpc(request).await }).await
                }),
            )
            .layer(limit)
            .with_state(self)
    }
}

/// Only status 200 with JSON counts as success for the server.
///
/// The call is a task of its own: when the server gives up and closes the connection, the handler
/// goes on to its end instead of being cut off in the middle of what it does to the world.
async fn answer<Req, Res, F>(body: &Bytes, call: impl FnOnce(Req) -> F) -> Response
where
    Req: DeserializeOwned,
    Res: Serialize + Send + 'static,
    F: Future<Output = Result<Res, WorkerFailure>> + Send + 'static,
{
    let outcome = match serde_json::from_slice(body) {
        Ok(request) => tokio::spawn(call(request)).await.unwrap_or_else(|_| {
            let detail = "the worker stops: the server tries again".to_owned();
            Err(WorkerFailure {
                status: 500,
                kind: "stopping".to_owned(),
                detail,
            })
        }),
        Err(error) => Err(WorkerFailure {
            status: 400,
            kind: "bad_request".to_owned(),
            detail: format!("the request is not what the protocol says: {error}"),
        }),
    };
    match outcome {
        Ok(response) => Json(response).into_response(),
        Err(failure) => failure.into_response(),
    }
}

impl IntoResponse for WorkerFailure {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, Json(self.body())).into_response()
    }
}
