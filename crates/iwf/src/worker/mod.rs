//! The worker: runs workflow code when a server asks for it.
//!
//! Three calls come in, for the two halves of a state and for an RPC, over HTTP through
//! [`Worker::router`] or in process through [`WorkerApi`]. A handler's writes are kept until it
//! succeeds and leave with the one answer. Errors and panics become failed answers, which the
//! server retries as the options say.

mod call;
mod panic;
mod router;
mod store;

use crate::{Clock, Registry};
use async_trait::async_trait;
use iwf_protocol::{
    StateDecideRequest, StateDecideResponse, StateStartRequest, StateStartResponse,
    WorkerErrorResponse, WorkerRpcRequest, WorkerRpcResponse,
};
use std::sync::Arc;

/// The three calls that a server makes on a worker.
#[async_trait]
pub trait WorkerApi: Send + Sync + 'static {
    /// Asks a state what it waits for.
    async fn wait_until(
        &self,
        request: StateStartRequest,
    ) -> Result<StateStartResponse, WorkerFailure>;
    /// Runs a state.
    async fn execute(
        &self,
        request: StateDecideRequest,
    ) -> Result<StateDecideResponse, WorkerFailure>;
    /// Calls an RPC.
    async fn rpc(&self, request: WorkerRpcRequest) -> Result<WorkerRpcResponse, WorkerFailure>;
}

/// Why a call failed. Over HTTP it is the status and the JSON body of the answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}: {detail}")]
pub struct WorkerFailure {
    /// The HTTP status: 500, or 400 for a request that nobody can understand.
    pub status: u16,
    /// What callers branch on: `retry` and `panic` for states, an RPC's own kind for RPCs.
    pub kind: String,
    /// What people read.
    pub detail: String,
}
impl WorkerFailure {
    /// The body of the answer.
    #[must_use]
    pub fn body(&self) -> WorkerErrorResponse {
        WorkerErrorResponse {
            detail: Some(self.detail.clone()),
            error_type: Some(self.kind.clone()),
        }
    }
}

/// Serves the workflows of a registry. Cheap to clone.
///
/// ```
/// use iwf::{Registry, Worker, WorkerApi, doc_example::Reminder};
/// use std::sync::Arc;
///
/// let worker = Worker::new(Arc::new(Registry::new().add(Reminder)?));
/// // over HTTP, as part of any axum application …
/// let app: axum::Router = worker.clone().router();
/// // … or called by an engine in this process
/// let api: Arc<dyn WorkerApi> = Arc::new(worker);
/// # Ok::<(), iwf::DefinitionError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Worker {
    registry: Arc<Registry>,
    clock: Clock,
    body_bytes_max: usize,
}

impl Worker {
    /// Of these workflows, by the machine's clock.
    #[must_use]
    pub fn new(registry: Arc<Registry>) -> Self {
        Worker {
            registry,
            clock: Clock::system(),
            body_bytes_max: 32 * 1024 * 1024,
        }
    }
    /// Tells contexts the time by another clock.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }
    /// Refuses requests with a longer body (32 MiB unless given).
    #[must_use]
    pub fn body_bytes_max(mut self, bytes: usize) -> Self {
        self.body_bytes_max = bytes;
        self
    }
}
