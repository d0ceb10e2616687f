//! Who is running: ids, attempt and times of the present call.

use std::time::SystemTime;

/// What the server says about the present call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Info {
    /// The caller's name for the workflow.
    pub workflow_id: String,
    /// The run. In states it is the first run of the chain and stays the same for good; in RPCs it
    /// is the present run.
    pub run_id: String,
    /// When the present run began, in seconds since 1970.
    pub started_unix: i64,
    /// Which visit to which state, such as `Ship-2`; absent in RPCs.
    pub state_execution_id: Option<String>,
    /// Which attempt of this call, from 1 on; 0 in RPCs, which have one attempt only.
    pub attempt: u32,
    /// When the first attempt was due, in seconds since 1970; absent in RPCs.
    pub first_attempt_unix: Option<i64>,
    /// When the server stops waiting for an answer, where the time-out is known.
    pub deadline: Option<SystemTime>,
}

impl Info {
    /// A request id that is the same for every attempt of this visit and for no other: a workflow
    /// started under it from within a state is started once.
    #[must_use]
    pub fn child_request_id(&self) -> String {
        match &self.state_execution_id {
            Some(visit) => format!("{}-{visit}", self.run_id),
            None => self.run_id.clone(),
        }
    }
}
