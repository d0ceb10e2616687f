//! Options of a state: time-outs, retries, loading and locks, and where to go when all fails.

use super::{Bounded, Load, Loaded, RawLoad, Retry};
use crate::{State, Workflow, key::OfSearch, wait::WaitSet};
use std::{marker::PhantomData, time::Duration};

/// Options of state `S`. What is left open comes from
/// [`WorkflowOptions`](crate::WorkflowOptions), then from the server.
///
/// ```
/// use iwf::{Load, Retry, StateOptions, doc_example::*};
/// use std::time::Duration;
///
/// fn options() -> StateOptions<StartState> {
///     StateOptions::new()
///         .execute_timeout(Duration::from_secs(90))
///         // one attempt only, then on to `WaitState` with the same input
///         .recover_with::<WaitState>(Retry::attempts(1))
///         // nobody else who locks the note comes in between
///         .execute_load(Load::all().lock([NOTE.key()]))
/// }
/// # options();
/// ```
#[must_use = "options do nothing unless they are returned"]
pub struct StateOptions<S> {
    erased: ErasedOptions,
    _state: PhantomData<fn() -> S>,
}

/// Options with the state forgotten, as they travel with a movement.
#[derive(Clone, Debug, Default)]
#[doc(hidden)]
pub struct ErasedOptions {
    pub(crate) skip_wait_until: bool,
    pub(crate) proceed_without_wait: bool,
    pub(crate) wait_until: StepOptions,
    pub(crate) execute: StepOptions,
    pub(crate) recover: Option<Recover>,
}
/// Options of one half of a state.
#[derive(Clone, Debug, Default)]
pub(crate) struct StepOptions {
    pub(crate) timeout: Option<Duration>,
    pub(crate) retry: Option<Retry>,
    pub(crate) load: Option<RawLoad>,
    pub(crate) search_load: Option<RawLoad>,
}
/// Where to go when execute has used up its retries. The options are asked for late, so that two
/// states can name each other without end being reached.
#[derive(Clone, Copy)]
pub(crate) struct Recover {
    pub(crate) id: &'static str,
    pub(crate) options: fn() -> ErasedOptions,
}
impl std::fmt::Debug for Recover {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Recover").field(&self.id).finish()
    }
}

impl<S: State> Default for StateOptions<S> {
    fn default() -> Self {
        StateOptions {
            erased: ErasedOptions::default(),
            _state: PhantomData,
        }
    }
}
impl<S: State> StateOptions<S> {
    /// Everything left open.
    pub fn new() -> Self {
        Self::default()
    }
    /// How long one attempt of `wait_until` may take (30 s unless given).
    pub fn wait_until_timeout(mut self, timeout: Duration) -> Self {
        self.erased.wait_until.timeout = Some(timeout);
        self
    }
    /// How long one attempt of `execute` may take (30 s unless given).
    pub fn execute_timeout(mut self, timeout: Duration) -> Self {
        self.erased.execute.timeout = Some(timeout);
        self
    }
    /// How a failed `wait_until` is tried again.
    pub fn wait_until_retry(mut self, retry: impl Into<Retry>) -> Self {
        self.erased.wait_until.retry = Some(retry.into());
        self
    }
    /// How a failed `execute` is tried again.
    pub fn execute_retry(mut self, retry: impl Into<Retry>) -> Self {
        self.erased.execute.retry = Some(retry.into());
        self
    }
    /// Goes on to state `R` once `execute` has used up these retries, instead of failing the
    /// workflow. `R` takes the same input; it must be listed in the workflow's states and have no
    /// recovery of its own, which the registry checks.
    pub fn recover_with<R>(mut self, retry: Bounded) -> Self
    where
        R: State<Workflow = S::Workflow, Input = S::Input>,
    {
        self.erased.execute.retry = Some(retry.into());
        self.erased.recover = Some(Recover {
            id: R::ID,
            options: ErasedOptions::of::<R>,
        });
        self
    }
    /// Data attributes that both halves see and lock.
    pub fn load(mut self, load: Load<S::Workflow>) -> Self {
        let load = load.into_raw();
        self.erased.wait_until.load = Some(load.clone());
        self.erased.execute.load = Some(load);
        self
    }
    /// Data attributes that `wait_until` sees and locks.
    pub fn wait_until_load(mut self, load: Load<S::Workflow>) -> Self {
        self.erased.wait_until.load = Some(load.into_raw());
        self
    }
    /// Data attributes that `execute` sees and locks.
    pub fn execute_load(mut self, load: Load<S::Workflow>) -> Self {
        self.erased.execute.load = Some(load.into_raw());
        self
    }
    /// Search attributes that both halves see and lock.
    pub fn search_load(mut self, load: Load<S::Workflow, OfSearch>) -> Self {
        let load = load.into_raw();
        self.erased.wait_until.search_load = Some(load.clone());
        self.erased.execute.search_load = Some(load);
        self
    }
    /// Search attributes that `wait_until` sees and locks.
    pub fn wait_until_search_load(mut self, load: Load<S::Workflow, OfSearch>) -> Self {
        self.erased.wait_until.search_load = Some(load.into_raw());
        self
    }
    /// Search attributes that `execute` sees and locks.
    pub fn execute_search_load(mut self, load: Load<S::Workflow, OfSearch>) -> Self {
        self.erased.execute.search_load = Some(load.into_raw());
        self
    }
}

impl ErasedOptions {
    /// The options of `S`, with the defaults of its workflow below them.
    pub(crate) fn of<S: State>() -> Self {
        Self::with(S::options())
    }
    /// These options for `S`, with the defaults of its workflow below them.
    pub(crate) fn with<S: State>(options: StateOptions<S>) -> Self {
        let defaults = S::Workflow::options();
        let mut erased = options.erased;
        erased.wait_until.fill_from(&defaults.wait_until);
        erased.execute.fill_from(&defaults.execute);
        erased.skip_wait_until = S::Wait::SKIP;
        erased.proceed_without_wait = S::Wait::TOLERANT;
        erased
    }
}
impl StepOptions {
    fn fill_from(&mut self, defaults: &StepOptions) {
        self.timeout = self.timeout.or(defaults.timeout);
        self.retry = self.retry.take().or_else(|| defaults.retry.clone());
        self.load = self.load.take().or_else(|| defaults.load.clone());
        self.search_load = self
            .search_load
            .take()
            .or_else(|| defaults.search_load.clone());
    }
    pub(crate) fn loaded(&self) -> Loaded {
        Loaded {
            data: self.load.clone(),
            search: self.search_load.clone(),
        }
    }
    pub(crate) fn retry_ends(&self) -> bool {
        self.retry.as_ref().is_some_and(Retry::ends)
    }
}
