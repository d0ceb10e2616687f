//! The real process, killed at random points under load, and what must hold afterwards: every
//! workflow completes, every step once in order in what is committed, what may be called once is;
//! every acknowledged signal, message, RPC write and attribute is there exactly once and in order;
//! timers fire, and none early.

mod collector;
mod server;
mod worker;

use std::sync::Mutex;

use futures::future::join_all;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};

use self::collector::Collector;
use self::server::Server;
use self::worker::Worker;
use crate::support::object;

/// How often the engine is killed: 10 times, or what `IWF_CRASH_KILLS` says.
const KILLS: usize = 10;
const CHAINS_PER_KILL: usize = 8;
const TIMERS_PER_KILL: usize = 2;
const COLLECTORS: usize = 4;
/// A collector holds all it was sent, so it makes room for a new one after so many kills.
const KILLS_PER_COLLECTOR: usize = 20;
const STEPS: usize = 6;
/// The step that may be called once only; when it is lost, `Lost` takes over.
const ONCE: usize = 3;

fn movement(step: usize) -> Value {
    json!({
        "stateId": format!("S{step}"), "stateInput": object(&step.to_string()),
        "stateOptions": options(step),
    })
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

/// Starts timers and chains, and notes those that the engine has acknowledged.
async fn start_workflows(server: &Server, round: usize, worker_url: &str, noted: &Noted) {
    for number in 0..TIMERS_PER_KILL {
        let workflow_id = format!("timer-{round}-{number}");
        let request = json!({
            "workflowId": workflow_id, "iwfWorkflowType": "Crash", "workflowTimeoutSeconds": 0,
            "iwfWorkerUrl": worker_url, "startStateId": "Timer",
        });
        server.post("start", &request).await;
        noted.timers.lock().expect("no panic").push(workflow_id);
    }
    for number in 0..CHAINS_PER_KILL {
        let workflow_id = format!("chain-{round}-{number}");
        let movement = movement(1);
        let request = json!({
            "workflowId": workflow_id, "iwfWorkflowType": "Crash", "workflowTimeoutSeconds": 0,
            "iwfWorkerUrl": worker_url, "startStateId": movement["stateId"],
            "stateInput": movement["stateInput"], "stateOptions": movement["stateOptions"],
        });
        server.post("start", &request).await;
        noted.chains.lock().expect("no panic").push(workflow_id);
    }
}

#[derive(Default)]
struct Noted {
    chains: Mutex<Vec<String>>,
    timers: Mutex<Vec<String>>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_or_doubled_when_the_engine_is_killed() {
    let kills = std::env::var("IWF_CRASH_KILLS").ok();
    let kills = kills.map_or(KILLS, |kills| kills.parse().expect("a number"));
    let seed: u64 = rand::random();
    let mut random = StdRng::seed_from_u64(seed);
    let folder = tempfile::tempdir().expect("a folder");
    let (worker, worker_url) = Worker::start().await;
    let noted = Noted::default();
    let mut collectors: Vec<Collector> = Vec::new();
    for round in 0..kills {
        let server = Server::start(folder.path()).await;
        if round % KILLS_PER_COLLECTOR == 0 {
            for _ in 0..COLLECTORS {
                let number = collectors.len();
                collectors.push(Collector::start(&server, number, &worker_url).await);
            }
        }
        let newest = collectors.len() - COLLECTORS;
        let sending = collectors[newest..]
            .iter_mut()
            .map(|collector| collector.send(&server));
        let mut calls = worker.calls.subscribe();
        let enough = *calls.borrow() + random.random_range(1..=CHAINS_PER_KILL * 10);
        // Sometimes the kill comes while workflows are still being started.
        tokio::select! {
            _ = join_all(sending) => {}
            () = async {
                start_workflows(&server, round, &worker_url, &noted).await;
                std::future::pending::<()>().await;
            } => {}
            reached = calls.wait_for(|&calls| calls >= enough) => drop(reached.expect("it counts")),
        }
        server.kill();
    }
    let server = Server::start(folder.path()).await;
    let (chains, timers) = (noted.chains.into_inner(), noted.timers.into_inner());
    let (chains, timers) = (chains.expect("no panic"), timers.expect("no panic"));
    for workflow_id in &chains {
        let end = server.end(workflow_id).await;
        assert_eq!(end["workflowStatus"], "COMPLETED", "seed {seed}: {end}");
        let output = &end["results"][0]["completedStateOutput"]["data"];
        assert_eq!(output, &STEPS.to_string(), "seed {seed}: {end}");
        worker.check_chain(workflow_id);
    }
    for workflow_id in &timers {
        let end = server.end(workflow_id).await;
        assert_eq!(end["workflowStatus"], "COMPLETED", "seed {seed}: {end}");
        let output = &end["results"][0]["completedStateOutput"]["data"];
        assert_eq!(output, "in time", "seed {seed}: {workflow_id}");
    }
    for collector in &mut collectors {
        collector.check(&server, seed).await;
    }
    server.kill();
    let commands: usize = collectors.iter().map(Collector::acknowledged).sum();
    println!(
        "{kills} kills, {} chains, {} timers, {commands} acknowledged commands",
        chains.len(),
        timers.len()
    );
}
