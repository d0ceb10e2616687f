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
use crate::execution::{Phase, StateExecution};
use crate::id::StateExecutionId;
use crate::run::Run;
use crate::settle::settle;
use crate::time::Timestamp;
use crate::transition::{Rejection, Transition, Write};

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
    let mut timers = commands.timers.iter();
    let index = match choice {
        TimerChoice::Id(id) => timers.position(|timer| timer.id == *id),
        TimerChoice::Index(index) => usize::try_from(*index).ok(),
    };
    let (index, timer) = index
        .and_then(|index| Some((index, commands.timers.get(index)?)))
        .ok_or(Rejection::NoSuchTimer)?;
    let mut draft = Draft::new(run, now);
    match (timer.fired, choice) {
        (true, TimerChoice::Id(_)) => return Ok(draft.finish()),
        (true, TimerChoice::Index(_)) => return Err(Rejection::NoSuchTimer),
        (false, _) => {}
    }
    let mut skipped = commands.clone();
    if let Some(timer) = skipped.timers.get_mut(index) {
        timer.fired = true;
    }
    draft.write(Write::ExecutionSet(
        StateExecution {
            phase: Phase::Waiting(skipped),
            ..(**execution).clone()
        }
        .into(),
    ));
    settle(&mut draft);
    Ok(draft.finish())
}
