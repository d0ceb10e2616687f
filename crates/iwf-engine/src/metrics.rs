//! What the engine counts and measures, for Prometheus and for a host in process.
//!
//! Counters are atomics that their owners hold; what can be looked up, such as the length of a
//! queue, is looked up when somebody asks. Labels have a bounded set of values: never an id, a
//! URL or anything else that a user chooses.
//!
//! `prometheus-client`, because it is the Prometheus project's own, has no global registry, which
//! two engines in one process would share, and no server of its own.

mod gauges;
mod measured_calls;
mod open_runs;

use std::time::Duration;

use iwf_engine_core::{Event, Status};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use gauges::Gauges;
pub(crate) use gauges::{CallsNow, Look};
pub(crate) use measured_calls::MeasuredCalls;
use open_runs::OpenRuns;
pub(crate) use open_runs::count_open_runs;

/// One label and its value.
type Label = [(&'static str, &'static str); 1];
type Labels = [(&'static str, &'static str); 2];
/// Path and status.
type HttpLabels = ([(&'static str, String); 1], [(&'static str, u16); 1]);
type HistogramFamily = Family<Label, Histogram, fn() -> Histogram>;

/// Seconds.
const COMMIT_BUCKETS: [f64; 12] = [
    0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.1, 0.5, 1.0, 5.0,
];
const LAG_BUCKETS: [f64; 10] = [
    0.001, 0.002, 0.005, 0.01, 0.025, 0.1, 1.0, 10.0, 60.0, 600.0,
];
const CALL_BUCKETS: [f64; 12] = [
    0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0, 30.0, 60.0,
];
/// Commands.
const BATCH_BUCKETS: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

/// How often a run was found in memory, and how often it had to be read.
#[derive(Clone, Default)]
pub(crate) struct CacheLookups {
    pub(crate) hits: Counter,
    pub(crate) misses: Counter,
}

pub(crate) struct Metrics {
    registry: Registry,
    gauges: Gauges,
    open_runs: OpenRuns,
    transitions: Family<Label, Counter>,
    runs_started: Counter,
    runs_closed: Family<Label, Counter>,
    commits: Histogram,
    commit_failures: Counter,
    batches: Histogram,
    timer_lag: Histogram,
    calls: Family<Labels, Counter>,
    call_durations: HistogramFamily,
    http_requests: Family<HttpLabels, Counter>,
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new(&CacheLookups::default())
    }
}

impl Metrics {
    pub(crate) fn new(cache: &CacheLookups) -> Self {
        let mut registry = Registry::with_prefix("iwf_engine");
        let mut metrics = Self {
            gauges: Gauges::new(&mut registry),
            open_runs: OpenRuns::default(),
            transitions: Family::default(),
            runs_started: Counter::default(),
            runs_closed: Family::default(),
            commits: Histogram::new(COMMIT_BUCKETS),
            commit_failures: Counter::default(),
            batches: Histogram::new(BATCH_BUCKETS),
            timer_lag: Histogram::new(LAG_BUCKETS),
            calls: Family::default(),
            call_durations: Family::new_with_constructor(|| Histogram::new(CALL_BUCKETS)),
            http_requests: Family::default(),
            registry,
        };
        metrics.register(cache);
        metrics
    }

    fn register(&mut self, cache: &CacheLookups) {
        let registry = &mut self.registry;
        registry.register_collector(Box::new(self.open_runs.clone()));
        registry.register("cache_hits", "Runs found in memory", cache.hits.clone());
        registry.register(
            "cache_misses",
            "Runs that had to be read",
            cache.misses.clone(),
        );
        registry.register(
            "transitions",
            "Events that changed a run, after their commit",
            self.transitions.clone(),
        );
        registry.register("runs_started", "Runs begun", self.runs_started.clone());
        registry.register(
            "runs_closed",
            "Runs ended, by how",
            self.runs_closed.clone(),
        );
        registry.register_with_unit(
            "commit",
            "Time to write and commit one batch",
            Unit::Seconds,
            self.commits.clone(),
        );
        registry.register(
            "commit_failures",
            "Batches that the database refused",
            self.commit_failures.clone(),
        );
        registry.register(
            "batch_commands",
            "Requests, answers and due runs taken together by the writer",
            self.batches.clone(),
        );
        registry.register_with_unit(
            "timer_lag",
            "How late a due run was looked at",
            Unit::Seconds,
            self.timer_lag.clone(),
        );
        registry.register(
            "worker_calls",
            "Attempts to call a worker, by API and outcome",
            self.calls.clone(),
        );
        registry.register_with_unit(
            "worker_call",
            "Time of one attempt to call a worker",
            Unit::Seconds,
            self.call_durations.clone(),
        );
        registry.register(
            "http_requests",
            "Requests answered over HTTP, by path and status",
            self.http_requests.clone(),
        );
    }

    /// All metrics in the text format.
    pub(crate) fn text(&self, look: &Look) -> String {
        self.gauges.set(look);
        let mut text = String::new();
        // Writing to memory does not fail.
        if let Err(error) = prometheus_client::encoding::text::encode(&mut text, &self.registry) {
            tracing::error!(%error, "the metrics cannot be written");
        }
        text
    }

    /// A committed event.
    pub(crate) fn transition(&self, event: &Event) {
        self.transitions
            .get_or_create(&[("event", event.name())])
            .inc();
    }

    pub(crate) fn run_started(&self) {
        self.runs_started.inc();
        self.open_runs.add(1);
    }

    pub(crate) fn run_closed(&self, status: Status) {
        self.runs_closed
            .get_or_create(&[("status", name(status))])
            .inc();
        self.open_runs.add(-1);
    }

    pub(crate) fn batch(&self, commands: usize) {
        let commands = u32::try_from(commands).unwrap_or(u32::MAX);
        self.batches.observe(f64::from(commands));
    }

    pub(crate) fn commit(&self, took: Duration) {
        self.commits.observe(took.as_secs_f64());
    }

    pub(crate) fn commit_failed(&self) {
        self.commit_failures.inc();
    }

    pub(crate) fn timer_lag(&self, millis: i64) {
        let millis = u64::try_from(millis).unwrap_or_default();
        self.timer_lag
            .observe(Duration::from_millis(millis).as_secs_f64());
    }

    fn call(&self, api: &'static str, outcome: &'static str, took: Duration) {
        self.calls
            .get_or_create(&[("api", api), ("outcome", outcome)])
            .inc();
        self.call_durations
            .get_or_create(&[("api", api)])
            .observe(took.as_secs_f64());
    }

    /// `path` is the route's pattern, of which there are few, not what a client wrote.
    pub(crate) fn http_request(&self, path: &str, status: u16) {
        let labels = ([("path", path.to_owned())], [("status", status)]);
        self.http_requests.get_or_create(&labels).inc();
    }
}

fn name(status: Status) -> &'static str {
    match status {
        Status::Running => "running",
        Status::Completed => "completed",
        Status::Failed => "failed",
        Status::TimedOut => "timed_out",
        Status::Terminated => "terminated",
        Status::Canceled => "canceled",
        Status::ContinuedAsNew => "continued_as_new",
    }
}
