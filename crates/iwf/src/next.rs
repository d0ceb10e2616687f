//! Decisions: where a workflow goes after a state.
//!
//! A [`Next`] is what `execute` returns; a [`Move`] is one movement to another state, for fan-out
//! and for an RPC that starts states. Both are made by the target state itself, so the input fits.

use crate::{
    Channel, Contains, CxError, Json, Signal, State, StateOptions, Workflow,
    options::ErasedOptions, payload::Payload,
};
use std::marker::PhantomData;

/// One movement to a state. It cannot close the workflow, so an RPC may trigger it.
#[must_use = "nothing moves unless the movement is returned or triggered"]
pub struct Move<W> {
    pub(crate) raw: RawMove,
    _workflow: PhantomData<fn() -> W>,
}

/// A movement with its types forgotten.
#[derive(Debug)]
pub(crate) struct RawMove {
    pub(crate) state_id: &'static str,
    /// A movement is made where no error can be returned, so one of encoding waits here.
    pub(crate) input: Result<Payload, CxError>,
    pub(crate) wait_key: Option<String>,
    /// Instead of the state's own options.
    pub(crate) options: Option<ErasedOptions>,
}

impl<W: Workflow> Move<W> {
    fn to<S: State<Workflow = W>>(input: &S::Input) -> Self {
        let input = Payload::encode(input).map_err(|source| CxError::Encode {
            what: format!("input of {}", S::ID),
            source,
        });
        let raw = RawMove {
            state_id: S::ID,
            input,
            wait_key: None,
            options: None,
        };
        Move {
            raw,
            _workflow: PhantomData,
        }
    }
    /// Lets a caller wait for this very visit by a key of its own.
    pub fn wait_key(mut self, key: impl Into<String>) -> Self {
        self.raw.wait_key = Some(key.into());
        self
    }
    /// The state it leads to.
    #[must_use]
    pub fn state_id(&self) -> &'static str {
        self.raw.state_id
    }
}
impl<W> std::fmt::Debug for Move<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.raw.fmt(f)
    }
}

/// What happens after a state.
///
/// ```
/// use iwf::{Next, StateExt, doc_example::*};
///
/// fn after(words: &[&str]) -> Next<Reminder> {
///     match words {
///         [] => WaitState::go(()),
///         [one] => Next::complete((*one).to_owned()),
///         ["fork", ..] => Next::all([StartState::spawn(()), WaitState::spawn(()).wait_key("w")]),
///         _ => Next::fail("too many words"),
///     }
/// }
/// # assert!(matches!(after(&[]), Next::Moves(moves) if moves[0].state_id() == "WaitState"));
/// ```
#[non_exhaustive]
#[must_use = "a decision does nothing unless it is returned"]
pub enum Next<W: Workflow> {
    /// One or several next states.
    Moves(Vec<Move<W>>),
    /// This thread ends; others go on, and with none left the workflow waits for RPCs.
    DeadEnd,
    /// The workflow completes once every thread has ended.
    Complete(W::Output),
    /// The workflow completes now, whatever the others do.
    CompleteNow(W::Output),
    /// The workflow fails now.
    Fail {
        /// What the caller reads.
        reason: String,
        /// Sent instead of the reason, unless it is `null`.
        output: Json,
    },
    /// The workflow completes if the channel is empty, otherwise it moves on; decided atomically.
    CompleteIfEmpty {
        /// The name of the channel.
        channel: String,
        /// Whether it is a signal channel.
        signal: bool,
        /// What the workflow yields.
        output: W::Output,
        /// Where to go when there is a message.
        or_else: Vec<Move<W>>,
    },
}

impl<W: Workflow> Next<W> {
    /// Several next states at once. An empty array does not build.
    pub fn all<const N: usize>(moves: [Move<W>; N]) -> Self {
        const { assert!(N > 0, "a decision needs at least one movement") };
        Next::Moves(moves.into())
    }
    /// Ends this thread and completes the workflow once every other thread has ended.
    pub fn complete(output: W::Output) -> Self {
        Next::Complete(output)
    }
    /// Completes the workflow now, whatever other threads do.
    pub fn complete_now(output: W::Output) -> Self {
        Next::CompleteNow(output)
    }
    /// Fails the workflow now; the reason is what a waiting caller reads.
    pub fn fail(reason: impl Into<String>) -> Self {
        Next::Fail {
            reason: reason.into(),
            output: Json::Null,
        }
    }
    /// Ends this thread only.
    pub fn dead_end() -> Self {
        Next::DeadEnd
    }
    /// Completes if the internal channel is empty, otherwise moves on. The server looks and decides
    /// in one step, so no message is lost in between.
    pub fn complete_if_empty<T, const N: usize>(
        channel: Channel<W, T>,
        output: W::Output,
        or_else: [Move<W>; N],
    ) -> Self {
        const { assert!(N > 0, "name what to do when the channel is not empty") };
        let channel = channel.name().to_owned();
        Next::CompleteIfEmpty {
            channel,
            signal: false,
            output,
            or_else: or_else.into(),
        }
    }
    /// Completes if the signal channel is empty, otherwise moves on.
    pub fn complete_if_no_signal<T, const N: usize>(
        signal: Signal<W, T>,
        output: W::Output,
        or_else: [Move<W>; N],
    ) -> Self {
        const { assert!(N > 0, "name what to do when there is a signal") };
        let channel = signal.name().to_owned();
        Next::CompleteIfEmpty {
            channel,
            signal: true,
            output,
            or_else: or_else.into(),
        }
    }
}

impl<W: Workflow> std::fmt::Debug for Next<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Next::Moves(moves) => f.debug_tuple("Moves").field(moves).finish(),
            Next::DeadEnd => f.write_str("DeadEnd"),
            Next::Complete(_) => f.write_str("Complete(..)"),
            Next::CompleteNow(_) => f.write_str("CompleteNow(..)"),
            Next::Fail { reason, .. } => f.debug_tuple("Fail").field(reason).finish(),
            Next::CompleteIfEmpty {
                channel, or_else, ..
            } => f
                .debug_tuple("CompleteIfEmpty")
                .field(channel)
                .field(or_else)
                .finish(),
        }
    }
}

/// Makes decisions and movements that lead to a state; every [`State`] has it.
///
/// The target must be listed in the workflow's `States`; its position is found by the compiler.
pub trait StateExt: State {
    /// The decision to go on to this state.
    fn go<I>(input: Self::Input) -> Next<Self::Workflow>
    where
        <Self::Workflow as Workflow>::States: Contains<Self, I>,
    {
        Next::Moves(vec![Self::spawn(input)])
    }
    /// A movement to this state, for [`Next::all`] or [`RpcCx::trigger`](crate::RpcCx::trigger).
    fn spawn<I>(input: Self::Input) -> Move<Self::Workflow>
    where
        <Self::Workflow as Workflow>::States: Contains<Self, I>,
    {
        Move::to::<Self>(&input)
    }
    /// A movement to this state with other options than its own, for this visit only.
    fn spawn_with<I>(input: Self::Input, options: StateOptions<Self>) -> Move<Self::Workflow>
    where
        <Self::Workflow as Workflow>::States: Contains<Self, I>,
    {
        let mut movement = Self::spawn(input);
        movement.raw.options = Some(ErasedOptions::with(options));
        movement
    }
}
impl<S: State> StateExt for S {}
