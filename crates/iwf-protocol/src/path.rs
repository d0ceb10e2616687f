//! Paths of the API. The server's are below its base URL, the worker's below the worker's.

macro_rules! workflow {
    ($operation:literal) => {
        concat!("/api/v1/workflow/", $operation)
    };
}

pub const START: &str = workflow!("start");
pub const SIGNAL: &str = workflow!("signal");
pub const PUBLISH_TO_INTERNAL_CHANNEL: &str = workflow!("publishToInternalChannel");
pub const STOP: &str = workflow!("stop");
pub const GET: &str = workflow!("get");
pub const GET_WITH_WAIT: &str = workflow!("getWithWait");
pub const SEARCH: &str = workflow!("search");
pub const RESET: &str = workflow!("reset");
pub const RPC: &str = workflow!("rpc");
pub const SKIP_TIMER: &str = workflow!("timer/skip");
pub const UPDATE_CONFIG: &str = workflow!("config/update");
pub const TRIGGER_CONTINUE_AS_NEW: &str = workflow!("triggerContinueAsNew");
pub const WAIT_FOR_STATE_COMPLETION: &str = workflow!("waitForStateCompletion");
pub const GET_DATA_OBJECTS: &str = workflow!("dataobjects/get");
pub const SET_DATA_OBJECTS: &str = workflow!("dataobjects/set");
pub const GET_SEARCH_ATTRIBUTES: &str = workflow!("searchattributes/get");
pub const SET_SEARCH_ATTRIBUTES: &str = workflow!("searchattributes/set");
pub const DUMP: &str = workflow!("internal/dump");
/// The one path of the server that is read with GET.
pub const HEALTH_CHECK: &str = "/info/healthcheck";

/// waitUntil, at the worker.
pub const WORKER_STATE_START: &str = "/api/v1/workflowState/start";
/// execute, at the worker.
pub const WORKER_STATE_DECIDE: &str = "/api/v1/workflowState/decide";
/// An RPC, at the worker.
pub const WORKER_RPC: &str = "/api/v1/workflowWorker/rpc";
