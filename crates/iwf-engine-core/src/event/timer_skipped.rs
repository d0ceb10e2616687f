//! A client made a timer complete now.
//!
//! | state before | condition | writes | effects | state after |
//! |---|---|---|---|---|
//! | anything | the execution does not wait, or has no such timer | – | rejected | the same |
//! | waiting | chosen by index, fired already | – | rejected | the same |
//! | waiting | chosen by id, fired already | – | – | the same |
//! | waiting | pending | timer fired | call, if the trigger is met | |

use crate::draft::Draft;
use crate::event::TimerChoice;
use crate::id::StateExecutionId;
use crate::run::Run;
use crate::settle::settle;
use crate::time::Timestamp;
use crate::transition::{Rejection, Transition};

pub(crate) fn apply(
    run: &Run,
    now: Timestamp,
    execution: Option<&StateExecutionId>,
    choice: &TimerChoice,
) -> Result<Transition, Rejection> {
    let mut executions = run.executions.values();
    let execution = executions
        .find(|other| Some(&other.id) == execution)
        .ok_or(Rejection::NoSuchTimer)?;
    let commands = execution.waiting().ok_or(Rejection::NoSuchTimer)?;
    let index = commands.timer(choice).ok_or(Rejection::NoSuchTimer)?;
    let has_fired = commands.timers.get(index).is_some_and(|timer| timer.fired);
    let mut draft = Draft::new(run, now);
    match (has_fired, choice) {
        (true, TimerChoice::Id(_)) => return Ok(draft.finish()),
        (true, TimerChoice::Index(_)) => return Err(Rejection::NoSuchTimer),
        (false, _) => {}
    }
    draft.skip_timer(execution, commands, index);
    settle(&mut draft);
    Ok(draft.finish())
}
