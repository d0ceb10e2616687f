//! The one door to workers. An implementation makes a single attempt; when to call again, and
//! whether, is the engine's decision.

use std::time::Duration;

use async_trait::async_trait;
use iwf_protocol::{
    StateDecideRequest, StateDecideResponse, StateStartRequest, StateStartResponse,
    WorkerRpcRequest, WorkerRpcResponse,
};

/// Calls a worker once. `url` is what the run was started with.
#[async_trait]
pub trait WorkerCaller: Send + Sync + 'static {
    /// Why nothing would ever be called at this URL, if so, to follow the words "the worker URL".
    /// Asked when a workflow starts, so that a mistake is told to whoever made it.
    fn refuses(&self, _url: &str) -> Option<String> {
        None
    }

    /// Asks a state what to wait for.
    async fn wait_until(
        &self,
        url: &str,
        request: StateStartRequest,
        timeout: Duration,
    ) -> Result<StateStartResponse, CallFailure>;

    /// Asks a state what to do next, with what it waited for.
    async fn execute(
        &self,
        url: &str,
        request: StateDecideRequest,
        timeout: Duration,
    ) -> Result<StateDecideResponse, CallFailure>;

    /// Answers a call from outside, on behalf of the workflow.
    async fn rpc(
        &self,
        url: &str,
        request: WorkerRpcRequest,
        timeout: Duration,
    ) -> Result<WorkerRpcResponse, CallFailure>;
}

/// A call that gave no usable answer. Whether the worker did its work is unknown, except for
/// [`CallFailureKind::Connect`].
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct CallFailure {
    /// Which of the ways to fail it was.
    pub kind: CallFailureKind,
    /// The HTTP status; 0 when there was no HTTP answer.
    pub status: u16,
    /// The body as text, cut to a bound.
    pub body: String,
    /// The `detail` of a worker's JSON error body.
    pub worker_detail: Option<String>,
    /// The `errorType` of a worker's JSON error body.
    pub worker_error_type: Option<String>,
    /// One sentence for people.
    pub message: String,
}

/// The ways in which a call can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallFailureKind {
    /// The worker answered with something other than success.
    Answered,
    /// The worker was not reached.
    Connect,
    /// The connection broke before a whole answer had come.
    Broken,
    /// No answer within the time-out.
    Timeout,
    /// Status 200, but a body or content type that the protocol does not allow.
    Undecodable,
}
