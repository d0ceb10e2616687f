//! A worker in process whose calls the test itself answers, one by one, in any order.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use iwf_engine::{CallFailure, CallFailureKind, Engine, EngineConfig, OpenError, WorkerCaller};
use iwf_protocol::{
    Context, EncodedObject, RetryPolicy, StateDecideRequest, StateDecideResponse, StateDecision,
    StateMovement, StateStartRequest, StateStartResponse, WorkerRpcRequest, WorkerRpcResponse,
    WorkflowGetRequest, WorkflowGetResponse, WorkflowStartRequest, WorkflowStateOptions,
};
use tokio::sync::{mpsc, oneshot};

type Reply<A> = oneshot::Sender<Result<A, CallFailure>>;

/// A call that waits for its answer. Dropped, it hangs like a worker that never answers.
pub(crate) enum Call {
    WaitUntil(StateStartRequest, Reply<StateStartResponse>),
    Execute(StateDecideRequest, Reply<StateDecideResponse>),
    Rpc(WorkerRpcRequest, Reply<WorkerRpcResponse>),
}

impl Call {
    pub(crate) fn context(&self) -> &Context {
        match self {
            Self::WaitUntil(request, _) => &request.context,
            Self::Execute(request, _) => &request.context,
            Self::Rpc(request, _) => &request.context,
        }
    }

    pub(crate) fn execution_id(&self) -> &str {
        self.context()
            .state_execution_id
            .as_deref()
            .expect("a state's call")
    }

    pub(crate) fn attempt(&self) -> i32 {
        self.context().attempt.expect("a state's call")
    }

    pub(crate) fn answer_wait_until(self, response: StateStartResponse) {
        let Self::WaitUntil(_, reply) = self else {
            panic!("not waitUntil")
        };
        reply.send(Ok(response)).expect("the engine listens");
    }

    pub(crate) fn answer_execute(self, response: StateDecideResponse) {
        let Self::Execute(_, reply) = self else {
            panic!("not execute")
        };
        reply.send(Ok(response)).expect("the engine listens");
    }

    /// Answers execute with one movement.
    pub(crate) fn go(self, movement: StateMovement) {
        let next_states = vec![movement];
        let state_decision = Some(StateDecision {
            next_states,
            conditional_close: None,
        });
        let response = StateDecideResponse {
            state_decision,
            ..Default::default()
        };
        self.answer_execute(response);
    }

    /// Answers execute with the end of the workflow.
    pub(crate) fn complete(self, output: &str) {
        self.go(StateMovement {
            state_id: iwf_protocol::FORCE_COMPLETING_WORKFLOW.to_owned(),
            state_input: Some(object(output)),
            ..Default::default()
        });
    }

    pub(crate) fn fail(self) {
        let Self::Execute(_, reply) = self else {
            panic!("not execute")
        };
        let failure = CallFailure {
            kind: CallFailureKind::Answered,
            status: 500,
            body: String::new(),
            worker_detail: None,
            worker_error_type: None,
            message: "500 Internal Server Error".to_owned(),
        };
        reply.send(Err(failure)).expect("the engine listens");
    }
}

struct Scripted(mpsc::UnboundedSender<Call>);

impl Scripted {
    async fn ask<A>(&self, call: impl FnOnce(Reply<A>) -> Call) -> Result<A, CallFailure> {
        let (reply, answer) = oneshot::channel();
        self.0.send(call(reply)).expect("the test listens");
        match answer.await {
            Ok(answer) => answer,
            Err(_) => std::future::pending().await,
        }
    }
}

#[async_trait]
impl WorkerCaller for Scripted {
    async fn wait_until(
        &self,
        _: &str,
        request: StateStartRequest,
        _: Duration,
    ) -> Result<StateStartResponse, CallFailure> {
        self.ask(|reply| Call::WaitUntil(request, reply)).await
    }

    async fn execute(
        &self,
        _: &str,
        request: StateDecideRequest,
        _: Duration,
    ) -> Result<StateDecideResponse, CallFailure> {
        self.ask(|reply| Call::Execute(request, reply)).await
    }

    async fn rpc(
        &self,
        _: &str,
        request: WorkerRpcRequest,
        _: Duration,
    ) -> Result<WorkerRpcResponse, CallFailure> {
        self.ask(|reply| Call::Rpc(request, reply)).await
    }
}

/// An engine on a folder, and the calls it makes.
pub(crate) struct Host {
    pub(crate) engine: Engine,
    calls: mpsc::UnboundedReceiver<Call>,
}

impl Host {
    pub(crate) async fn open(folder: &Path) -> Self {
        Self::with(EngineConfig::new(folder)).await
    }

    pub(crate) async fn with(config: EngineConfig) -> Self {
        Self::try_open(config).await.expect("an engine")
    }

    pub(crate) async fn try_open(config: EngineConfig) -> Result<Self, OpenError> {
        let (sender, calls) = mpsc::unbounded_channel();
        let engine = Engine::open(config, Arc::new(Scripted(sender))).await?;
        Ok(Self { engine, calls })
    }

    /// The next call, whenever it comes.
    pub(crate) async fn call(&mut self) -> Call {
        self.calls.recv().await.expect("the engine is open")
    }

    /// Starts a workflow in state A.
    pub(crate) async fn start(&self, workflow_id: &str, options: WorkflowStateOptions) {
        let request = start_request(workflow_id, options);
        self.engine.start(request).await.expect("started");
    }

    /// Waits for the end of a workflow.
    pub(crate) async fn end(&self, workflow_id: &str) -> WorkflowGetResponse {
        let workflow_id = workflow_id.to_owned();
        let request = WorkflowGetRequest {
            workflow_id,
            ..Default::default()
        };
        self.engine.get_with_wait(request).await.expect("it ends")
    }

    /// Ends the engine when the calls in flight have ended.
    pub(crate) async fn finish(self) {
        self.engine.shutdown(Duration::from_mins(1)).await;
    }

    /// Ends the engine without waiting for calls in flight; returns calls nobody answered.
    pub(crate) async fn stop(mut self) -> usize {
        self.engine.shutdown(Duration::ZERO).await;
        let mut unanswered = 0;
        while self.calls.try_recv().is_ok() {
            unanswered += 1;
        }
        unanswered
    }
}

pub(crate) fn start_request(
    workflow_id: &str,
    options: WorkflowStateOptions,
) -> WorkflowStartRequest {
    WorkflowStartRequest {
        workflow_id: workflow_id.to_owned(),
        iwf_workflow_type: "Test".to_owned(),
        iwf_worker_url: "http://worker".to_owned(),
        start_state_id: Some("A".to_owned()),
        state_options: Some(Box::new(options)),
        ..Default::default()
    }
}

pub(crate) fn object(data: &str) -> EncodedObject {
    EncodedObject {
        encoding: Some("json".to_owned()),
        data: Some(data.to_owned()),
        ..Default::default()
    }
}

/// Without waitUntil.
pub(crate) fn skip() -> WorkflowStateOptions {
    WorkflowStateOptions {
        skip_wait_until: Some(true),
        ..Default::default()
    }
}

/// Without waitUntil, and execute is called once.
pub(crate) fn once() -> WorkflowStateOptions {
    let policy = RetryPolicy {
        maximum_attempts: Some(1),
        ..Default::default()
    };
    WorkflowStateOptions {
        execute_api_retry_policy: Some(policy),
        ..skip()
    }
}
