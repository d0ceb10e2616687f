//! The workflow that the examples in the documentation share; hidden from it.

use crate::{
    Any, Contract, Decision, Fired, Got, Handle, Next, NoWait, Read, Receive, Rpc, RpcCx, RpcError,
    State, StateCx, StateError, StateExt, Timer, WaitUntil, Workflow, Write, schema,
};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Waits for an hour, or until somebody ends it.
#[derive(Debug, Default)]
pub struct Reminder;
schema!(Reminder {
    data    NOTE: String = "Note";
    channel DONE: String = "Done";
});
impl Contract for Reminder {
    const TYPE: &'static str = "Reminder";
    type Input = ();
    type Output = String;
    type Rpcs = (Finish, Look);
}
impl Workflow for Reminder {
    type Start = StartState;
    type States = (StartState, WaitState);
    fn states(&self) -> Self::States {
        (StartState, WaitState)
    }
}

/// Notes that it runs.
#[derive(Debug)]
pub struct StartState;
impl State for StartState {
    type Workflow = Reminder;
    type Input = ();
    type Wait = NoWait;
    const ID: &'static str = "StartState";
    async fn execute(&self, cx: &mut StateCx<'_, Reminder>, (): (), (): ()) -> Decision<Reminder> {
        cx.set(NOTE, "running".to_owned())?;
        Ok(WaitState::go(()))
    }
}

/// Waits for an hour or a word.
#[derive(Debug)]
pub struct WaitState;
impl State for WaitState {
    type Workflow = Reminder;
    type Input = ();
    type Wait = Any<(Timer, Receive<String>)>;
    const ID: &'static str = "WaitState";
    async fn execute(
        &self,
        _: &mut StateCx<'_, Reminder>,
        (): (),
        got: Got<Self>,
    ) -> Decision<Reminder> {
        match got {
            (_, Some(word)) => Ok(Next::complete(word)),
            (Some(Fired), None) => Ok(Next::complete("time is up".to_owned())),
            (None, None) => Ok(WaitState::go(())),
        }
    }
}
impl WaitUntil for WaitState {
    async fn wait_until(
        &self,
        _: &mut StateCx<'_, Reminder>,
        (): (),
    ) -> Result<Self::Wait, StateError> {
        Ok(Any((
            Timer::after(Duration::from_hours(1)),
            Receive::one(DONE),
        )))
    }
}

/// Ends the wait with a word.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Finish(pub String);
impl Rpc for Finish {
    type Contract = Reminder;
    type Output = ();
    type Access = Write;
    const NAME: &'static str = "finish";
}
impl Handle<Finish> for Reminder {
    async fn handle(
        &self,
        cx: &mut RpcCx<'_, Self, Write>,
        Finish(word): Finish,
    ) -> Result<(), RpcError> {
        Ok(cx.publish(DONE, word)?)
    }
}

/// Reads the note.
#[derive(Debug, Serialize, Deserialize)]
pub struct Look;
impl Rpc for Look {
    type Contract = Reminder;
    type Output = Option<String>;
    type Access = Read;
    const NAME: &'static str = "look";
}
impl Handle<Look> for Reminder {
    async fn handle(
        &self,
        cx: &mut RpcCx<'_, Self, Read>,
        _: Look,
    ) -> Result<Option<String>, RpcError> {
        Ok(cx.get(NOTE)?)
    }
}

/// Another workflow, whose names do not fit the first.
#[derive(Debug, Default)]
pub struct Other;
schema!(Other {
    data   COUNT: i64 = "Count";
    signal ADD:   i64 = "Add";
});
impl Contract for Other {
    const TYPE: &'static str = "Other";
    type Input = i64;
    type Output = i64;
    type Rpcs = ();
}
impl Workflow for Other {
    type Start = CountState;
    type States = (CountState, GiveUpState);
    fn states(&self) -> Self::States {
        (CountState, GiveUpState)
    }
}

/// Counts.
#[derive(Debug)]
pub struct CountState;
impl State for CountState {
    type Workflow = Other;
    type Input = i64;
    type Wait = NoWait;
    const ID: &'static str = "CountState";
    async fn execute(&self, cx: &mut StateCx<'_, Other>, by: i64, (): ()) -> Decision<Other> {
        let count = cx.get(COUNT)?.unwrap_or(0) + by;
        cx.set(COUNT, count)?;
        Ok(Next::complete(count))
    }
}

/// Takes over when counting fails, without an input.
#[derive(Debug)]
pub struct GiveUpState;
impl State for GiveUpState {
    type Workflow = Other;
    type Input = ();
    type Wait = NoWait;
    const ID: &'static str = "GiveUpState";
    async fn execute(&self, _: &mut StateCx<'_, Other>, (): (), (): ()) -> Decision<Other> {
        Ok(Next::fail("gave up"))
    }
}
