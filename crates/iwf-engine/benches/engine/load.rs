//! The loads. Each checks that the engine did what it measures.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::Size;
use super::server::Server;
use super::worker::{BenchWorker, STEPS, movement};

/// Named numbers in the order in which they were measured.
#[derive(Default)]
pub(super) struct Figures(Vec<(String, f64)>);

impl Figures {
    pub(super) fn add(&mut self, name: &str, value: f64) {
        self.0.push((name.to_owned(), value));
    }

    pub(super) fn get(&self, name: &str) -> Option<f64> {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| *value)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (String, f64)> {
        self.0.iter().cloned()
    }

    /// Nearest rank.
    fn percentiles(&mut self, name: &str, mut times: Vec<Duration>) {
        times.sort_unstable();
        for percent in [50, 99] {
            let rank = (times.len() * percent).div_ceil(100).max(1) - 1;
            let millis = times
                .get(rank)
                .map_or(f64::NAN, |time| time.as_secs_f64() * 1000.0);
            self.add(&format!("{name}, p{percent}, ms"), millis);
        }
    }

    /// How the engine stands to what the disk can do.
    pub(super) fn add_ratios(&mut self) {
        let commits = self.get("disk: SQLite commits/s").unwrap_or(f64::NAN);
        let transitions = self
            .get("chain, 16 clients: transitions/s")
            .unwrap_or(f64::NAN);
        self.add("transitions per possible commit", transitions / commits);
        let chain = self
            .get("chain, 1 client: start to end, p50, ms")
            .unwrap_or(f64::NAN);
        self.add("commits in the time of a chain", chain / 1000.0 * commits);
    }
}

#[derive(Clone)]
struct Client {
    url: String,
    worker_url: String,
    http: reqwest::Client,
}

impl Client {
    fn new(url: &str, worker: &BenchWorker) -> Self {
        Self {
            url: url.to_owned(),
            worker_url: worker.url.clone(),
            http: reqwest::Client::new(),
        }
    }

    async fn ask(&self, operation: &str, body: &Value) -> reqwest::Result<Value> {
        let url = format!("{}/api/v1/workflow/{operation}", self.url);
        let body = body.to_string();
        let request = self
            .http
            .post(url)
            .header("content-type", "application/json")
            .body(body);
        let answer = request.send().await?.error_for_status()?;
        let text = answer.text().await?;
        Ok(serde_json::from_str(&text).expect("JSON"))
    }

    async fn must(&self, operation: &str, body: &Value) -> Value {
        self.ask(operation, body).await.expect(operation)
    }

    async fn start(&self, workflow_id: &str, first: &Value) {
        let request = json!({
            "workflowId": workflow_id, "iwfWorkflowType": "Bench", "workflowTimeoutSeconds": 3600,
            "iwfWorkerUrl": self.worker_url, "startStateId": first["stateId"],
            "stateInput": first["stateInput"], "stateOptions": first["stateOptions"],
        });
        self.must("start", &request).await;
    }

    async fn end(&self, workflow_id: &str) {
        let ended = self
            .must("getWithWait", &json!({"workflowId": workflow_id}))
            .await;
        assert_eq!(
            ended["workflowStatus"], "COMPLETED",
            "{workflow_id}: {ended}"
        );
    }
}

/// Has so many clients do so much together; returns what each piece took.
async fn share<F, Piece>(clients: usize, pieces: usize, act: F) -> (Duration, Vec<Duration>)
where
    F: Fn(usize, usize) -> Piece + Clone + Send + Sync + 'static,
    Piece: Future<Output = Duration> + Send,
{
    let begun = Instant::now();
    let running = (0..clients).map(|client| {
        let act = act.clone();
        tokio::spawn(async move {
            let mut times = Vec::new();
            for piece in (client..pieces).step_by(clients) {
                times.push(act(client, piece).await);
            }
            times
        })
    });
    let mut times = Vec::new();
    for client in running.collect::<Vec<_>>() {
        times.extend(client.await.expect("no panic"));
    }
    (begun.elapsed(), times)
}

#[allow(clippy::cast_precision_loss, reason = "counts are small")]
fn rate(count: usize, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}

/// The loads that any iWF server can be put under. Ids are new each time.
pub(super) async fn run(url: &str, worker: &BenchWorker, size: Size, figures: &mut Figures) {
    let client = Client::new(url, worker);
    let mark: u32 = rand::random();
    chain(&client, mark, size.chains / 4, 1, figures).await;
    chain(&client, mark, size.chains, 16, figures).await;
    agent(&client, worker, mark, size.cycles / 8, 1, figures).await;
    agent(&client, worker, mark, size.cycles, 64, figures).await;
    timers(&client, worker, mark, size.timers, figures).await;
}

fn of(clients: usize) -> String {
    format!("{clients} client{}", if clients == 1 { "" } else { "s" })
}

async fn chain(client: &Client, mark: u32, count: usize, clients: usize, figures: &mut Figures) {
    let client = client.clone();
    let (took, times) = share(clients, count, move |_, number| {
        let client = client.clone();
        async move {
            let workflow_id = format!("chain-{mark}-{clients}-{number}");
            let begun = Instant::now();
            client.start(&workflow_id, &movement(1)).await;
            client.end(&workflow_id).await;
            begun.elapsed()
        }
    })
    .await;
    let steps = usize::try_from(STEPS).unwrap_or(1);
    let of = of(clients);
    figures.add(
        &format!("chain, {of}: transitions/s"),
        rate(count * steps, took),
    );
    figures.percentiles(&format!("chain, {of}: start to end"), times);
}

async fn agent(
    client: &Client,
    worker: &BenchWorker,
    mark: u32,
    count: usize,
    clients: usize,
    figures: &mut Figures,
) {
    let first = json!({"stateId": "Agent"});
    for number in 0..clients {
        client
            .start(&format!("agent-{mark}-{clients}-{number}"), &first)
            .await;
    }
    let (asking, watching) = (client.clone(), worker.clone());
    let (took, times) = share(clients, count, move |own, piece| {
        let (client, worker) = (asking.clone(), watching.clone());
        async move {
            let workflow_id = format!("agent-{mark}-{clients}-{own}");
            let message = format!("{mark}-{clients}-{piece}");
            let seen = worker.watch(&message);
            let rpc = |name: &str| {
                json!({"workflowId": workflow_id, "rpcName": name, "input": {"data": message}})
            };
            let begun = Instant::now();
            client.must("rpc", &rpc("write")).await;
            let seen = seen.await.expect("the message arrives");
            client.must("rpc", &rpc("read")).await;
            seen - begun
        }
    })
    .await;
    let of = of(clients);
    figures.add(&format!("agent, {of}: cycles/s"), rate(count, took));
    figures.percentiles(&format!("agent, {of}: write to execute"), times);
}

async fn timers(
    client: &Client,
    worker: &BenchWorker,
    mark: u32,
    count: usize,
    figures: &mut Figures,
) {
    let client = client.clone();
    share(16, count, move |_, number| {
        let client = client.clone();
        async move {
            let workflow_id = format!("timer-{mark}-{number}");
            client
                .start(&workflow_id, &json!({"stateId": "Timer"}))
                .await;
            Duration::ZERO
        }
    })
    .await;
    let mut lags = Vec::new();
    while lags.len() < count {
        lags.extend(worker.take_lags());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    figures.percentiles("timers: lag", lags);
}

/// Workflows that wait for a signal that does not come.
#[allow(clippy::cast_precision_loss, reason = "sizes are small")]
pub(super) async fn idle(
    server: &Server,
    worker: &BenchWorker,
    count: usize,
    figures: &mut Figures,
) {
    let client = Client::new(&server.url, worker);
    let (disk, memory) = (server.disk_bytes(), server.memory_bytes());
    let (took, _) = share(16, count, move |_, number| {
        let client = client.clone();
        async move {
            client
                .start(&format!("idle-{number}"), &json!({"stateId": "Sleep"}))
                .await;
            Duration::ZERO
        }
    })
    .await;
    figures.add("idle: starts/s", rate(count, took));
    let grown = server.disk_bytes().saturating_sub(disk) as f64;
    figures.add("idle: bytes on disk per run", grown / count as f64);
    if let (Some(before), Some(after)) = (memory, server.memory_bytes()) {
        figures.add(
            "idle: bytes of memory per run",
            (after - before) / count as f64,
        );
    }
}

/// Chains that are under way when the engine is killed.
pub(super) async fn recovery(
    server: &mut Server,
    worker: &BenchWorker,
    count: usize,
    figures: &mut Figures,
) {
    let client = Client::new(&server.url, worker);
    for number in 0..count {
        client
            .start(&format!("killed-{number}"), &movement(1))
            .await;
    }
    let begun = Instant::now();
    server.kill_and_restart();
    let first = json!({"workflowId": "killed-0"});
    while client.ask("get", &first).await.is_err() {}
    figures.add(
        "recovery: kill to first answer, ms",
        begun.elapsed().as_secs_f64() * 1000.0,
    );
    for number in 0..count {
        client.end(&format!("killed-{number}")).await;
    }
    figures.add(
        "recovery: kill to all completed, ms",
        begun.elapsed().as_secs_f64() * 1000.0,
    );
}
