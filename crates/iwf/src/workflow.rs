//! The two halves of a workflow: what callers know of it, and what the worker adds.

use crate::{HasSchema, StateList, Wire, WorkflowOptions};

/// What a caller must know of a workflow: its type name, its messages and its result.
///
/// A contract needs no states and no handlers, so it can also describe a workflow that is written
/// in another language. The [`schema!`](crate::schema!) of its names comes first.
pub trait Contract: HasSchema + Sized + Send + Sync + 'static {
    /// The workflow type on the wire; renaming the Rust type does not change it.
    const TYPE: &'static str;
    /// What a start takes.
    type Input: Wire;
    /// What a completed workflow yields.
    type Output: Wire;
    /// The RPCs that can be called: a tuple of [`Rpc`](crate::Rpc) messages, or `()`.
    type Rpcs;
}

/// What the worker adds to a contract: the states.
///
/// The value holds what the states need, for example clients and configuration; states reach it
/// through [`StateCx::workflow`](crate::StateCx::workflow).
pub trait Workflow: Contract {
    /// The state that a start enters, or [`NoStart`](crate::NoStart).
    type Start;
    /// All states, each once: a tuple, or `()`.
    type States: StateList<Self>;

    /// The states themselves.
    fn states(&self) -> Self::States;

    /// Options of every run of this workflow.
    fn options() -> WorkflowOptions<Self> {
        WorkflowOptions::default()
    }
}
