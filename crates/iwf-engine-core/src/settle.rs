//! The turn: after the events of a step are applied, everything that follows from them.
//!
//! 1. Timers that are due complete.
//! 2. All waiters, the earliest registered first, take the messages that are there. Taking is
//!    eager and final.
//! 3. Every waiting execution whose trigger is met goes on to execute.
//! 4. Locks that became free are granted, and a graceful completion comes when nothing is left.
//!
//! None of these adds a message, so one pass is enough.

use std::sync::Arc;

use crate::command::Commands;
use crate::draft::{Draft, Ending};
use crate::execution::{Phase, Results, StateExecution};
use crate::id::Slot;
use crate::run::Status;
use crate::transition::Write;

pub(crate) fn settle(draft: &mut Draft) {
    if !draft.run.is_running() {
        return;
    }
    for slot in waiting_in_order(draft) {
        settle_execution(draft, slot);
    }
    draft.grant_locks();
    if draft.run.head.is_completing
        && draft.run.executions.is_empty()
        && draft.run.head.queued.is_empty()
    {
        draft.close(Ending::plain(Status::Completed));
    }
}

fn waiting_in_order(draft: &Draft) -> Vec<Slot> {
    let executions = draft.run.executions.values();
    let mut waiting: Vec<(u64, Slot)> = executions
        .filter_map(|execution| Some((execution.waiting()?.order, execution.slot)))
        .collect();
    waiting.sort_unstable();
    waiting.into_iter().map(|(_, slot)| slot).collect()
}

fn settle_execution(draft: &mut Draft, slot: Slot) {
    let Some(execution) = draft.run.executions.get(&slot).cloned() else {
        return;
    };
    let Some(commands) = execution.waiting() else {
        return;
    };
    let progressed = progress(draft, commands);
    let current = progressed.as_ref().unwrap_or(commands);
    if current.is_met() {
        let results = Results::Waited(current.clone());
        draft.begin_execute(&execution, results);
    } else if let Some(commands) = progressed {
        draft.write(Write::ExecutionSet(Arc::new(StateExecution {
            phase: Phase::Waiting(commands),
            ..(*execution).clone()
        })));
    }
}

/// The commands after due timers fired and available messages were taken; `None` if nothing
/// happened.
fn progress(draft: &mut Draft, commands: &Commands) -> Option<Commands> {
    let now = draft.now;
    let fires = commands
        .timers
        .iter()
        .any(|timer| !timer.fired && timer.fires_at <= now);
    let takes = commands.waiters.iter().any(|waiter| {
        waiter.received.is_none() && draft.run.channels.first(&waiter.channel).is_some()
    });
    if !fires && !takes {
        return None;
    }
    let mut next = commands.clone();
    for timer in &mut next.timers {
        timer.fired |= timer.fires_at <= now;
    }
    for waiter in next
        .waiters
        .iter_mut()
        .filter(|waiter| waiter.received.is_none())
    {
        let Some(message) = draft.run.channels.first(&waiter.channel).cloned() else {
            continue;
        };
        draft.write(Write::MessageTaken(
            waiter.channel.clone(),
            message.sequence,
        ));
        waiter.received = Some(message.value);
    }
    Some(next)
}
