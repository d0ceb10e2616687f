//! Options of one start.

use super::Retry;
use crate::{
    Contains, Contract, CxError, Data, Search, SearchKind, SearchValue, State, Wire, Workflow,
    payload::Payload,
};
use std::{marker::PhantomData, time::Duration};

/// When a workflow id may be used again. The default is [`IdReuse::IfNotRunning`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdReuse {
    /// Unless a run is open.
    IfNotRunning,
    /// Unless a run is open or the last one completed.
    IfLastFailed,
    /// Never.
    Never,
    /// Always; an open run is terminated.
    TerminateRunning,
}

/// Which states are shown in the search attribute `IwfExecutingStateIds`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExecutingStates {
    /// All.
    All,
    /// Those that wait, which is the default.
    Waiting,
    /// None.
    Off,
}

/// Settings of the server for one workflow; what is left open keeps its value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use = "a configuration does nothing unless it is sent"]
pub struct Config {
    /// Which states are shown in the search attribute `IwfExecutingStateIds`.
    pub executing_states: Option<ExecutingStates>,
    /// After how many events a run goes on as a new one; 0 means never.
    pub continue_as_new_threshold: Option<i32>,
    /// How much of a run is read at once when it goes on as a new one.
    pub continue_as_new_page_bytes: Option<i32>,
    /// Whether worker calls are first tried in a cheaper way, with weaker retry limits.
    pub optimize_activity: Option<bool>,
    /// Whether timers share one of the backend's.
    pub optimize_timer: Option<bool>,
}

/// Options of a start of workflow `W`.
///
/// ```
/// use iwf::{IdReuse, StartOptions, doc_example::*};
/// use std::time::Duration;
///
/// fn options() -> StartOptions<Reminder> {
///     StartOptions::new()
///         .timeout(Duration::from_secs(24 * 3_600))
///         .id_reuse(IdReuse::Never)
///         .data(NOTE, "buy tea".to_owned())
///         .request_id("form-17") // sent twice, it starts once
///         .waits_for::<WaitState, _>()
/// }
/// # options();
/// ```
#[must_use = "options do nothing unless they are given to a start"]
pub struct StartOptions<W> {
    pub(crate) timeout: Option<Duration>,
    pub(crate) id_reuse: Option<IdReuse>,
    pub(crate) delay: Option<Duration>,
    pub(crate) cron: Option<String>,
    pub(crate) retry: Option<Retry>,
    pub(crate) data: Vec<(String, Payload)>,
    pub(crate) search: Vec<(String, SearchValue)>,
    pub(crate) config: Option<Config>,
    pub(crate) already_started: Option<AlreadyStarted>,
    pub(crate) wait_states: Vec<&'static str>,
    pub(crate) wait_executions: Vec<String>,
    /// Builders cannot return an error, so the first one waits here for the start.
    pub(crate) problem: Option<CxError>,
    _workflow: PhantomData<fn() -> W>,
}
/// What a start does when the id is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AlreadyStarted {
    Join,
    JoinSameRequest(String),
}

impl<W> Default for StartOptions<W> {
    fn default() -> Self {
        StartOptions {
            timeout: None,
            id_reuse: None,
            delay: None,
            cron: None,
            retry: None,
            data: vec![],
            search: vec![],
            config: None,
            already_started: None,
            wait_states: vec![],
            wait_executions: vec![],
            problem: None,
            _workflow: PhantomData,
        }
    }
}

impl<W: Contract> StartOptions<W> {
    /// No limits, no initial attributes.
    pub fn new() -> Self {
        Self::default()
    }
    /// Ends the workflow after this time, counted from the start call; without it there is no limit.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }
    /// When the id may be used again.
    pub fn id_reuse(mut self, policy: IdReuse) -> Self {
        self.id_reuse = Some(policy);
        self
    }
    /// Enters the first state after this time.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = Some(delay);
        self
    }
    /// Starts a run at every moment the expression names (5 to 7 fields), instead of now.
    pub fn cron(mut self, expression: impl Into<String>) -> Self {
        self.cron = Some(expression.into());
        self
    }
    /// Runs the workflow again from the start when it fails.
    pub fn retry(mut self, retry: impl Into<Retry>) -> Self {
        self.retry = Some(retry.into());
        self
    }
    /// Sets a data attribute before the first state.
    pub fn data<T: Wire>(mut self, key: Data<W, T>, value: T) -> Self {
        match Payload::encode(&value) {
            Ok(payload) => self.data.push((key.name().to_owned(), payload)),
            Err(source) => {
                let what = key.name().to_owned();
                self.problem.get_or_insert(CxError::Encode { what, source });
            }
        }
        self
    }
    /// Sets a search attribute before the first state.
    pub fn search<K: SearchKind>(mut self, key: Search<W, K>, value: K::Value) -> Self {
        self.search.push((key.name().to_owned(), K::wrap(value)));
        self
    }
    /// Changes settings of the server for this workflow.
    pub fn config(mut self, config: Config) -> Self {
        self.config = Some(config);
        self
    }
    /// Takes a workflow that is already there for success.
    pub fn join_if_started(mut self) -> Self {
        self.already_started = Some(AlreadyStarted::Join);
        self
    }
    /// Takes a workflow that is already there for success if the same request started it.
    pub fn request_id(mut self, request_id: impl Into<String>) -> Self {
        self.already_started = Some(AlreadyStarted::JoinSameRequest(request_id.into()));
        self
    }
}
impl<W: Workflow> StartOptions<W> {
    /// Announces that somebody will wait for any visit to state `S`; without it such a wait never
    /// ends. Visits with a wait key are waited for by that key.
    pub fn waits_for<S, I>(mut self) -> Self
    where
        S: State<Workflow = W>,
        W::States: Contains<S, I>,
    {
        self.wait_states.push(S::ID);
        self
    }
    /// Announces that somebody will wait for the `nth` visit to state `S`, counted from 1.
    pub fn waits_for_visit<S, I>(mut self, nth: u32) -> Self
    where
        S: State<Workflow = W>,
        W::States: Contains<S, I>,
    {
        self.wait_executions.push(format!("{}-{nth}", S::ID));
        self
    }
}
