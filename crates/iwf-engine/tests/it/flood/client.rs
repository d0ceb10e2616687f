//! One client of the flood: it sends one request after the other, of every kind, and notes what
//! it was told.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};

use super::http::{Answer, Connection};
use super::worker::{FloodWorker, WAYS};
use super::{COLLECTORS, STORES};

/// What the engine said about what it was sent.
#[derive(Default)]
pub(crate) struct Noted {
    /// Numbers of messages that were accepted.
    pub(crate) sent: BTreeSet<u64>,
    /// Those of which nobody knows, because the answer was lost.
    pub(crate) unknown: BTreeSet<u64>,
    pub(crate) attributes: BTreeSet<(usize, String)>,
    /// With their run ids.
    pub(crate) started: BTreeMap<String, String>,
    /// Answers by status; 0 is none.
    pub(crate) statuses: BTreeMap<u16, usize>,
}

impl Noted {
    pub(crate) fn add(&mut self, other: Self) {
        self.sent.extend(other.sent);
        self.unknown.extend(other.unknown);
        self.attributes.extend(other.attributes);
        self.started.extend(other.started);
        for (status, count) in other.statuses {
            *self.statuses.entry(status).or_default() += count;
        }
    }
}

pub(crate) struct Client {
    connection: Connection,
    good_worker: String,
    bad_workers: Vec<String>,
    random: StdRng,
    /// Numbers of this client begin here.
    next: u64,
    noted: Noted,
}

impl Client {
    pub(crate) fn new(address: &str, worker: &FloodWorker, seed: u64, number: usize) -> Self {
        let number = u64::try_from(number).expect("a small number");
        Self {
            connection: Connection::to(address),
            good_worker: worker.url.clone(),
            bad_workers: WAYS.iter().map(|way| worker.bad(way)).collect(),
            random: StdRng::seed_from_u64(seed.wrapping_add(number)),
            next: number * 1_000_000,
            noted: Noted::default(),
        }
    }

    pub(crate) async fn run(mut self, requests: usize) -> Noted {
        for _ in 0..requests {
            self.next += 1;
            match self.random.random_range(0..100) {
                0..50 => self.message().await,
                50..65 => self.start().await,
                65..80 => self.attribute().await,
                80..85 => self.search().await,
                85..90 => self.long_poll().await,
                90..93 => self.start_at_a_bad_worker().await,
                93..96 => self.too_large().await,
                _ => self.garbage().await,
            }
        }
        self.noted
    }

    /// Posts, and checks what every answer must have. `None` if there was no answer.
    async fn post(&mut self, operation: &str, body: &Value) -> Option<Answer> {
        let answer = self.connection.post(operation, &body.to_string()).await;
        self.note(answer)
    }

    fn note(&mut self, answer: io::Result<Answer>) -> Option<Answer> {
        let answer = answer.ok();
        let status = answer.as_ref().map_or(0, |answer| answer.status);
        *self.noted.statuses.entry(status).or_default() += 1;
        if let Some(answer) = &answer {
            assert_ne!(answer.status, 500, "{answer:?}");
            let is_later = matches!(answer.status, 429 | 503);
            assert_eq!(answer.retry_after.is_some(), is_later, "{answer:?}");
        }
        answer
    }

    /// A signal, a publication or an RPC with a number of its own, one in twenty of them large.
    async fn message(&mut self) {
        let number = self.next;
        let collector = self.random.random_range(0..COLLECTORS);
        let workflow_id = format!("collector-{collector}");
        let is_large = self.random.random_ratio(1, 20);
        let padding = "x".repeat(if is_large { 200_000 } else { 0 });
        let value = json!({"data": format!("{number}:{padding}")});
        let answer = match self.random.random_range(0..3) {
            0 => {
                let request = json!({
                    "workflowId": workflow_id, "signalChannelName": "in", "signalValue": value,
                });
                self.post("signal", &request).await
            }
            1 => {
                let messages = json!([{"channelName": "in", "value": value}]);
                let request = json!({"workflowId": workflow_id, "messages": messages});
                self.post("publishToInternalChannel", &request).await
            }
            _ => {
                let request = json!({"workflowId": workflow_id, "rpcName": "pass", "input": value});
                self.post("rpc", &request).await
            }
        };
        match answer.map(|answer| answer.status) {
            Some(200) => _ = self.noted.sent.insert(number),
            None => _ = self.noted.unknown.insert(number),
            Some(_) => {}
        }
    }

    async fn start(&mut self) {
        let workflow_id = format!("started-{}", self.next);
        let request = json!({
            "workflowId": workflow_id, "iwfWorkflowType": "Flood", "iwfWorkerUrl": self.good_worker,
            "startStateId": "Collect",
        });
        let answer = self.post("start", &request).await;
        if let Some(Answer {
            status: 200, body, ..
        }) = answer
        {
            let started: Value = serde_json::from_str(&body).expect("JSON");
            let run_id = started["workflowRunId"].as_str().expect("an id").to_owned();
            self.noted.started.insert(workflow_id, run_id);
        }
    }

    async fn start_at_a_bad_worker(&mut self) {
        let worker = self.random.random_range(0..self.bad_workers.len());
        let request = json!({
            "workflowId": format!("bad-{}", self.next), "iwfWorkflowType": "Flood",
            "iwfWorkerUrl": self.bad_workers[worker], "startStateId": "Collect",
        });
        self.post("start", &request).await;
    }

    async fn attribute(&mut self) {
        let store = self.random.random_range(0..STORES);
        let key = format!("key-{}", self.next);
        let objects = json!([{"key": key, "value": {"data": "x"}}]);
        let request = json!({"workflowId": format!("store-{store}"), "objects": objects});
        let answer = self.post("dataobjects/set", &request).await;
        if answer.is_some_and(|answer| answer.status == 200) {
            self.noted.attributes.insert((store, key));
        }
    }

    async fn search(&mut self) {
        let query = "IwfWorkflowType = 'Flood' AND ExecutionStatus = 'Running'";
        let request = json!({"query": query, "pageSize": 20});
        self.post("search", &request).await;
    }

    async fn long_poll(&mut self) {
        let request = json!({"workflowId": "collector-0", "waitTimeSeconds": 1});
        self.post("getWithWait", &request).await;
    }

    /// A body that is announced and not sent, or a value that is one byte too long.
    async fn too_large(&mut self) {
        let answer = if self.random.random() {
            let head = "POST /api/v1/workflow/signal HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n";
            self.connection.exchange(head.as_bytes()).await
        } else {
            let data = "x".repeat(2 * 1024 * 1024 + 1);
            let request = json!({
                "workflowId": "store-0", "signalChannelName": "c", "signalValue": {"data": data},
            });
            self.connection.post("signal", &request.to_string()).await
        };
        if let Some(answer) = self.note(answer) {
            assert!(matches!(answer.status, 413 | 503), "{answer:?}");
        }
    }

    /// Bytes that are no HTTP, HTTP that is no JSON, JSON that is no request.
    async fn garbage(&mut self) {
        let answer = match self.random.random_range(0..3) {
            0 => {
                let mut bytes = vec![0; 300];
                self.random.fill(&mut bytes[..]);
                // Without an end of line the engine would wait for one.
                bytes.extend_from_slice(b"\r\n\r\n");
                self.connection.exchange(&bytes).await
            }
            1 => self.connection.post("start", "{\"workflowId\": \"").await,
            _ => {
                self.connection
                    .post("signal", "{\"workflowId\": [7]}")
                    .await
            }
        };
        if let Some(answer) = self.note(answer) {
            assert!(matches!(answer.status, 400 | 503), "{answer:?}");
        }
    }
}
