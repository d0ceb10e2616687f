//! A worker answered an RPC with something to write.
//!
//! | state before | condition | writes | effects | state after |
//! |---|---|---|---|---|
//! | closed | the run closed meanwhile | – | rejected | closed |
//! | running | | unlock, attributes, messages, executions | calls | on |
//!
//! A search attribute that cannot be indexed changes what workers see, and the index keeps its
//! value: only states fail a run by it.

use crate::draft::Draft;
use crate::event::RpcAnswer;
use crate::id::RpcId;
use crate::run::Run;
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
    draft.write_attributes(answer.attributes);
    draft.publish(answer.publications);
    let movements = answer.movements.into_iter();
    movements.for_each(|movement| draft.start_state(movement));
    settle(&mut draft);
    Ok(draft.finish())
}
