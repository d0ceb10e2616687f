//! One endpoint: read the body within its bounds, decode it, ask the engine, encode its answer.

use std::future::Future;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::routing::{self, MethodRouter};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::body;
use super::field_names::FieldNames;
use super::{Shared, answer, decode};
use crate::limits::Pooled;
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
            let Pooled { bytes, share } =
                match body::read(&shared.bodies, &shared.config, body).await {
                    Ok(read) => read,
                    Err(refusal) => return refusal,
                };
            let request = match decode::request(&bytes) {
                Ok(request) => request,
                Err(decode::Undecodable::Schema) => return answer::schema_error(),
                Err(decode::Undecodable::TooManyValues) => return answer::too_many_values(),
            };
            drop(bytes);
            // The decoded request is as large as the body was.
            let _share = share;
            match operation(shared.engine.clone(), request).await {
                Ok(answered) => answer::ok(&answered),
                Err(failure) => answer::failure(&failure),
            }
        },
    )
}
