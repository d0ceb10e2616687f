//! The engine's metrics, for whoever hosts it.

use super::Engine;
use crate::metrics::Look;

impl Engine {
    /// All metrics in the text format that Prometheus reads. Cheap enough to ask
    /// for every second.
    #[must_use]
    pub fn metrics_text(&self) -> String {
        let shared = &self.shared;
        let limits = &shared.config.limits;
        let [database_bytes, wal_bytes] = shared.readers.folder().sizes();
        let health = self.health();
        shared.metrics.text(&Look {
            is_ready: health.ready,
            damaged_runs: health.damaged_runs,
            queued_requests: shared.mailbox.queued_requests(),
            calls: shared.dispatcher.lanes().now(),
            rpcs: taken(&shared.rpc_places, limits.rpcs_max),
            long_polls: taken(&shared.long_polls, limits.long_polls_max),
            database_bytes,
            wal_bytes,
        })
    }

    /// Counts a request that was answered over HTTP.
    pub(crate) fn count_http_request(&self, path: &str, status: u16) {
        self.shared.metrics.http_request(path, status);
    }
}

fn taken(places: &tokio::sync::Semaphore, max: usize) -> usize {
    max.saturating_sub(places.available_permits())
}
