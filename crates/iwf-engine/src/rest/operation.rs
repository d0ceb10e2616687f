//! One endpoint: read the body within its bounds, decode it, ask the engine, encode its answer.

use std::future::Future;
use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::State;
use axum::response::Response;
use axum::routing::{self, MethodRouter};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::field_names::FieldNames;
use super::{Shared, answer, decode};
use crate::{Engine, Failure};

/// The answer of an operation without a result: `{}`.
#[derive(Serialize, Deserialize)]
pub(super) struct Empty {}

impl From<()> for Empty {
    fn from((): ()) -> Self {
        Self {}
    }
}

/// A POST route that decodes `Q`, and answers what `operation` says.
pub(super) fn post<Q, A, F, Answered>(operation: F) -> MethodRouter<Arc<Shared>>
where
    Q: DeserializeOwned + Default + FieldNames + Send + 'static,
    A: Serialize,
    F: Fn(Engine, Q) -> Answered + Clone + Send + Sync + 'static,
    Answered: Future<Output = Result<A, Failure>> + Send,
{
    routing::post(
        move |State(shared): State<Arc<Shared>>, body: Body| async move {
            let bytes = match read(&shared, body).await {
                Ok(bytes) => bytes,
                Err(refusal) => return refusal,
            };
            let Ok(request) = decode::request(&bytes) else {
                return answer::schema_error();
            };
            drop(bytes);
            match operation(shared.engine.clone(), request).await {
                Ok(answered) => answer::ok(&answered),
                Err(failure) => answer::failure(&failure),
            }
        },
    )
}

async fn read(shared: &Shared, body: Body) -> Result<Bytes, Response> {
    let limit = shared.config.body_bytes_max;
    match tokio::time::timeout(shared.config.body_deadline, to_bytes(body, limit)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) if answer::is_over_limit(&error) => Err(answer::too_large(limit)),
        Ok(Err(_)) => Err(answer::unreadable()),
        Err(_) => Err(answer::too_slow(shared.config.body_deadline)),
    }
}
