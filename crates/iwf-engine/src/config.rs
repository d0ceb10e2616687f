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
    /// How long closed runs are kept; `None` keeps them for ever.
    pub retention: Option<Duration>,
    /// Bounds on everything that could grow.
    pub limits: Limits,
}

impl EngineConfig {
    /// The defaults, on this folder.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            api_max_wait: Duration::from_mins(1),
            retention: None,
            limits: Limits::default(),
        }
    }
}

/// Bounds on everything that could grow. What a client exceeds is refused with 400, 413, 429 or
/// 503 and a reason; what a worker's answer exceeds makes that attempt fail.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Requests waiting for the writer; more are refused with 503.
    pub queue_requests_max: usize,
    /// Requests that share one commit.
    pub batch_requests_max: usize,
    /// Runs kept in memory after their last event.
    pub hot_runs_max: usize,
    /// What those runs may take up together, in bytes.
    pub hot_bytes_max: usize,
    /// Runs whose timers fire in one commit.
    pub timers_per_batch_max: usize,
    /// Calls in flight at one worker URL.
    pub calls_per_worker_max: usize,
    /// Of these, calls of one state: a state that hangs leaves places to the others.
    pub calls_per_state_max: usize,
    /// Calls waiting for one worker URL; more stay on disk until there is room.
    pub calls_queued_max: usize,
    /// RPCs in progress; more are refused with 503.
    pub rpcs_max: usize,
    /// Of these, RPCs of one worker URL: a worker that hangs leaves places to the others.
    pub rpcs_per_worker_max: usize,
    /// Long polls at a time; more are refused with 503.
    pub long_polls_max: usize,
    /// Cron schedules; more are refused with 429.
    pub schedules_max: usize,
    /// Searches at a time.
    pub searches_max: usize,
    /// Searches and other reads of the database waiting for their turn; more are refused with
    /// 503. Counted apart.
    pub reads_waiting_max: usize,
    /// The longest a search may take once it has its turn; beyond it, 503.
    pub search_time_max: Duration,
    /// The history of one run, in bytes; beyond it the history begins anew with a snapshot of the
    /// run, if that is not larger.
    pub history_bytes_max: usize,
    /// Names of search attributes; a start or write with one more is refused with 500.
    pub search_attribute_names_max: usize,
    /// Entries of one search page.
    pub search_page_max: usize,
    /// One value: an input, a message, an attribute; in bytes.
    pub payload_bytes_max: usize,
    /// Characters of an id, key, channel or other name.
    pub name_chars_max: usize,
    /// Any other text, such as the value of a search attribute or a reason; in bytes.
    pub text_bytes_max: usize,
    /// Entries of one list: attributes, messages, commands, movements, keys.
    pub list_items_max: usize,
    /// State executions in progress in one run.
    pub executions_per_run_max: usize,
    /// Messages that wait in one run, over all channels.
    pub messages_per_run_max: usize,
    /// Data attributes of one run.
    pub data_attributes_per_run_max: usize,
    /// Search attributes of one run, keys and values, in bytes.
    pub search_attribute_bytes_per_run_max: usize,
    /// All values of one run together: inputs, messages, attributes, outputs; in bytes.
    pub run_bytes_max: usize,
    /// A database of at most this size, in bytes, is examined as a whole before the engine opens;
    /// a larger one meanwhile.
    pub examined_first_bytes_max: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            queue_requests_max: 4096,
            batch_requests_max: 256,
            hot_runs_max: 1024,
            hot_bytes_max: 256 * MIB,
            timers_per_batch_max: 128,
            calls_per_worker_max: 512,
            calls_per_state_max: 128,
            calls_queued_max: 16_384,
            rpcs_max: 2048,
            rpcs_per_worker_max: 512,
            long_polls_max: 10_000,
            schedules_max: 10_000,
            searches_max: 2,
            reads_waiting_max: 1024,
            search_time_max: Duration::from_secs(10),
            history_bytes_max: 8 * MIB,
            search_attribute_names_max: 10_000,
            search_page_max: 1000,
            payload_bytes_max: 2 * MIB,
            name_chars_max: 1000,
            text_bytes_max: 16 * KIB,
            list_items_max: 2000,
            executions_per_run_max: 10_000,
            messages_per_run_max: 10_000,
            data_attributes_per_run_max: 10_000,
            search_attribute_bytes_per_run_max: 64 * KIB,
            run_bytes_max: 64 * MIB,
            examined_first_bytes_max: 2 * 1024 * 1024,
        }
    }
}

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;
