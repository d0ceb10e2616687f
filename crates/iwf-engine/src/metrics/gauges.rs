//! What is looked up when somebody asks for the metrics.

use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

/// One look at the engine.
pub(crate) struct Look {
    pub(crate) is_ready: bool,
    pub(crate) damaged_runs: usize,
    pub(crate) queued_requests: usize,
    pub(crate) calls: CallsNow,
    pub(crate) rpcs: usize,
    pub(crate) long_polls: usize,
    pub(crate) database_bytes: u64,
    pub(crate) wal_bytes: u64,
}

/// The worker calls of one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct CallsNow {
    pub(crate) in_flight: usize,
    /// Waiting in memory for room at their worker.
    pub(crate) queued: usize,
}

#[derive(Default)]
pub(super) struct Gauges {
    ready: Gauge,
    damaged_runs: Gauge,
    queued_requests: Gauge,
    calls_in_flight: Gauge,
    calls_queued: Gauge,
    rpcs: Gauge,
    long_polls: Gauge,
    database: Gauge,
    wal: Gauge,
}

impl Gauges {
    pub(super) fn new(registry: &mut Registry) -> Self {
        let gauges = Self::default();
        let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "The program", version);
        for (name, help, gauge) in [
            ("ready", "1 if the engine takes requests", &gauges.ready),
            (
                "damaged_runs",
                "Runs and schedules that cannot be read and stand still",
                &gauges.damaged_runs,
            ),
            (
                "queued_requests",
                "Requests waiting for the writer",
                &gauges.queued_requests,
            ),
            (
                "worker_calls_in_flight",
                "State API calls under way",
                &gauges.calls_in_flight,
            ),
            (
                "worker_calls_queued",
                "State API calls in memory that wait for room at their worker",
                &gauges.calls_queued,
            ),
            ("rpcs_in_progress", "RPCs under way", &gauges.rpcs),
            ("long_polls", "Callers that wait", &gauges.long_polls),
        ] {
            registry.register(name, help, gauge.clone());
        }
        for (name, help, gauge) in [
            ("database", "Size of the database file", &gauges.database),
            ("wal", "Size of the write-ahead log", &gauges.wal),
        ] {
            registry.register_with_unit(name, help, Unit::Bytes, gauge.clone());
        }
        gauges
    }

    pub(super) fn set(&self, look: &Look) {
        self.ready.set(i64::from(look.is_ready));
        for (gauge, count) in [
            (&self.damaged_runs, look.damaged_runs),
            (&self.queued_requests, look.queued_requests),
            (&self.calls_in_flight, look.calls.in_flight),
            (&self.calls_queued, look.calls.queued),
            (&self.rpcs, look.rpcs),
            (&self.long_polls, look.long_polls),
        ] {
            gauge.set(i64::try_from(count).unwrap_or(i64::MAX));
        }
        for (gauge, bytes) in [
            (&self.database, look.database_bytes),
            (&self.wal, look.wal_bytes),
        ] {
            gauge.set(i64::try_from(bytes).unwrap_or(i64::MAX));
        }
    }
}
