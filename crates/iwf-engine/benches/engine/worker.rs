//! The worker: chains of states, an agent that answers messages, timers and sleepers.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

pub(super) const STEPS: u64 = 5;
pub(super) const TIMER: Duration = Duration::from_secs(3);

#[derive(Clone, Default)]
pub(super) struct BenchWorker {
    pub(super) url: String,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Default)]
struct Seen {
    /// Who waits for the execution of which message.
    waiting: HashMap<String, oneshot::Sender<Instant>>,
    /// When timers were due.
    due: HashMap<String, Instant>,
    lags: Vec<Duration>,
}

impl BenchWorker {
    pub(super) async fn serve() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let worker = Self {
            url,
            seen: Arc::default(),
        };
        let router = Router::new()
            .route("/api/v1/workflowState/start", post(wait_until))
            .route("/api/v1/workflowState/decide", post(execute))
            .route("/api/v1/workflowWorker/rpc", post(rpc))
            .with_state(worker.clone());
        tokio::spawn(async { axum::serve(listener, router).await });
        worker
    }

    /// Tells when the message reaches a state.
    pub(super) fn watch(&self, message: &str) -> oneshot::Receiver<Instant> {
        let (sender, receiver) = oneshot::channel();
        let waiting = &mut self.seen.lock().expect("no panic").waiting;
        waiting.insert(message.to_owned(), sender);
        receiver
    }

    /// How late the timers came that have fired since the last time.
    pub(super) fn take_lags(&self) -> Vec<Duration> {
        std::mem::take(&mut self.seen.lock().expect("no panic").lags)
    }
}

fn workflow_id(request: &Value) -> String {
    request["context"]["workflowId"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

async fn wait_until(State(worker): State<BenchWorker>, Json(request): Json<Value>) -> Json<Value> {
    let commands = match request["workflowStateId"].as_str() {
        Some("Agent") => json!({"interStateChannelCommands": [{"channelName": "in"}]}),
        Some("Timer") => {
            let due = Instant::now() + TIMER;
            let due_times = &mut worker.seen.lock().expect("no panic").due;
            due_times.insert(workflow_id(&request), due);
            json!({"timerCommands": [{"durationSeconds": TIMER.as_secs()}]})
        }
        _ => json!({"signalCommands": [{"signalChannelName": "wake"}]}),
    };
    let mut commands = commands;
    commands["commandWaitingType"] = json!("ALL_COMPLETED");
    Json(json!({"commandRequest": commands}))
}

async fn execute(State(worker): State<BenchWorker>, Json(request): Json<Value>) -> Json<Value> {
    let now = Instant::now();
    let end = json!({"stateId": "_SYS_GRACEFUL_COMPLETING_WORKFLOW"});
    match request["workflowStateId"].as_str() {
        Some("Agent") => {
            let value = &request["commandResults"]["interStateChannelResults"][0]["value"];
            let message = value["data"].as_str().unwrap_or_default();
            let waiting = worker
                .seen
                .lock()
                .expect("no panic")
                .waiting
                .remove(message);
            if let Some(waiting) = waiting {
                // Nobody listens any more when the benchmark has ended.
                _ = waiting.send(now);
            }
            Json(json!({
                "stateDecision": {"nextStates": [{"stateId": "Agent"}]},
                "upsertDataObjects": [{"key": "last", "value": value}],
            }))
        }
        Some("Step") => {
            let step = request["stateInput"]["data"]
                .as_str()
                .and_then(|step| step.parse().ok());
            let next = step.unwrap_or(STEPS) + 1;
            Json(decide(&if next > STEPS { end } else { movement(next) }))
        }
        Some("Timer") => {
            let mut seen = worker.seen.lock().expect("no panic");
            if let Some(due) = seen.due.remove(&workflow_id(&request)) {
                assert!(now >= due, "a timer fired early");
                seen.lags.push(now - due);
            }
            Json(decide(&end))
        }
        _ => Json(decide(&end)),
    }
}

async fn rpc(Json(request): Json<Value>) -> Json<Value> {
    let message = json!({"channelName": "in", "value": request["input"]});
    Json(match request["rpcName"].as_str() {
        Some("write") => json!({"publishToInterStateChannel": [message]}),
        _ => json!({"output": {"data": "read"}}),
    })
}

pub(super) fn movement(step: u64) -> Value {
    let options = json!({"skipWaitUntil": true});
    json!({"stateId": "Step", "stateInput": {"data": step.to_string()}, "stateOptions": options})
}

fn decide(movement: &Value) -> Value {
    json!({"stateDecision": {"nextStates": [movement]}})
}
