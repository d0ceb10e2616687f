//! The real process, killed at random points, and what must hold afterwards: every workflow
//! completes, every step once in order in what is committed, and what may be called once is.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Child;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::cli::{listening, serve};

const KILLS: usize = 10;
const WORKFLOWS_PER_KILL: usize = 8;
const STEPS: usize = 6;
/// The step that may be called once only; when it is lost, `Lost` takes over.
const ONCE: usize = 3;

/// What the worker was asked to do, per workflow, in the order it was asked.
type Log = Arc<Mutex<BTreeMap<String, Vec<(String, usize)>>>>;

#[derive(Clone)]
struct Worker {
    log: Log,
    calls: Arc<watch::Sender<usize>>,
}

async fn execute(State(worker): State<Worker>, Json(request): Json<Value>) -> Json<Value> {
    let workflow_id = request["context"]["workflowId"]
        .as_str()
        .expect("an id")
        .to_owned();
    let state = request["workflowStateId"]
        .as_str()
        .expect("a state")
        .to_owned();
    let step: usize = request["stateInput"]["data"]
        .as_str()
        .and_then(|n| n.parse().ok())
        .expect("a step");
    worker
        .log
        .lock()
        .expect("no panic")
        .entry(workflow_id)
        .or_default()
        .push((state, step));
    worker.calls.send_modify(|calls| *calls += 1);
    let next = step + 1;
    let movement = if next > STEPS {
        json!({"stateId": "_SYS_GRACEFUL_COMPLETING_WORKFLOW", "stateInput": {"data": step.to_string()}})
    } else {
        movement(next)
    };
    Json(json!({"stateDecision": {"nextStates": [movement]}}))
}

fn movement(step: usize) -> Value {
    json!({"stateId": format!("S{step}"), "stateInput": {"data": step.to_string()}, "stateOptions": options(step)})
}

fn options(step: usize) -> Value {
    if step != ONCE {
        return json!({"skipWaitUntil": true});
    }
    json!({
        "skipWaitUntil": true,
        "executeApiRetryPolicy": {"maximumAttempts": 1},
        "executeApiFailurePolicy": "PROCEED_TO_CONFIGURED_STATE",
        "executeApiFailureProceedStateId": "Lost",
        "executeApiFailureProceedStateOptions": {"skipWaitUntil": true}
    })
}

/// A running engine and its address.
struct Server {
    process: Child,
    url: String,
    client: reqwest::Client,
}

impl Server {
    async fn start(data_dir: &Path) -> Self {
        let mut process = serve(data_dir, "127.0.0.1:0").spawn().expect("it starts");
        let started = tokio::task::spawn_blocking(move || {
            let (address, mut log) = listening(&mut process);
            // A full pipe would stop the engine.
            std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
            (process, format!("http://{address}"))
        });
        let (process, url) = started.await.expect("no panic");
        let client = reqwest::Client::new();
        Self {
            process,
            url,
            client,
        }
    }

    fn kill(mut self) {
        self.process.kill().expect("it was running");
        self.process.wait().expect("it ends");
    }

    async fn post(&self, operation: &str, body: &Value) -> reqwest::Result<Value> {
        let url = format!("{}/api/v1/workflow/{operation}", self.url);
        let answer = self.client.post(url).body(body.to_string()).send().await?;
        let text = answer.text().await?;
        Ok(serde_json::from_str(&text).expect("JSON"))
    }

    /// Starts workflows, and notes those that the engine has acknowledged.
    async fn start_workflows(&self, round: usize, worker_url: &str, noted: &Mutex<Vec<String>>) {
        for number in 0..WORKFLOWS_PER_KILL {
            let workflow_id = format!("w-{round}-{number}");
            let movement = movement(1);
            let request = json!({
                "workflowId": workflow_id, "iwfWorkflowType": "Crash", "workflowTimeoutSeconds": 0,
                "iwfWorkerUrl": worker_url, "startStateId": movement["stateId"],
                "stateInput": movement["stateInput"], "stateOptions": movement["stateOptions"],
            });
            let answer = self.post("start", &request).await.expect("an answer");
            assert!(answer["workflowRunId"].is_string(), "{answer}");
            noted.lock().expect("no panic").push(workflow_id);
        }
    }

    async fn end(&self, workflow_id: &str) -> Value {
        let request = json!({"workflowId": workflow_id, "needsResults": true});
        self.post("getWithWait", &request).await.expect("an answer")
    }
}

async fn serve_worker() -> (Worker, String) {
    let worker = Worker {
        log: Log::default(),
        calls: Arc::new(watch::Sender::new(0)),
    };
    let router = Router::new()
        .route("/api/v1/workflowState/decide", post(execute))
        .with_state(worker.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async { axum::serve(listener, router).await });
    (worker, url)
}

/// Each step follows the one before it, none comes back after its successor, and the one that
/// may be called once is called at most once.
fn check(workflow_id: &str, calls: &[(String, usize)]) {
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_or_doubled_when_the_engine_is_killed() {
    let seed: u64 = rand::random();
    let mut random = StdRng::seed_from_u64(seed);
    let folder = tempfile::tempdir().expect("a folder");
    let (worker, worker_url) = serve_worker().await;
    let acknowledged = Mutex::default();
    for round in 0..KILLS {
        let server = Server::start(folder.path()).await;
        let mut calls = worker.calls.subscribe();
        let enough = *calls.borrow() + random.random_range(1..=WORKFLOWS_PER_KILL * 4);
        // Sometimes the kill comes while workflows are still being started.
        tokio::select! {
            () = async {
                server.start_workflows(round, &worker_url, &acknowledged).await;
                std::future::pending::<()>().await;
            } => {}
            reached = calls.wait_for(|&calls| calls >= enough) => drop(reached.expect("it counts")),
        }
        server.kill();
    }
    let acknowledged = acknowledged.into_inner().expect("no panic");
    let server = Server::start(folder.path()).await;
    for workflow_id in &acknowledged {
        let end = server.end(workflow_id).await;
        assert_eq!(end["workflowStatus"], "COMPLETED", "seed {seed}: {end}");
        let output = &end["results"][0]["completedStateOutput"]["data"];
        assert_eq!(output, &STEPS.to_string(), "seed {seed}: {end}");
        let log = worker.log.lock().expect("no panic");
        check(workflow_id, log.get(workflow_id).expect("it was called"));
    }
    server.kill();
}
