//! Options of a workflow: what holds for every run and, unless they say otherwise, for every state.

use super::{Load, Retry, StepOptions};
use crate::key::OfSearch;
use std::{marker::PhantomData, time::Duration};

/// Options of every run of workflow `W`, and defaults of its states.
#[must_use = "options do nothing unless they are returned"]
pub struct WorkflowOptions<W> {
    pub(crate) cached_reads: bool,
    pub(crate) wait_until: StepOptions,
    pub(crate) execute: StepOptions,
    _workflow: PhantomData<fn() -> W>,
}
impl<W> Default for WorkflowOptions<W> {
    fn default() -> Self {
        WorkflowOptions {
            cached_reads: false,
            wait_until: StepOptions::default(),
            execute: StepOptions::default(),
            _workflow: PhantomData,
        }
    }
}
impl<W> WorkflowOptions<W> {
    /// Everything left open.
    pub fn new() -> Self {
        Self::default()
    }
    /// Lets the server answer reads of data attributes from a copy beside the run: cheaper for the
    /// original server where many read, and a moment behind.
    pub fn cached_reads(mut self) -> Self {
        self.cached_reads = true;
        self
    }
    /// How long one attempt of any half of any state may take.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.wait_until.timeout = Some(timeout);
        self.execute.timeout = Some(timeout);
        self
    }
    /// How a failed half of any state is tried again.
    pub fn retry(mut self, retry: impl Into<Retry>) -> Self {
        let retry = retry.into();
        self.wait_until.retry = Some(retry.clone());
        self.execute.retry = Some(retry);
        self
    }
    /// Data attributes that every state sees and locks.
    pub fn load(mut self, load: Load<W>) -> Self {
        let load = load.into_raw();
        self.wait_until.load = Some(load.clone());
        self.execute.load = Some(load);
        self
    }
    /// Search attributes that every state sees and locks.
    pub fn search_load(mut self, load: Load<W, OfSearch>) -> Self {
        let load = load.into_raw();
        self.wait_until.search_load = Some(load.clone());
        self.execute.search_load = Some(load);
        self
    }
}
