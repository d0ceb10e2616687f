//! The workflows that a worker serves, checked when they are added.
//!
//! `add` is where start state, membership, handlers and waits meet. What the compiler can see it
//! refuses there; what only running code can see is a [`DefinitionError`].

use crate::{
    BoxError, Contains, Payload, RpcError, RpcList, State, StateCx, StateError, StateList,
    Workflow,
    cx::Store,
    decision::RawDecision,
    options::{ErasedOptions, Loaded},
    rpc::ErasedRpc,
    state::DynState,
    wait::{CommandRequest, RawResults},
};
use futures::future::BoxFuture;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// For a workflow that only answers RPCs until one of them triggers a state.
#[derive(Debug)]
pub struct NoStart;

/// Says that `Self` can start `W`; `I` is its position and is inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot start `{W}`",
    note = "the start state must be listed in `States` and take the workflow's input"
)]
pub trait StartOf<W: Workflow, I> {
    /// The state that a start enters.
    const ID: Option<&'static str>;
}
impl<W: Workflow, S, I> StartOf<W, I> for S
where
    S: State<Workflow = W, Input = W::Input>,
    W::States: Contains<S, I>,
{
    const ID: Option<&'static str> = Some(S::ID);
}
/// The position of [`NoStart`].
#[derive(Debug)]
pub struct NoStartAt;
impl<W: Workflow<Input = ()>> StartOf<W, NoStartAt> for NoStart {
    const ID: Option<&'static str> = None;
}

/// Why a workflow cannot be served.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum DefinitionError {
    /// Two workflows of one name.
    #[error("the workflow type `{0}` is added twice: give each its own `TYPE`")]
    DuplicateType(&'static str),
    /// Two states of one name.
    #[error("the state id `{0}` is used twice: give each state its own `ID`")]
    DuplicateState(&'static str),
    /// Two RPCs of one name.
    #[error("the RPC name `{0}` is used twice: give each message its own `NAME`")]
    DuplicateRpc(&'static str),
    /// A name that the server keeps for itself, or an empty one.
    #[error(
        "the state id `{0}` is empty or begins with `_SYS_`, which the server keeps for itself"
    )]
    ReservedId(&'static str),
    /// Recovery leads to a state of which the workflow does not know.
    #[error("`{state}` recovers with `{recovery}`, which is not listed in `States`")]
    UnlistedRecovery {
        /// The state.
        state: &'static str,
        /// Where it goes.
        recovery: &'static str,
    },
    /// Recovery on recovery has no end.
    #[error("`{state}` recovers with `{recovery}`, which has a recovery of its own")]
    NestedRecovery {
        /// The state.
        state: &'static str,
        /// Where it goes.
        recovery: &'static str,
    },
    /// The failure that is handled would never come.
    #[error(
        "`{0}` handles a failure that never comes: bound its retries with `Retry::attempts` or `Retry::within`"
    )]
    EndlessRetry(&'static str),
}

/// The workflows that a worker serves and a client can start.
///
/// ```
/// use iwf::{DefinitionError, Registry, doc_example::*};
///
/// let registry = Registry::new().add(Reminder)?.add(Other)?;
/// assert_eq!(registry.types().collect::<Vec<_>>(), ["Other", "Reminder"]);
/// assert_eq!(registry.add(Other).unwrap_err(), DefinitionError::DuplicateType("Other"));
/// # Ok::<(), DefinitionError>(())
/// ```
#[derive(Default, Clone)]
pub struct Registry {
    types: BTreeMap<&'static str, Arc<dyn DynWorkflow>>,
}
impl Registry {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
    /// Adds a workflow.
    ///
    /// # Errors
    /// When its definition breaks a rule that the compiler cannot see.
    #[expect(
        clippy::should_implement_trait,
        reason = "it takes a workflow, not a registry"
    )]
    pub fn add<W, I>(mut self, workflow: W) -> Result<Self, DefinitionError>
    where
        W: Workflow,
        W::Start: StartOf<W, I>,
        W::Rpcs: RpcList<W>,
    {
        let entry = Registered::new(workflow, <W::Start as StartOf<W, I>>::ID)?;
        match self.types.insert(W::TYPE, Arc::new(entry)) {
            None => Ok(self),
            Some(_) => Err(DefinitionError::DuplicateType(W::TYPE)),
        }
    }
    /// The workflow types, in alphabetical order.
    pub fn types(&self) -> impl Iterator<Item = &'static str> {
        self.types.keys().copied()
    }
    pub(crate) fn get(&self, workflow_type: &str) -> Option<&dyn DynWorkflow> {
        self.types.get(workflow_type).map(AsRef::as_ref)
    }
}
impl std::fmt::Debug for Registry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.types()).finish()
    }
}

/// One workflow with its type forgotten: what worker and client ask of it.
pub(crate) trait DynWorkflow: Send + Sync {
    fn start(&self) -> Option<&'static str>;
    fn cached_reads(&self) -> bool;
    /// Options of a listed state, worked out once.
    fn options(&self, state: &str) -> Option<&ErasedOptions>;
    fn rpc_loaded(&self, rpc: &str) -> Option<&Loaded>;
    fn wait_until<'a>(
        &'a self,
        state: &'a str,
        store: &'a mut Store,
        input: &'a Payload,
    ) -> BoxFuture<'a, Result<CommandRequest, StateError>>;
    fn execute<'a>(
        &'a self,
        state: &'a str,
        store: &'a mut Store,
        input: &'a Payload,
        results: RawResults,
    ) -> BoxFuture<'a, Result<RawDecision, StateError>>;
    fn rpc<'a>(
        &'a self,
        rpc: &'a str,
        store: &'a mut Store,
        input: &'a Payload,
    ) -> BoxFuture<'a, Result<Payload, RpcError>>;
}

struct Registered<W: Workflow> {
    workflow: W,
    start: Option<&'static str>,
    cached_reads: bool,
    states: BTreeMap<&'static str, (Box<dyn DynState<W>>, ErasedOptions)>,
    rpcs: BTreeMap<&'static str, ErasedRpc<W>>,
}
impl<W: Workflow> Registered<W>
where
    W::Rpcs: RpcList<W>,
{
    fn new(workflow: W, start: Option<&'static str>) -> Result<Self, DefinitionError> {
        let mut listed = vec![];
        workflow.states().erase(&mut listed);
        let mut states = BTreeMap::new();
        for state in listed {
            let (id, options) = (state.id(), state.options());
            if id.is_empty() || id.starts_with("_SYS_") {
                return Err(DefinitionError::ReservedId(id));
            }
            if states.insert(id, (state, options)).is_some() {
                return Err(DefinitionError::DuplicateState(id));
            }
        }
        let ids = states.keys().copied().collect();
        for (id, (_, options)) in &states {
            check_failure_handling(id, options, &ids)?;
        }
        let mut listed = vec![];
        <W::Rpcs as RpcList<W>>::erase(&mut listed);
        let mut rpcs = BTreeMap::new();
        for rpc in listed {
            let name = rpc.name;
            if rpcs.insert(name, rpc).is_some() {
                return Err(DefinitionError::DuplicateRpc(name));
            }
        }
        Ok(Registered {
            workflow,
            start,
            cached_reads: W::options().cached_reads,
            states,
            rpcs,
        })
    }
}

fn check_failure_handling(
    state: &'static str,
    options: &ErasedOptions,
    ids: &BTreeSet<&'static str>,
) -> Result<(), DefinitionError> {
    if options.proceed_without_wait && !options.wait_until.retry_ends() {
        return Err(DefinitionError::EndlessRetry(state));
    }
    let Some(recover) = options.recover else {
        return Ok(());
    };
    let recovery = recover.id;
    if !options.execute.retry_ends() {
        return Err(DefinitionError::EndlessRetry(state));
    }
    if !ids.contains(recovery) {
        return Err(DefinitionError::UnlistedRecovery { state, recovery });
    }
    if (recover.options)().recover.is_some() {
        return Err(DefinitionError::NestedRecovery { state, recovery });
    }
    Ok(())
}

impl<W: Workflow> DynWorkflow for Registered<W> {
    fn start(&self) -> Option<&'static str> {
        self.start
    }
    fn cached_reads(&self) -> bool {
        self.cached_reads
    }
    fn options(&self, state: &str) -> Option<&ErasedOptions> {
        self.states.get(state).map(|(_, options)| options)
    }
    fn rpc_loaded(&self, rpc: &str) -> Option<&Loaded> {
        self.rpcs.get(rpc).map(|rpc| &rpc.loaded)
    }
    fn wait_until<'a>(
        &'a self,
        state: &'a str,
        store: &'a mut Store,
        input: &'a Payload,
    ) -> BoxFuture<'a, Result<CommandRequest, StateError>> {
        Box::pin(async move {
            let (state, _) = self
                .states
                .get(state)
                .ok_or_else(|| unknown("state", W::TYPE, state))?;
            state
                .wait_until(&mut StateCx::new(&self.workflow, store), input)
                .await
        })
    }
    fn execute<'a>(
        &'a self,
        state: &'a str,
        store: &'a mut Store,
        input: &'a Payload,
        results: RawResults,
    ) -> BoxFuture<'a, Result<RawDecision, StateError>> {
        Box::pin(async move {
            let (state, _) = self
                .states
                .get(state)
                .ok_or_else(|| unknown("state", W::TYPE, state))?;
            let mut cx = StateCx::new(&self.workflow, store);
            Ok(RawDecision::from_next(
                state.execute(&mut cx, input, results).await?,
            )?)
        })
    }
    fn rpc<'a>(
        &'a self,
        rpc: &'a str,
        store: &'a mut Store,
        input: &'a Payload,
    ) -> BoxFuture<'a, Result<Payload, RpcError>> {
        Box::pin(async move {
            let rpc = self
                .rpcs
                .get(rpc)
                .ok_or_else(|| unknown("RPC", W::TYPE, rpc))?;
            (rpc.call)(&self.workflow, store, input).await
        })
    }
}

/// Retried like any error: the other worker of a rolling update may know it.
fn unknown(what: &str, workflow_type: &str, name: &str) -> BoxError {
    format!("the workflow type `{workflow_type}` has no {what} `{name}` in this worker").into()
}
