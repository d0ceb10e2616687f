//! More requests than the engine wants, good ones and bad ones, against the real process with
//! small limits. It must not fall over, its memory must stay bounded, what it accepted must be
//! there exactly once and what it refused not at all, and every refusal must say when to come back.
//!
//! The short form runs with the other tests; `cargo xtask flood` runs the long one, which sets
//! `FLOOD_REQUESTS` and `FLOOD_CONNECTIONS` and prints figures.

mod client;
mod http;
mod worker;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Child;
use std::time::Instant;

use serde_json::{Value, json};

use crate::cli::{listening, serve};
use client::{Client, Noted};
use http::Connection;
use worker::FloodWorker;

/// Workflows that collect what they are sent.
const COLLECTORS: usize = 20;
/// Workflows that attributes are written to.
const STORES: usize = 20;
/// The engine's memory at its highest, in kilobytes; the long form has been seen at 0.9 GB. It is
/// mostly the answers of workers that never end theirs: they may take 128 MiB at a time, in buffers
/// that double as they grow, and glibc's allocator keeps what they leave.
const MEMORY_KB_MAX: usize = 1024 * 1024;

struct Size {
    requests: usize,
    connections: usize,
}

impl Size {
    fn from_environment() -> Self {
        let number = |name: &str, short: usize| match std::env::var(name) {
            Ok(text) => text.parse().expect(name),
            Err(_) => short,
        };
        Self {
            requests: number("FLOOD_REQUESTS", 800),
            connections: number("FLOOD_CONNECTIONS", 20),
        }
    }
}

/// The engine with limits that a flood reaches: a tenth of the clients find no connection.
fn start(folder: &Path, size: &Size) -> (Engine, String) {
    let mut command = serve(folder, "127.0.0.1:0");
    command
        .arg("--queue-requests-max")
        .arg((size.connections / 4).to_string())
        .arg("--connections-max")
        .arg((size.connections - size.connections / 10).to_string())
        .args(["--long-polls-max", "5", "--rpcs-max", "64"])
        .args([
            "--bodies-bytes-max",
            "2000000",
            "--calls-per-worker-max",
            "64",
        ])
        .args(["--hot-bytes-max", "20000000", "--max-wait-seconds", "1"]);
    let mut child = command.spawn().expect("it starts");
    let (address, mut log) = listening(&mut child);
    // A full pipe would stop the engine.
    std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
    (Engine(child), address)
}

/// The process; it ends with the test, however that ends.
struct Engine(Child);

impl Drop for Engine {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_is_survived_and_what_was_accepted_is_there_once() {
    let size = Size::from_environment();
    let seed: u64 = rand::random();
    let folder = tempfile::tempdir().expect("a folder");
    let worker = FloodWorker::serve().await;
    let (mut engine, address) = start(folder.path(), &size);
    prepare(&address, &worker.url).await;

    let begun = Instant::now();
    let clients = (0..size.connections).map(|number| {
        let client = Client::new(&address, &worker, seed, number);
        tokio::spawn(client.run(size.requests / size.connections))
    });
    let mut noted = Noted::default();
    for client in clients.collect::<Vec<_>>() {
        noted.add(client.await.expect("no panic"));
    }
    let took = begun.elapsed();

    assert!(
        engine.0.try_wait().expect("a child").is_none(),
        "seed {seed}: the engine ended"
    );
    let memory_kb = memory_kb(&engine.0);
    let checked = check(&address, &noted, seed).await;
    println!(
        "{} requests over {} connections in {took:.1?}: {:?}\n{checked} accepted commands read back; memory at its highest {memory_kb:?} KB",
        size.requests, size.connections, noted.statuses
    );
    assert!(
        memory_kb.is_none_or(|kb| kb < MEMORY_KB_MAX),
        "{memory_kb:?} KB"
    );
    assert!(
        noted.statuses.contains_key(&503),
        "seed {seed}: nothing was refused"
    );
}

/// On Linux, the most memory that the process ever had.
fn memory_kb(child: &Child) -> Option<usize> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}

async fn prepare(address: &str, worker_url: &str) {
    let mut connection = Connection::to(address);
    for number in 0..COLLECTORS {
        let request = json!({
            "workflowId": format!("collector-{number}"), "iwfWorkflowType": "Flood",
            "iwfWorkerUrl": worker_url, "startStateId": "Collect",
        });
        connection.must("start", &request).await;
    }
    for number in 0..STORES {
        let request = json!({
            "workflowId": format!("store-{number}"), "iwfWorkflowType": "Flood",
            "iwfWorkerUrl": worker_url,
        });
        connection.must("start", &request).await;
    }
}

/// Reads everything back; returns how many accepted commands were compared.
async fn check(address: &str, noted: &Noted, seed: u64) -> usize {
    let mut connection = Connection::to(address);
    let mut collected: BTreeMap<u64, usize> = BTreeMap::new();
    for number in 0..COLLECTORS {
        let workflow_id = format!("collector-{number}");
        let end = json!({
            "workflowId": workflow_id, "signalChannelName": "in", "signalValue": {"data": "end"},
        });
        connection.must("signal", &end).await;
        let attributes = ended(&mut connection, &workflow_id).await;
        for number in worker::collected(&attributes) {
            *collected.entry(number).or_default() += 1;
        }
    }
    for (number, times) in &collected {
        assert_eq!(
            *times, 1,
            "seed {seed}: message {number} was taken {times} times"
        );
        assert!(
            noted.sent.contains(number) || noted.unknown.contains(number),
            "seed {seed}: message {number} was refused, and is there"
        );
    }
    for number in &noted.sent {
        assert!(
            collected.contains_key(number),
            "seed {seed}: message {number} is lost"
        );
    }
    for number in 0..STORES {
        let request = json!({"workflowId": format!("store-{number}")});
        let answer = connection.must("dataobjects/get", &request).await;
        let keys = answer["objects"].as_array().cloned().unwrap_or_default();
        let kept: Vec<&str> = keys
            .iter()
            .filter_map(|object| object["key"].as_str())
            .collect();
        for (_, key) in noted
            .attributes
            .iter()
            .filter(|(store, _)| *store == number)
        {
            assert!(
                kept.contains(&key.as_str()),
                "seed {seed}: attribute {key} is lost"
            );
        }
    }
    for (workflow_id, run_id) in &noted.started {
        let answer = connection
            .must("get", &json!({"workflowId": workflow_id}))
            .await;
        assert_eq!(
            answer["workflowRunId"], **run_id,
            "seed {seed}: {workflow_id}"
        );
    }
    noted.sent.len() + noted.attributes.len() + noted.started.len()
}

/// Waits for the end of a workflow; returns its attributes.
async fn ended(connection: &mut Connection, workflow_id: &str) -> Value {
    let request = json!({"workflowId": workflow_id});
    loop {
        let answer = connection.post("getWithWait", &request.to_string()).await;
        match answer.expect("an answer").status {
            200 => return connection.must("dataobjects/get", &request).await,
            // It takes longer than the engine lets one wait.
            420 => {}
            other => panic!("{workflow_id}: {other}"),
        }
    }
}
