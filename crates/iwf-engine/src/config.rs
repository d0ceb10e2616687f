//! What a host may set, and every bound of the engine by name and unit.

use std::path::PathBuf;
use std::time::Duration;

/// Where the engine keeps its data, and its limits.
#[derive(Clone, Debug)]
pub struct EngineConfig {
    /// The folder of the database; made if it is missing, locked while the engine is open.
    pub data_dir: PathBuf,
    /// The longest a long poll or an RPC may wait.
    pub api_max_wait: Duration,
    /// Bounds on everything that could grow.
    pub limits: Limits,
}

impl EngineConfig {
    /// The defaults, on this folder.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            api_max_wait: Duration::from_mins(1),
            limits: Limits::default(),
        }
    }
}

/// Bounds on everything that could grow.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Requests waiting for the writer; more are refused with 503.
    pub queue_requests_max: usize,
    /// Requests that share one commit.
    pub batch_requests_max: usize,
    /// Runs kept in memory after their last event.
    pub hot_runs_max: usize,
    /// Runs whose timers fire in one commit.
    pub timers_per_batch_max: usize,
    /// Calls in flight at one worker URL.
    pub calls_per_worker_max: usize,
    /// Calls waiting for one worker URL; more stay on disk until there is room.
    pub calls_queued_max: usize,
    /// One value: an input, a message, an attribute.
    pub payload_bytes_max: usize,
    /// Characters of a workflow id.
    pub workflow_id_chars_max: usize,
    /// RPCs in progress; more are refused with 503.
    pub rpcs_max: usize,
    /// Long polls at a time; more are refused with 503.
    pub long_polls_max: usize,
    /// Cron schedules; more are refused with 429.
    pub schedules_max: usize,
    /// Entries of one search page.
    pub search_page_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            queue_requests_max: 4096,
            batch_requests_max: 256,
            hot_runs_max: 1024,
            timers_per_batch_max: 128,
            calls_per_worker_max: 256,
            calls_queued_max: 16_384,
            payload_bytes_max: 2 * 1024 * 1024,
            workflow_id_chars_max: 1000,
            rpcs_max: 4096,
            long_polls_max: 10_000,
            schedules_max: 10_000,
            search_page_max: 1000,
        }
    }
}
