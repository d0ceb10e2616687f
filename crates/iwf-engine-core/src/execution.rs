//! One visit to a state, from its movement to its decision.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::call::{Api, Call, CallId, CallState};
use crate::command::Commands;
use crate::id::{Serial, Slot, StateExecutionId};
use crate::options::{ApiOptions, LoadingPolicy, StateOptions};
use crate::payload::{KeyValue, Payload};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StateExecution {
    pub slot: Slot,
    pub serial: Serial,
    pub id: StateExecutionId,
    pub input: Option<Payload>,
    pub options: Option<Arc<StateOptions>>,
    pub wait_for_key: Option<Arc<str>>,
    /// From waitUntil to execute.
    pub locals: Vec<KeyValue>,
    pub phase: Phase,
}

/// ```text
/// WaitUntil ──► Waiting ──► Execute ──► (done)
///     └── gave up, may proceed ──► Execute
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Phase {
    WaitUntil(Call),
    Waiting(Commands),
    Execute { call: Call, results: Results },
}

/// What execute is told about waitUntil.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Results {
    /// There was no waitUntil.
    Skipped,
    /// waitUntil gave up.
    Failed,
    Waited(Commands),
}

static DEFAULT_OPTIONS: std::sync::LazyLock<StateOptions> =
    std::sync::LazyLock::new(StateOptions::default);

impl StateExecution {
    pub fn options(&self) -> &StateOptions {
        self.options.as_deref().unwrap_or(&DEFAULT_OPTIONS)
    }

    pub fn api_options(&self, api: Api) -> &ApiOptions {
        match api {
            Api::WaitUntil => &self.options().wait_until,
            Api::Execute => &self.options().execute,
        }
    }

    /// The call it is in, unless it waits for commands.
    pub fn call(&self) -> Option<(Api, &Call)> {
        match &self.phase {
            Phase::WaitUntil(call) => Some((Api::WaitUntil, call)),
            Phase::Execute { call, .. } => Some((Api::Execute, call)),
            Phase::Waiting(_) => None,
        }
    }

    pub fn call_id(&self) -> Option<CallId> {
        let (api, call) = self.call()?;
        Some(CallId {
            slot: self.slot,
            serial: self.serial,
            api,
            attempt: call.attempt,
        })
    }

    /// The commands it waits for.
    pub fn waiting(&self) -> Option<&Commands> {
        match &self.phase {
            Phase::Waiting(commands) => Some(commands),
            Phase::WaitUntil(_) | Phase::Execute { .. } => None,
        }
    }

    /// Its place among those who wait for messages or locks.
    pub(crate) fn order(&self) -> Option<u64> {
        match (self.waiting(), self.call()) {
            (Some(commands), _) => Some(commands.order),
            (None, Some((_, call))) => match call.state {
                CallState::Locking { ticket } => Some(ticket),
                CallState::Due | CallState::Claimed | CallState::BackingOff { .. } => None,
            },
            (None, None) => None,
        }
    }

    /// The policies that lock attributes during its present call: data, then search.
    pub(crate) fn loading(&self) -> Option<[&LoadingPolicy; 2]> {
        let (api, _) = self.call()?;
        let options = self.api_options(api);
        Some([&options.data_attributes, &options.search_attributes])
    }

    pub(crate) fn with_call_state(&self, state: CallState) -> Self {
        let mut next = self.clone();
        match &mut next.phase {
            Phase::WaitUntil(call) | Phase::Execute { call, .. } => call.state = state,
            Phase::Waiting(_) => {}
        }
        next
    }
}
