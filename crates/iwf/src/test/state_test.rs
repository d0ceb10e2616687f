//! Runs one half of one state on attributes given by the test.

use crate::{
    Channel, Clock, CommandRequest, Data, Decision, Got, Search, SearchKind, State, StateCx,
    StateError, WaitSet, WaitUntil, Wire, Workflow,
    cx::{Store, from_unix},
    next::Next,
};

/// One state, ready to run.
///
/// ```
/// # use iwf::{doc_example::*, test::StateTest, Fired, Next};
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let outcome = StateTest::new(Reminder::default(), WaitState).execute((), (Some(Fired), None)).await;
/// assert_eq!(outcome.completed().map(String::as_str), Some("time is up"));
/// # }
/// ```
#[must_use = "nothing runs before `execute` or `wait_until`"]
pub struct StateTest<S: State> {
    workflow: S::Workflow,
    state: S,
    store: Store,
}

/// What `execute` has decided and written.
#[derive(Debug)]
pub struct Outcome<W: Workflow> {
    /// What it returned.
    pub decision: Decision<W>,
    /// What it wrote.
    pub store: Store,
}
/// What `wait_until` has asked for and written.
#[derive(Debug)]
pub struct WaitOutcome {
    /// What it returned.
    pub request: Result<CommandRequest, StateError>,
    /// What it wrote.
    pub store: Store,
}

impl<S: State> StateTest<S> {
    /// Nothing set, first attempt, the machine's clock.
    pub fn new(workflow: S::Workflow, state: S) -> Self {
        let mut store = Store::default();
        store.info.attempt = 1;
        store.info.state_execution_id = Some(format!("{}-1", S::ID));
        StateTest {
            workflow,
            state,
            store,
        }
    }
    /// With a data attribute.
    ///
    /// # Panics
    /// When the value cannot be written as JSON.
    #[expect(clippy::expect_used, reason = "may end a test")]
    pub fn given<T: Wire>(mut self, key: Data<S::Workflow, T>, value: T) -> Self {
        self.store
            .given(&key, &value)
            .expect("a given value can be written as JSON");
        self
    }
    /// With a search attribute.
    pub fn given_search<K: SearchKind>(
        mut self,
        key: Search<S::Workflow, K>,
        value: K::Value,
    ) -> Self {
        self.store
            .search
            .insert(key.name().to_owned(), K::wrap(value));
        self
    }
    /// With a value that `wait_until` of this visit has kept.
    ///
    /// # Panics
    /// When the value cannot be written as JSON.
    #[expect(clippy::expect_used, reason = "may end a test")]
    pub fn given_local<T: Wire>(mut self, name: &'static str, value: &T) -> Self {
        self.store
            .set_local(name, value)
            .expect("a given value can be written as JSON");
        self.store.locals_written.clear();
        self
    }
    /// At this time, which then stands still.
    pub fn now_unix(self, secs: i64) -> Self {
        self.clock(Clock::fixed(from_unix(secs)))
    }
    /// With this clock.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.store.clock = clock;
        self
    }
    /// In this attempt, counted from 1.
    pub fn attempt(mut self, attempt: u32) -> Self {
        self.store.info.attempt = attempt;
        self
    }
    /// In the workflow of this id.
    pub fn workflow_id(mut self, id: impl Into<String>) -> Self {
        self.store.info.workflow_id = id.into();
        self
    }
    /// In the `nth` visit to the state, counted from 1.
    pub fn visit(mut self, nth: u32) -> Self {
        self.store.info.state_execution_id = Some(format!("{}-{nth}", S::ID));
        self
    }
    /// Runs `execute` with what the wait has brought.
    pub async fn execute(mut self, input: S::Input, got: Got<S>) -> Outcome<S::Workflow> {
        let decision = self
            .state
            .execute(
                &mut StateCx::new(&self.workflow, &mut self.store),
                input,
                got,
            )
            .await;
        Outcome {
            decision,
            store: self.store,
        }
    }
}
impl<S: WaitUntil> StateTest<S> {
    /// Runs `wait_until`.
    pub async fn wait_until(mut self, input: S::Input) -> WaitOutcome {
        let mut cx = StateCx::new(&self.workflow, &mut self.store);
        let asked = self
            .state
            .wait_until(&mut cx, input)
            .await
            .map(WaitSet::into_request);
        let request = asked.and_then(|request| {
            self.store.refuse_publish_and_wait(&request)?;
            Ok(request)
        });
        WaitOutcome {
            request,
            store: self.store,
        }
    }
}

impl<W: Workflow> Outcome<W> {
    /// The input, when the decision is exactly one movement, and to `S`.
    #[must_use]
    pub fn moved_to<S: State<Workflow = W>>(&self) -> Option<S::Input> {
        match &self.decision {
            Ok(Next::Moves(moves)) => match moves.as_slice() {
                [one] if one.state_id() == S::ID => one.raw.input.as_ref().ok()?.decode().ok(),
                _ => None,
            },
            _ => None,
        }
    }
    /// The inputs of all movements to `S`, when the decision is one or more movements.
    #[must_use]
    pub fn moves_to<S: State<Workflow = W>>(&self) -> Vec<S::Input> {
        let Ok(Next::Moves(moves)) = &self.decision else {
            return vec![];
        };
        let there = moves.iter().filter(|movement| movement.state_id() == S::ID);
        there
            .filter_map(|movement| movement.raw.input.as_ref().ok()?.decode().ok())
            .collect()
    }
    /// The output, when the decision completes the workflow.
    #[must_use]
    pub fn completed(&self) -> Option<&W::Output> {
        match &self.decision {
            Ok(Next::Complete(output) | Next::CompleteNow(output)) => Some(output),
            _ => None,
        }
    }
    /// The reason, when the decision or an error fails the workflow.
    #[must_use]
    pub fn failed(&self) -> Option<&str> {
        match &self.decision {
            Ok(Next::Fail { reason, .. }) | Err(StateError::Fail { reason, .. }) => Some(reason),
            _ => None,
        }
    }
    /// Whether the attempt would be tried again.
    #[must_use]
    pub fn is_retried(&self) -> bool {
        matches!(self.decision, Err(StateError::Retry(_)))
    }
    /// The data attribute as it is now.
    #[must_use]
    pub fn data<T: Wire>(&self, key: Data<W, T>) -> Option<T> {
        self.store.data(key)
    }
    /// The messages published to this channel, in order.
    #[must_use]
    pub fn published<T: Wire>(&self, channel: Channel<W, T>) -> Vec<T> {
        self.store.published_on(channel)
    }
}
impl WaitOutcome {
    /// The data attribute as it is now.
    #[must_use]
    pub fn data<C, T: Wire>(&self, key: Data<C, T>) -> Option<T> {
        self.store.data(key)
    }
    /// The messages published to this channel, in order.
    #[must_use]
    pub fn published<C, T: Wire>(&self, channel: Channel<C, T>) -> Vec<T> {
        self.store.published_on(channel)
    }
}
