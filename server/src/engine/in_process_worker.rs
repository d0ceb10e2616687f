//! The engine calls our worker in this process. SDK and engine do not know each other; they meet
//! here, in the requests and answers of the protocol.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use iwf::{Worker, WorkerApi, WorkerFailure};
use iwf_engine::{CallFailure, CallFailureKind, WorkerCaller};
use iwf_protocol::{
    StateDecideRequest, StateDecideResponse, StateStartRequest, StateStartResponse,
    WorkerRpcRequest, WorkerRpcResponse,
};

/// The worker URL of runs whose worker is this process.
pub(crate) const IN_PROCESS_URL: &str = "in-process";

/// Our worker, as the engine sees it.
pub(crate) struct InProcessWorker(Arc<Worker>);

impl InProcessWorker {
    pub(crate) fn new(worker: Worker) -> Self {
        Self(Arc::new(worker))
    }

    /// Runs the call as a task of its own: when the engine gives up waiting, the handler goes on to
    /// its end instead of being cut off in the middle of a mail exchange.
    async fn within<T: Send + 'static>(
        timeout: Duration,
        call: impl Future<Output = Result<T, WorkerFailure>> + Send + 'static,
    ) -> Result<T, CallFailure> {
        match tokio::time::timeout(timeout, tokio::spawn(call)).await {
            Ok(Ok(Ok(answer))) => Ok(answer),
            Ok(Ok(Err(failure))) => Err(answered(&failure)),
            Ok(Err(_)) => Err(no_answer(
                CallFailureKind::Connect,
                "the worker's task was stopped".to_owned(),
            )),
            Err(_) => Err(no_answer(
                CallFailureKind::Timeout,
                format!("no answer within {} s", timeout.as_secs()),
            )),
        }
    }
}

fn answered(failure: &WorkerFailure) -> CallFailure {
    CallFailure {
        kind: CallFailureKind::Answered,
        status: failure.status,
        body: serde_json::to_string(&failure.body()).unwrap_or_default(),
        worker_detail: Some(failure.detail.clone()),
        worker_error_type: Some(failure.kind.clone()),
        message: failure.to_string(),
    }
}

fn no_answer(kind: CallFailureKind, message: String) -> CallFailure {
    CallFailure {
        kind,
        status: 0,
        body: String::new(),
        worker_detail: None,
        worker_error_type: None,
        message,
    }
}

#[async_trait]
impl WorkerCaller for InProcessWorker {
    async fn wait_until(
        &self,
        _url: &str,
        request: StateStartRequest,
        timeout: Duration,
    ) -> Result<StateStartResponse, CallFailure> {
        let worker = Arc::clone(&self.0);
        Self::within(timeout, async move { worker.wait_until(request).await }).await
    }

    async fn execute(
        &self,
        _url: &str,
        request: StateDecideRequest,
        timeout: Duration,
    ) -> Result<StateDecideResponse, CallFailure> {
        let worker = Arc::clone(&self.0);
        Self::within(timeout, async move { worker.execute(request).await }).await
    }

    async fn rpc(
        &self,
        _url: &str,
        request: WorkerRpcRequest,
        timeout: Duration,
    ) -> Result<WorkerRpcResponse, CallFailure> {
        let worker = Arc::clone(&self.0);
        Self::within(timeout, async move { worker.rpc(request).await }).await
    }
}
