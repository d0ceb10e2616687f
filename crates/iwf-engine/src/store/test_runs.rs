//! Runs for the tests of the store.

use iwf_engine_core::{Config, RunId, Settings, Start, Timestamp};

/// What a run of a workflow `w` is started with.
pub(super) fn start(id: RunId) -> Start {
    Start {
        id,
        workflow_id: "w".into(),
        settings: Settings {
            workflow_type: "type".into(),
            worker_url: "http://worker".into(),
            first_run_id: id,
            started_at: Timestamp(0),
            deadline: None,
            request_id: None,
            wait_for_state_ids: vec![],
            wait_for_execution_ids: vec![],
            retry: None,
        },
        config: Config::default(),
        starts_at: None,
        movement: None,
        data_attributes: vec![],
        search_attributes: vec![],
    }
}
