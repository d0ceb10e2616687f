//! How many runs are open, without counting them again each time somebody asks.
//!
//! The runs of the database as it was opened are counted once, beside the work, in a snapshot
//! that was taken before the first change; starts and ends since then are counted as they commit.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::gauge::ConstGauge;

use super::Metrics;
use crate::store::{Reader, StoreError};

#[derive(Clone, Debug, Default)]
pub(super) struct OpenRuns(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    at_opening: OnceLock<i64>,
    since: AtomicI64,
}

impl OpenRuns {
    pub(super) fn add(&self, runs: i64) {
        self.0.since.fetch_add(runs, Ordering::Relaxed);
    }
}

/// Shows nothing until the count at the opening is known.
impl Collector for OpenRuns {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let Some(at_opening) = self.0.at_opening.get() else {
            return Ok(());
        };
        let gauge = ConstGauge::new(at_opening + self.0.since.load(Ordering::Relaxed));
        let help = "Runs that have not ended.";
        gauge.encode(encoder.encode_descriptor("open_runs", help, None, MetricType::Gauge)?)
    }
}

/// Takes the snapshot and counts it on a thread for such work. To be called before the writer
/// begins.
pub(crate) fn count_open_runs(reader: Reader, metrics: &Metrics) -> Result<(), StoreError> {
    reader.begin_snapshot()?;
    let OpenRuns(counts) = metrics.open_runs.clone();
    tokio::task::spawn_blocking(move || match reader.open_runs() {
        Ok(count) => _ = counts.at_opening.set(count),
        Err(error) => tracing::warn!(%error, "the open runs cannot be counted"),
    });
    Ok(())
}
