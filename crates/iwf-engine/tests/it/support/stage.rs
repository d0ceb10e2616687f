//! A served engine and a worker over HTTP whose calls the test answers itself, as JSON, so that
//! tests see and say exactly what is on the wire.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};

use super::{Answer, Served};

type Reply = (u16, &'static str, String);

/// A call that waits for its answer.
pub(crate) struct WireCall {
    pub(crate) path: String,
    pub(crate) body: Value,
    reply: oneshot::Sender<Reply>,
}

impl WireCall {
    pub(crate) fn answer(self, body: Value) -> Value {
        self.reply(200, "application/json", &body.to_string())
    }

    /// Answers with anything; returns what was asked.
    pub(crate) fn reply(self, status: u16, content_type: &'static str, body: &str) -> Value {
        let reply = (status, content_type, body.to_owned());
        self.reply.send(reply).expect("the engine listens");
        self.body
    }
}

pub(crate) struct Stage {
    pub(crate) served: Served,
    worker_url: String,
    pub(crate) calls: mpsc::UnboundedReceiver<WireCall>,
}

impl Stage {
    pub(crate) async fn new() -> Self {
        let (sender, calls) = mpsc::unbounded_channel();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let worker_url = format!(
            "http://{}/worker/",
            listener.local_addr().expect("an address")
        );
        let worker = Router::new().fallback(pass_on).with_state(Arc::new(sender));
        tokio::spawn(async move { axum::serve(listener, worker).await.expect("serving") });
        Self {
            served: Served::new().await,
            worker_url,
            calls,
        }
    }

    /// The body of a request for a start in state A, with more fields.
    pub(crate) fn start_request(&self, workflow_id: &str, more: Value) -> Value {
        let mut request = json!({
            "workflowId": workflow_id, "iwfWorkflowType": "Test", "workflowTimeoutSeconds": 0,
            "iwfWorkerUrl": self.worker_url, "startStateId": "A"
        });
        merge(&mut request, more);
        request
    }

    /// Starts in state A; returns the run id.
    pub(crate) async fn start(&self, workflow_id: &str, more: Value) -> String {
        let request = self.start_request(workflow_id, more);
        let started = self.served.post("start", request).await.ok();
        started["workflowRunId"].as_str().expect("an id").to_owned()
    }

    /// Starts in state A without waitUntil.
    pub(crate) async fn start_execute(&self, workflow_id: &str, more: Value) -> String {
        let mut request = json!({"stateOptions": {"skipWaitUntil": true}});
        merge(&mut request, more);
        self.start(workflow_id, request).await
    }

    pub(crate) async fn post(&self, operation: &str, body: Value) -> Answer {
        self.served.post(operation, body).await
    }

    /// The next call, whenever it comes.
    pub(crate) async fn call(&mut self) -> WireCall {
        self.calls.recv().await.expect("the engine is open")
    }

    async fn call_to(&mut self, path: &str) -> WireCall {
        let call = self.call().await;
        assert_eq!(call.path, format!("/worker/api/v1/{path}"), "{}", call.body);
        call
    }

    /// Answers the next call, which must be waitUntil; returns what was asked.
    pub(crate) async fn wait_until(&mut self, response: Value) -> Value {
        self.call_to("workflowState/start").await.answer(response)
    }

    /// Answers the next call, which must be execute; returns what was asked.
    pub(crate) async fn execute(&mut self, response: Value) -> Value {
        self.call_to("workflowState/decide").await.answer(response)
    }

    /// Calls an RPC named `rpc` and answers it; returns what the worker was asked and the caller
    /// told.
    pub(crate) async fn rpc(
        &mut self,
        workflow_id: &str,
        more: Value,
        response: Value,
    ) -> (Value, Answer) {
        let mut request = json!({"workflowId": workflow_id, "rpcName": "rpc"});
        merge(&mut request, more);
        let caller = self.served.post("rpc", request);
        let worker = async {
            let call = self.calls.recv().await.expect("the engine is open");
            assert_eq!(call.path, "/worker/api/v1/workflowWorker/rpc");
            call.answer(response)
        };
        let (answer, asked) = tokio::join!(caller, worker);
        (asked, answer)
    }

    /// Waits for the end of the workflow.
    pub(crate) async fn end(&self, workflow_id: &str) -> Value {
        self.post("getWithWait", json!({"workflowId": workflow_id}))
            .await
            .ok()
    }
}

async fn pass_on(
    State(calls): State<Arc<mpsc::UnboundedSender<WireCall>>>,
    uri: Uri,
    body: String,
) -> Response {
    let (reply, answer) = oneshot::channel();
    let body = serde_json::from_str(&body).expect("JSON");
    let path = uri.path().to_owned();
    let call = WireCall { path, body, reply };
    if calls.send(call).is_err() {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    match answer.await {
        Ok((status, content_type, body)) => {
            let status = StatusCode::from_u16(status).expect("a status");
            (status, [(header::CONTENT_TYPE, content_type)], body).into_response()
        }
        // Not answered is never answered.
        Err(_) => std::future::pending().await,
    }
}

fn merge(into: &mut Value, more: Value) {
    let more = more.as_object().expect("an object").clone();
    into.as_object_mut().expect("an object").extend(more);
}

/// An execute answer that goes to these states.
pub(crate) fn go(states: &[&str]) -> Value {
    let movements: Vec<Value> = states.iter().map(|id| json!({"stateId": id})).collect();
    json!({"stateDecision": {"nextStates": movements}})
}

/// An execute answer with one closing movement, and its output if that is not null.
pub(crate) fn close(kind: &str, output: &Value) -> Value {
    let state_id = format!("_SYS_{kind}");
    json!({"stateDecision": {"nextStates": [{"stateId": state_id, "stateInput": output}]}})
}

/// An execute answer that ends the workflow.
pub(crate) fn complete() -> Value {
    close("FORCE_COMPLETING_WORKFLOW", &json!(null))
}

/// The sub-status of a refusal with this status.
pub(crate) fn sub_status(answer: &Answer, status: u16) -> String {
    answer.refused(status);
    answer.json()["subStatus"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}
