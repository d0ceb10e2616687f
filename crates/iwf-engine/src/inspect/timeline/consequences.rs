//! What followed from an event, from the state executions before and after it.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::SecondsFormat;
use iwf_engine_core::{
    CallState, Commands, Outcome, Phase, Results, Run, Slot, StateExecution, Status, Timestamp,
    Transition, Trigger, Write,
};

use super::words::{api, counted};
use crate::inspect::instant::instant;

pub(super) fn of(before: &Run, transition: &Transition) -> Vec<String> {
    let mut told = Vec::new();
    // An execution may be written several times on its way; the last is what it came to.
    let mut after: BTreeMap<Slot, &Arc<StateExecution>> = BTreeMap::new();
    for write in &transition.writes {
        match write {
            Write::ExecutionSet(execution) => {
                after.insert(execution.slot, execution);
            }
            Write::ExecutionRemoved(slot) => {
                let ended = before.executions.get(slot);
                told.extend(ended.map(|execution| format!("{} ended", execution.id)));
            }
            _ => {}
        }
    }
    for execution in after.values() {
        let known = before.executions.get(&execution.slot);
        match known.filter(|known| known.serial == execution.serial) {
            None => began(execution, &mut told),
            Some(known) => changed(known, execution, &mut told),
        }
    }
    for write in &transition.writes {
        match write {
            Write::StartReached => told.insert(0, "the start delay is over".to_owned()),
            Write::GracefulCompletionRequested => {
                told.push("the run completes when no state execution is left".to_owned());
            }
            Write::Closed(status, outcome) => told.push(closed(*status, outcome)),
            Write::SuccessorStarts(at) => {
                told.push(format!("another run takes over at {}", written(*at)));
            }
            Write::MovementQueued(movement) => {
                told.push(format!(
                    "{} begins after the start delay",
                    movement.state_id
                ));
            }
            _ => {}
        }
    }
    told
}

fn began(execution: &StateExecution, told: &mut Vec<String>) {
    told.push(format!("{} began", execution.id));
    progressed(None, execution, told);
}

fn changed(before: &StateExecution, after: &StateExecution, told: &mut Vec<String>) {
    progressed(before.waiting(), after, told);
    let (was, is) = (before.call(), after.call());
    match (&before.phase, &after.phase, is) {
        (Phase::WaitUntil(_), Phase::Waiting(commands), _) => {
            told.push(format!("{} waits for {}", after.id, wanted(commands)));
        }
        (Phase::WaitUntil(_) | Phase::Waiting(_), Phase::Execute { .. }, _) => {
            told.push(format!("{} goes on to execute", after.id));
        }
        (_, _, Some((half, call))) => match call.state {
            CallState::BackingOff { until } => {
                let until = written(until);
                let (attempt, half) = (call.attempt, api(half));
                told.push(format!(
                    "attempt {attempt} of {half} of {} is due at {until}",
                    after.id
                ));
            }
            CallState::Due if was.is_some_and(|(_, was)| was.state != CallState::Due) => {
                let (attempt, half) = (call.attempt, api(half));
                told.push(format!(
                    "attempt {attempt} of {half} of {} is due",
                    after.id
                ));
            }
            CallState::Due | CallState::Claimed | CallState::Locking { .. } => {}
        },
        _ => {}
    }
}

/// Timers that fired and messages that came since `before`.
fn progressed(before: Option<&Commands>, after: &StateExecution, told: &mut Vec<String>) {
    let (Phase::Waiting(commands)
    | Phase::Execute {
        results: Results::Waited(commands),
        ..
    }) = &after.phase
    else {
        return;
    };
    for (index, timer) in commands.timers.iter().enumerate() {
        let had = before.and_then(|before| before.timers.get(index));
        if timer.fired && !had.is_some_and(|had| had.fired) {
            let id = named(timer.id.as_str());
            told.push(format!("the timer{id} of {} is done", after.id));
        }
    }
    for (index, waiter) in commands.waiters.iter().enumerate() {
        let had = before.and_then(|before| before.waiters.get(index));
        let had = had.is_some_and(|had| had.received.is_some());
        if waiter.received.is_some() && !had {
            told.push(format!(
                "{} took a message from {}",
                after.id, waiter.channel.name
            ));
        }
    }
}

fn wanted(commands: &Commands) -> String {
    let timers = commands.timers.len();
    let messages = commands.waiters.len();
    let mut parts = Vec::new();
    if timers > 0 {
        parts.push(counted(timers, "timer"));
    }
    if messages > 0 {
        parts.push(counted(messages, "message"));
    }
    let which = match (&commands.trigger, timers + messages) {
        (_, 0 | 1) => "",
        (Trigger::All, _) => "all of ",
        (Trigger::Any, _) => "any of ",
        (Trigger::AnyCombination(_), _) => "a combination of ",
    };
    format!("{which}{}", parts.join(" and "))
}

fn written(at: Timestamp) -> String {
    instant(at).to_rfc3339_opts(SecondsFormat::Millis, true)
}

fn named(id: &str) -> String {
    if id.is_empty() {
        String::new()
    } else {
        format!(" {id}")
    }
}

fn closed(status: Status, outcome: &Outcome) -> String {
    let how = match status {
        Status::Running => "is running",
        Status::Completed => "completed",
        Status::Failed => "failed",
        Status::TimedOut => "timed out",
        Status::Terminated => "was terminated",
        Status::Canceled => "was canceled",
        Status::ContinuedAsNew => "continued as new",
    };
    match &outcome.error_message {
        Some(message) => format!("the run {how}: {message}"),
        None => format!("the run {how}"),
    }
}
