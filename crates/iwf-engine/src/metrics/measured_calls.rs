//! Any [`WorkerCaller`], with its calls counted by outcome and timed.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use iwf_protocol::{
    StateDecideRequest, StateDecideResponse, StateStartRequest, StateStartResponse,
    WorkerRpcRequest, WorkerRpcResponse,
};

use super::Metrics;
use crate::worker_caller::{CallFailure, CallFailureKind, WorkerCaller};

pub(crate) struct MeasuredCalls {
    workers: Arc<dyn WorkerCaller>,
    metrics: Arc<Metrics>,
}

impl MeasuredCalls {
    pub(crate) fn new(workers: Arc<dyn WorkerCaller>, metrics: Arc<Metrics>) -> Self {
        Self { workers, metrics }
    }

    async fn measured<A>(
        &self,
        api: &'static str,
        call: impl Future<Output = Result<A, CallFailure>>,
    ) -> Result<A, CallFailure> {
        let mut attempt = Attempt {
            metrics: &self.metrics,
            api,
            outcome: None,
            began: Instant::now(),
        };
        let answered = call.await;
        attempt.outcome = Some(match &answered {
            Ok(_) => "answered",
            Err(failure) => outcome(failure.kind),
        });
        answered
    }
}

/// Counted when it ends, in whichever way.
struct Attempt<'a> {
    metrics: &'a Metrics,
    api: &'static str,
    outcome: Option<&'static str>,
    began: Instant,
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        let lost = if std::thread::panicking() {
            "panicked"
        } else {
            // The engine stopped listening: no answer in time, or a shutdown.
            "given_up"
        };
        let outcome = self.outcome.unwrap_or(lost);
        self.metrics.call(self.api, outcome, self.began.elapsed());
    }
}

fn outcome(kind: CallFailureKind) -> &'static str {
    match kind {
        CallFailureKind::Answered => "refused",
        CallFailureKind::Connect => "not_reached",
        CallFailureKind::Broken => "broken",
        CallFailureKind::Timeout => "timed_out",
        CallFailureKind::Undecodable => "unusable",
    }
}

#[async_trait]
impl WorkerCaller for MeasuredCalls {
    fn refuses(&self, url: &str) -> Option<String> {
        self.workers.refuses(url)
    }

    async fn wait_until(
        &self,
        url: &str,
        request: StateStartRequest,
        timeout: Duration,
    ) -> Result<StateStartResponse, CallFailure> {
        let call = self.workers.wait_until(url, request, timeout);
        self.measured("wait_until", call).await
    }

    async fn execute(
        &self,
        url: &str,
        request: StateDecideRequest,
        timeout: Duration,
    ) -> Result<StateDecideResponse, CallFailure> {
        let call = self.workers.execute(url, request, timeout);
        self.measured("execute", call).await
    }

    async fn rpc(
        &self,
        url: &str,
        request: WorkerRpcRequest,
        timeout: Duration,
    ) -> Result<WorkerRpcResponse, CallFailure> {
        self.measured("rpc", self.workers.rpc(url, request, timeout))
            .await
    }
}
