//! The worker of all workflows of the crash test. What it answers follows from what it is asked
//! alone, so a call that is repeated changes nothing.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use iwf_protocol::{KeyValue, StateDecideRequest, StateStartRequest, WorkerRpcRequest, path};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::{ONCE, STEPS, movement};
use crate::support::object;

/// What the worker was asked to do, per workflow, in the order it was asked.
type Log = Arc<Mutex<BTreeMap<String, Vec<(String, usize)>>>>;

#[derive(Clone)]
pub(super) struct Worker {
    log: Log,
    /// When the wait of a timer began, per workflow.
    waits: Arc<Mutex<BTreeMap<String, SystemTime>>>,
    pub(super) calls: Arc<watch::Sender<usize>>,
}

impl Worker {
    /// Serves on a free port; returns its URL as well.
    pub(super) async fn start() -> (Self, String) {
        let worker = Self {
            log: Log::default(),
            waits: Arc::default(),
            calls: Arc::new(watch::Sender::new(0)),
        };
        let router = Router::new()
            .route(path::WORKER_STATE_START, post(wait_until))
            .route(path::WORKER_STATE_DECIDE, post(execute))
            .route(path::WORKER_RPC, post(rpc))
            .with_state(worker.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async { axum::serve(listener, router).await });
        (worker, url)
    }

    /// Each step of a chain follows the one before it, none comes back after its successor, and
    /// the one that may be called once is called at most once.
    pub(super) fn check_chain(&self, workflow_id: &str) {
        let log = self.log.lock().expect("no panic");
        let calls = log.get(workflow_id).expect("it was called");
        let steps: Vec<usize> = calls.iter().map(|(_, step)| *step).collect();
        assert!(
            steps.is_sorted(),
            "{workflow_id}: a step came after its successor: {calls:?}"
        );
        for step in 1..=STEPS {
            assert!(
                steps.contains(&step),
                "{workflow_id}: step {step} is missing: {calls:?}"
            );
        }
        let once = format!("S{ONCE}");
        let calls_of_once = calls.iter().filter(|(state, _)| *state == once).count();
        assert!(
            calls_of_once <= 1,
            "{workflow_id}: {once} was called again: {calls:?}"
        );
    }
}

async fn wait_until(
    State(worker): State<Worker>,
    Json(request): Json<StateStartRequest>,
) -> Json<Value> {
    worker.calls.send_modify(|calls| *calls += 1);
    if request.workflow_state_id == "Timer" {
        let mut waits = worker.waits.lock().expect("no panic");
        waits.insert(request.context.workflow_id, SystemTime::now());
        return Json(json!({"commandRequest": {
            "commandWaitingType": "ALL_COMPLETED",
            "timerCommands": [{"commandId": "t", "durationSeconds": 1}],
        }}));
    }
    Json(json!({"commandRequest": {
        "commandWaitingType": "ANY_COMPLETED",
        "signalCommands": [{"commandId": "s", "signalChannelName": "signals"}],
        "interStateChannelCommands": [{"commandId": "i", "channelName": "messages"}],
    }}))
}

async fn execute(
    State(worker): State<Worker>,
    Json(request): Json<StateDecideRequest>,
) -> Json<Value> {
    worker.calls.send_modify(|calls| *calls += 1);
    match request.workflow_state_id.as_str() {
        "Timer" => Json(timer(&worker, &request)),
        "Collect" => Json(collect(&request)),
        _ => Json(step(&worker, request)),
    }
}

fn complete(output: &str) -> Value {
    json!({"stateDecision": {"nextStates": [
        {"stateId": "_SYS_FORCE_COMPLETING_WORKFLOW", "stateInput": object(output)}
    ]}})
}

/// One step of a chain.
fn step(worker: &Worker, request: StateDecideRequest) -> Value {
    let input = request.state_input.and_then(|input| input.data);
    let step: usize = input.and_then(|n| n.parse().ok()).expect("a step");
    let mut log = worker.log.lock().expect("no panic");
    let calls = log.entry(request.context.workflow_id).or_default();
    calls.push((request.workflow_state_id, step));
    if step == STEPS {
        complete(&step.to_string())
    } else {
        json!({"stateDecision": {"nextStates": [movement(step + 1)]}})
    }
}

/// The timer began when its waitUntil had returned at the earliest.
fn timer(worker: &Worker, request: &StateDecideRequest) -> Value {
    let waits = worker.waits.lock().expect("no panic");
    let since = waits[&request.context.workflow_id];
    let passed = since.elapsed().unwrap_or_default();
    complete(if passed.as_millis() < 999 {
        "early"
    } else {
        "in time"
    })
}

/// Adds what has come to the list, and waits for more until both channels have ended.
fn collect(request: &StateDecideRequest) -> Value {
    let results = request.command_results.as_ref().expect("results");
    let signals = results
        .signal_results
        .iter()
        .map(|result| &result.signal_value);
    let messages = results
        .inter_state_channel_results
        .iter()
        .map(|result| &result.value);
    let mut list = list(&request.data_objects, "collected");
    let came = signals.chain(messages).flatten();
    list.extend(came.filter_map(|value| value.data.clone()));
    let next = if list.iter().filter(|value| value.ends_with("end")).count() == 2 {
        json!({"stateId": "_SYS_FORCE_COMPLETING_WORKFLOW"})
    } else {
        json!({"stateId": "Collect"})
    };
    json!({
        "stateDecision": {"nextStates": [next]},
        "upsertDataObjects": [{"key": "collected", "value": object(&list.join(" "))}],
    })
}

/// Adds its input to the list.
async fn rpc(Json(request): Json<WorkerRpcRequest>) -> Json<Value> {
    let mut list = list(&request.data_attributes, "called");
    list.extend(request.input.and_then(|input| input.data));
    Json(json!({
        "upsertDataAttributes": [{"key": "called", "value": object(&list.join(" "))}],
    }))
}

pub(super) fn list(attributes: &[KeyValue], key: &str) -> Vec<String> {
    let attribute = attributes.iter().find(|attribute| attribute.key == key);
    let value = attribute.and_then(|attribute| attribute.value.as_ref());
    let text = value.and_then(|value| value.data.as_deref());
    let words = text.unwrap_or_default().split_whitespace();
    words.map(str::to_owned).collect()
}
