//! The engine's in-process interface: one method per endpoint of the protocol.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use iwf_protocol as wire;

use crate::config::EngineConfig;
use crate::failure::Failure;
use crate::worker_caller::WorkerCaller;

/// Why the engine did not open.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    #[error(
        "the data folder {path} is in use by another process: stop that process, or give this one a folder of its own"
    )]
    InUse { path: PathBuf },
    #[error("the data folder {path} cannot be used: make it writable, or choose another")]
    Folder {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error(
        "the database in {path} has schema version {found}, this program knows up to {known}: start the newer program"
    )]
    TooNew {
        path: PathBuf,
        found: u32,
        known: u32,
    },
    #[error("the database in {path} cannot be opened: restore it from a backup if it is damaged")]
    Database {
        path: PathBuf,
        source: rusqlite::Error,
    },
}

/// How the engine is, for a readiness check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// False once shutdown has begun or the database refuses writes.
    pub ready: bool,
    /// One sentence that says why not.
    pub problem: Option<String>,
}

/// A handle to the open engine; cheap to clone.
#[derive(Clone)]
pub struct Engine {
    _shared: Arc<()>,
}

fn not_yet<T>() -> Result<T, Failure> {
    Err(Failure::new(501, None, "not implemented yet"))
}

#[allow(clippy::unused_async)]
impl Engine {
    pub async fn open(
        _config: EngineConfig,
        _workers: Arc<dyn WorkerCaller>,
    ) -> Result<Self, OpenError> {
        Ok(Self {
            _shared: Arc::new(()),
        })
    }

    /// Stops taking work, and lets calls in flight end within `grace`.
    pub async fn shutdown(&self, _grace: Duration) {}

    pub fn health(&self) -> Health {
        Health {
            ready: true,
            problem: None,
        }
    }

    pub async fn start(
        &self,
        _request: wire::WorkflowStartRequest,
    ) -> Result<wire::WorkflowStartResponse, Failure> {
        not_yet()
    }

    pub async fn signal(&self, _request: wire::WorkflowSignalRequest) -> Result<(), Failure> {
        not_yet()
    }

    pub async fn publish_to_internal_channel(
        &self,
        _request: wire::PublishToInternalChannelRequest,
    ) -> Result<(), Failure> {
        not_yet()
    }

    pub async fn stop(&self, _request: wire::WorkflowStopRequest) -> Result<(), Failure> {
        not_yet()
    }

    pub async fn get(
        &self,
        _request: wire::WorkflowGetRequest,
    ) -> Result<wire::WorkflowGetResponse, Failure> {
        not_yet()
    }

    pub async fn get_with_wait(
        &self,
        _request: wire::WorkflowGetRequest,
    ) -> Result<wire::WorkflowGetResponse, Failure> {
        not_yet()
    }

    pub async fn search(
        &self,
        _request: wire::WorkflowSearchRequest,
    ) -> Result<wire::WorkflowSearchResponse, Failure> {
        not_yet()
    }

    pub async fn reset(
        &self,
        _request: wire::WorkflowResetRequest,
    ) -> Result<wire::WorkflowResetResponse, Failure> {
        not_yet()
    }

    pub async fn rpc(
        &self,
        _request: wire::WorkflowRpcRequest,
    ) -> Result<wire::WorkflowRpcResponse, Failure> {
        not_yet()
    }

    pub async fn skip_timer(
        &self,
        _request: wire::WorkflowSkipTimerRequest,
    ) -> Result<(), Failure> {
        not_yet()
    }

    pub async fn update_config(
        &self,
        _request: wire::WorkflowConfigUpdateRequest,
    ) -> Result<(), Failure> {
        not_yet()
    }

    pub async fn trigger_continue_as_new(
        &self,
        _request: wire::TriggerContinueAsNewRequest,
    ) -> Result<(), Failure> {
        not_yet()
    }

    pub async fn wait_for_state_completion(
        &self,
        _request: wire::WorkflowWaitForStateCompletionRequest,
    ) -> Result<wire::WorkflowWaitForStateCompletionResponse, Failure> {
        not_yet()
    }

    pub async fn get_data_objects(
        &self,
        _request: wire::WorkflowGetDataObjectsRequest,
    ) -> Result<wire::WorkflowGetDataObjectsResponse, Failure> {
        not_yet()
    }

    pub async fn set_data_objects(
        &self,
        _request: wire::WorkflowSetDataObjectsRequest,
    ) -> Result<(), Failure> {
        not_yet()
    }

    pub async fn get_search_attributes(
        &self,
        _request: wire::WorkflowGetSearchAttributesRequest,
    ) -> Result<wire::WorkflowGetSearchAttributesResponse, Failure> {
        not_yet()
    }

    pub async fn set_search_attributes(
        &self,
        _request: wire::WorkflowSetSearchAttributesRequest,
    ) -> Result<(), Failure> {
        not_yet()
    }

    pub async fn dump(
        &self,
        _request: wire::WorkflowDumpRequest,
    ) -> Result<wire::WorkflowDumpResponse, Failure> {
        not_yet()
    }
}
