//! The engine calls our worker in this process. SDK and engine do not know each other; they meet
//! here, in the requests and answers of the protocol.
//!
//! The states have a worker that the fault drill can kill, see [`mortal`](super::mortal). RPCs, by
//! which pages look and press, have one that it cannot: a person is to see the trouble heal.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use email_agent::drill::WorkerDrill;
use iwf::{Registry, Worker, WorkerApi, WorkerFailure};
use iwf_engine::{CallFailure, CallFailureKind, WorkerCaller};
use iwf_protocol::{
    StateDecideRequest, StateDecideResponse, StateStartRequest, StateStartResponse,
    WorkerRpcRequest, WorkerRpcResponse,
};

use super::mortal::{Mortal, Outcome};

/// The worker URL of runs whose worker is this process.
pub(crate) const IN_PROCESS_URL: &str = "in-process";

/// Our workers, as the engine sees them.
pub(crate) struct InProcessWorker {
    of_states: Mortal<Worker>,
    of_rpcs: Arc<Worker>,
}

impl InProcessWorker {
    pub(crate) fn new(registry: Arc<Registry>) -> Self {
        let of_rpcs = Arc::new(Worker::new(Arc::clone(&registry)));
        Self {
            of_states: Mortal::new(move || Worker::new(Arc::clone(&registry))),
            of_rpcs,
        }
    }

    /// Asks the worker of the states, if there is one.
    async fn of_state<T, F, C>(&self, timeout: Duration, call: F) -> Result<T, CallFailure>
    where
        T: Send + 'static,
        F: FnOnce(Arc<Worker>) -> C + Send + 'static,
        C: Future<Output = Result<T, WorkerFailure>> + Send + 'static,
    {
        match self.of_states.call(Instant::now(), call) {
            Some(call) => within(timeout, call).await,
            None => Err(no_answer(
                CallFailureKind::Connect,
                "The worker is dead (fault drill).".to_owned(),
            )),
        }
    }
}

impl WorkerDrill for InProcessWorker {
    fn is_dead(&self) -> bool {
        self.of_states.is_dead(Instant::now())
    }

    fn kill(&self) {
        self.of_states.kill();
    }
}

/// Runs the call as a task of its own: when the engine gives up waiting, the handler goes on to
/// its end instead of being cut off in the middle of a mail exchange.
async fn within<T: Send + 'static>(
    timeout: Duration,
    call: impl Future<Output = Outcome<Result<T, WorkerFailure>>> + Send + 'static,
) -> Result<T, CallFailure> {
    match tokio::time::timeout(timeout, tokio::spawn(call)).await {
        Ok(Ok(Outcome::Done(Ok(answer)))) => Ok(answer),
        Ok(Ok(Outcome::Done(Err(failure)))) => Err(answered(&failure)),
        Ok(Ok(Outcome::Killed)) => Err(no_answer(
            CallFailureKind::Broken,
            "The worker died in the middle of it (fault drill).".to_owned(),
        )),
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
        let call = |worker: Arc<Worker>| async move { worker.wait_until(request).await };
        self.of_state(timeout, call).await
    }

    async fn execute(
        &self,
        _url: &str,
        request: StateDecideRequest,
        timeout: Duration,
    ) -> Result<StateDecideResponse, CallFailure> {
        let call = |worker: Arc<Worker>| async move { worker.execute(request).await };
        self.of_state(timeout, call).await
    }

    async fn rpc(
        &self,
        _url: &str,
        request: WorkerRpcRequest,
        timeout: Duration,
    ) -> Result<WorkerRpcResponse, CallFailure> {
        let worker = Arc::clone(&self.of_rpcs);
        within(
            timeout,
            async move { Outcome::Done(worker.rpc(request).await) },
        )
        .await
    }
}
