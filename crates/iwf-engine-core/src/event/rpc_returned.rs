//! A worker answered an RPC with something to write.
//!
//! | state before | condition | writes | effects | state after |
//! |---|---|---|---|---|
//! | closed | the run closed meanwhile | – | rejected | closed |
//! | running | a search attribute has no type | closed | closed | failed |
//! | running | | unlock, attributes, messages, executions | calls | on |

use crate::draft::{Draft, Ending, Untyped};
use crate::event::RpcAnswer;
use crate::id::RpcId;
use crate::run::{Run, Status};
use crate::settle::settle;
use crate::time::Timestamp;
use crate::transition::{Rejection, Transition, Write};

pub(crate) fn apply(
    run: &Run,
    now: Timestamp,
    rpc: Option<RpcId>,
    answer: RpcAnswer,
) -> Result<Transition, Rejection> {
    if !run.is_running() {
        return Err(Rejection::NotRunning);
    }
    let mut draft = Draft::new(run, now);
    if rpc.is_some() && rpc == run.rpc_in_progress() {
        draft.write(Write::RpcUnlocked);
    }
    if let Err(Untyped) = draft.write_attributes(answer.attributes) {
        draft.close(Ending::plain(Status::Failed));
        return Ok(draft.finish());
    }
    draft.publish(answer.publications);
    let movements = answer.movements.into_iter();
    movements.for_each(|movement| draft.start_state(movement));
    settle(&mut draft);
    Ok(draft.finish())
}
