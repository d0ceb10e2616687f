//! States: one step of a workflow, in two halves.
//!
//! `wait_until` says what to wait for, `execute` acts and decides what comes next. A state whose
//! `Wait` is [`NoWait`] has no first half, and the server is told to skip it.

use crate::{
    CxError, NoWait, StateCx, StateError, StateOptions, Wire, Workflow,
    next::Next,
    payload::Payload,
    wait::{
        All, Any, Combos, CommandRequest, RawResults, Receive, Signaled, Timer, Tolerate, WaitSet,
    },
};
use futures::future::BoxFuture;
use std::future::Future;

/// What `execute` returns.
pub type Decision<W> = Result<Next<W>, StateError>;
/// What `execute` gets from the wait of state `S`.
pub type Got<S> = <<S as State>::Wait as WaitSet>::Results;

/// One state of a workflow.
///
/// `execute` is called at least once per visit: after an error, a time-out or a crash it is called
/// again, and nothing that the failed attempt wrote through its context is kept.
pub trait State: Send + Sync + Sized + 'static {
    /// The workflow it belongs to.
    type Workflow: Workflow;
    /// What a movement to it carries.
    type Input: Wire;
    /// What it waits for: [`NoWait`], [`Timer`], [`Receive`], [`Any`], …
    type Wait: WaitSet;
    /// Its name on the wire.
    const ID: &'static str;

    /// Acts on what the wait has brought, and decides what comes next.
    fn execute(
        &self,
        cx: &mut StateCx<'_, Self::Workflow>,
        input: Self::Input,
        got: Got<Self>,
    ) -> impl Future<Output = Decision<Self::Workflow>> + Send;

    /// Time-outs, retries, loading and locks of this state.
    fn options() -> StateOptions<Self> {
        StateOptions::default()
    }
}

/// The waiting half of a state; required exactly when its `Wait` is not [`NoWait`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` names something to wait for but has no `wait_until`",
    note = "implement `WaitUntil` for the state, or use `type Wait = NoWait`"
)]
pub trait WaitUntil: State {
    /// Says what to wait for.
    fn wait_until(
        &self,
        cx: &mut StateCx<'_, Self::Workflow>,
        input: Self::Input,
    ) -> impl Future<Output = Result<Self::Wait, StateError>> + Send;
}

/// Picks at build time whether a state has a waiting half.
#[doc(hidden)]
pub trait WaitMode<S: State>: WaitSet {
    fn call<'a>(
        state: &'a S,
        cx: &'a mut StateCx<'_, S::Workflow>,
        input: S::Input,
    ) -> BoxFuture<'a, Result<CommandRequest, StateError>>;
}
impl<S: State<Wait = NoWait>> WaitMode<S> for NoWait {
    fn call<'a>(
        _: &'a S,
        _: &'a mut StateCx<'_, S::Workflow>,
        _: S::Input,
    ) -> BoxFuture<'a, Result<CommandRequest, StateError>> {
        Box::pin(async { Ok(NoWait.into_request()) })
    }
}
macro_rules! wait_mode {
    ($([$($generic:tt)*] $wait:ty;)*) => {$(
        impl<S: WaitUntil + State<Wait = $wait>, $($generic)*> WaitMode<S> for $wait
        where
            $wait: WaitSet,
        {
            fn call<'a>(
                state: &'a S,
                cx: &'a mut StateCx<'_, S::Workflow>,
                input: S::Input,
            ) -> BoxFuture<'a, Result<CommandRequest, StateError>> {
                Box::pin(async move { Ok(state.wait_until(cx, input).await?.into_request()) })
            }
        }
    )*};
}
wait_mode!([T] Any<T>; [T] Combos<T>; [] CommandRequest; [T] All<T>; [T] Tolerate<T>; [] Timer; [T] Receive<T>; [T] Signaled<T>;);

/// A state with its types forgotten, as the registry keeps it.
#[doc(hidden)]
pub trait DynState<W: Workflow>: Send + Sync {
    fn id(&self) -> &'static str;
    fn options(&self) -> crate::options::ErasedOptions;
    fn wait_until<'a>(
        &'a self,
        cx: &'a mut StateCx<'_, W>,
        input: &'a Payload,
    ) -> BoxFuture<'a, Result<CommandRequest, StateError>>;
    fn execute<'a>(
        &'a self,
        cx: &'a mut StateCx<'_, W>,
        input: &'a Payload,
        results: RawResults,
    ) -> BoxFuture<'a, Decision<W>>;
}

pub(crate) struct Erased<S>(pub(crate) S);

impl<S: State> DynState<S::Workflow> for Erased<S>
where
    S::Wait: WaitMode<S>,
{
    fn id(&self) -> &'static str {
        S::ID
    }
    fn options(&self) -> crate::options::ErasedOptions {
        crate::options::ErasedOptions::of::<S>()
    }
    fn wait_until<'a>(
        &'a self,
        cx: &'a mut StateCx<'_, S::Workflow>,
        input: &'a Payload,
    ) -> BoxFuture<'a, Result<CommandRequest, StateError>> {
        Box::pin(async move {
            let request =
                <S::Wait as WaitMode<S>>::call(&self.0, cx, input_of::<S>(input)?).await?;
            cx.store.refuse_publish_and_wait(&request)?;
            Ok(request)
        })
    }
    fn execute<'a>(
        &'a self,
        cx: &'a mut StateCx<'_, S::Workflow>,
        input: &'a Payload,
        results: RawResults,
    ) -> BoxFuture<'a, Decision<S::Workflow>> {
        Box::pin(async move {
            let got = <S::Wait as WaitSet>::read(&results)?;
            self.0.execute(cx, input_of::<S>(input)?, got).await
        })
    }
}

fn input_of<S: State>(input: &Payload) -> Result<S::Input, CxError> {
    input.decode().map_err(|source| CxError::Decode {
        what: format!("input of {}", S::ID),
        source,
    })
}
