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
            Timer::after(Duration::from_secs(3_600)),
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
