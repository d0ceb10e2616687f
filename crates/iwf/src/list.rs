//! Tuples as lists of states and of RPCs, with the position found by the compiler.

use crate::{
    Handle, Rpc, State, Workflow,
    rpc::{ErasedRpc, erase_rpc},
    state::{DynState, Erased, WaitMode},
};

/// A position in a tuple; only the compiler names it.
#[derive(Debug)]
pub struct At<const N: usize>;

/// Says that the tuple lists `S`; `I` is where, and is inferred.
#[diagnostic::on_unimplemented(
    message = "`{S}` is not listed in this workflow",
    note = "add it to `type States` (or `type Rpcs`), exactly once"
)]
pub trait Contains<S, I> {}

/// The states of a workflow: a tuple of up to 32, or `()`.
pub trait StateList<W: Workflow>: Send + Sync + 'static {
    #[doc(hidden)]
    fn erase(self, out: &mut Vec<Box<dyn DynState<W>>>);
}
/// The RPCs of a contract that workflow `W` handles: a tuple of up to 32, or `()`.
pub trait RpcList<W: Workflow> {
    #[doc(hidden)]
    fn erase(out: &mut Vec<ErasedRpc<W>>);
}
impl<W: Workflow> StateList<W> for () {
    fn erase(self, _: &mut Vec<Box<dyn DynState<W>>>) {}
}
impl<W: Workflow> RpcList<W> for () {
    fn erase(_: &mut Vec<ErasedRpc<W>>) {}
}

macro_rules! contains {
    ([$($all:ident)*]) => {};
    ([$($all:ident)*] $t:ident = $n:literal $(, $rest:ident = $m:literal)*) => {
        impl<$($all),*> Contains<$t, At<$n>> for ($($all,)*) {}
        contains!([$($all)*] $($rest = $m),*);
    };
}
macro_rules! lists {
    () => {};
    ($first:ident = $n:literal $(, $rest:ident = $m:literal)*) => {
        lists!(@one $first = $n $(, $rest = $m)*);
        lists!($($rest = $m),*);
    };
    (@one $($t:ident = $n:literal),*) => {
        contains!([$($t)*] $($t = $n),*);
        impl<W: Workflow, $($t),*> StateList<W> for ($($t,)*)
        where
            $($t: State<Workflow = W>, $t::Wait: WaitMode<$t>),*
        {
            #[allow(non_snake_case)]
            fn erase(self, out: &mut Vec<Box<dyn DynState<W>>>) {
                let ($($t,)*) = self;
                $( out.push(Box::new(Erased($t))); )*
            }
        }
        impl<W: Workflow, $($t),*> RpcList<W> for ($($t,)*)
        where
            $($t: Rpc<Contract = W>, W: Handle<$t>),*
        {
            fn erase(out: &mut Vec<ErasedRpc<W>>) {
                $( out.push(erase_rpc::<W, $t>()); )*
            }
        }
    };
}
lists!(
    S0 = 0,
    S1 = 1,
    S2 = 2,
    S3 = 3,
    S4 = 4,
    S5 = 5,
    S6 = 6,
    S7 = 7,
    S8 = 8,
    S9 = 9,
    S10 = 10,
    S11 = 11,
    S12 = 12,
    S13 = 13,
    S14 = 14,
    S15 = 15,
    S16 = 16,
    S17 = 17,
    S18 = 18,
    S19 = 19,
    S20 = 20,
    S21 = 21,
    S22 = 22,
    S23 = 23,
    S24 = 24,
    S25 = 25,
    S26 = 26,
    S27 = 27,
    S28 = 28,
    S29 = 29,
    S30 = 30,
    S31 = 31
);
