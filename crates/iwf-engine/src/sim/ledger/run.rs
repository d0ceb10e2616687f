//! One commit of one run against the one before it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use iwf_engine_core::{
    CallState, LoadingPolicy, Run, StateExecution, StateExecutionId, Status, Timer, Write, pending,
};

use super::messages::commands;
use super::{Rule, Violation};
use crate::sim::disk::Saved;
use crate::sim::memory;
use crate::store::{OWED, RunKey};

pub(super) fn check(before: Option<&Run>, saved: &Saved) -> Result<(), Violation> {
    let (key, run) = (saved.key.0, &saved.run);
    if before.is_some() != saved.stored.is_some() {
        return Rule::BuildsOn.broken(format_args!(
            "run {key} is committed as if it {} there before",
            if before.is_some() { "was not" } else { "was" }
        ));
    }
    if let Some(before) = before {
        if !before.is_running() {
            return Rule::ClosedStays.broken(format_args!("run {key}: {:?}", saved.writes));
        }
        let mut expected = before.clone();
        saved.writes.iter().for_each(|write| expected.apply(write));
        expected.rpc_lock.clone_from(&run.rpc_lock);
        if expected != *run {
            return Rule::BuildsOn.broken(format_args!(
                "run {key}: {run:?} is not {before:?} plus {:?}",
                saved.writes
            ));
        }
    }
    let is_empty = run.executions.is_empty() && run.channels.is_empty();
    if !run.is_running() && !is_empty {
        return Rule::ClosedStays.broken(format_args!("run {key} is closed and goes on"));
    }
    let owed = memory::due_at(run);
    let pending = pending(run);
    let said = if pending.needs_attention() {
        Some(OWED)
    } else {
        pending.wake_at
    };
    if said != owed {
        return Rule::PendingAgrees.broken(format_args!("run {key}: {pending:?}, not {owed:?}"));
    }
    Ok(())
}

/// Timers, delays and the end of the workflow come at their time or by a client's will.
pub(super) fn timers(
    before: Option<&Run>,
    saved: &Saved,
    skips: &BTreeSet<(RunKey, StateExecutionId)>,
) -> Result<(), Violation> {
    let (key, now, run) = (saved.key, saved.now, &saved.run);
    for execution in run.executions.values() {
        if skips.contains(&(key, execution.id.clone())) {
            continue;
        }
        let timers = timers_of(execution);
        let old = before.and_then(|before| before.executions.get(&execution.slot));
        let old = old.filter(|old| old.serial == execution.serial);
        let old = old.map_or(&[][..], |old| timers_of(old));
        let mut fired = timers.iter().enumerate().filter(|(_, timer)| timer.fired);
        let had_fired = |index| old.get(index).is_some_and(|timer: &Timer| timer.fired);
        let early = fired.find(|(index, timer)| timer.fires_at > now && !had_fired(*index));
        if let Some((_, early)) = early {
            return Rule::TimerEarly.broken(format_args!("run {}: {early:?} at {now:?}", key.0));
        }
        if run.head.starts_at.is_some() {
            return Rule::TimerEarly.broken(format_args!("run {}: during its delay", key.0));
        }
    }
    let starts_at = before.and_then(|before| before.head.starts_at);
    let has_started = run.is_running() && run.head.starts_at.is_none();
    if has_started && starts_at.is_some_and(|at| at > now) {
        return Rule::TimerEarly.broken(format_args!("run {}: starts at {now:?}", key.0));
    }
    let timed_out = run.head.status == Status::TimedOut;
    if timed_out && run.settings.deadline.is_none_or(|deadline| deadline > now) {
        return Rule::TimerEarly.broken(format_args!("run {}: times out at {now:?}", key.0));
    }
    Ok(())
}

fn timers_of(execution: &StateExecution) -> &[Timer] {
    commands(&execution.phase).map_or(&[], |commands| &commands.timers)
}

/// No key is locked by two, whether states or an RPC.
pub(super) fn locks(saved: &Saved) -> Result<(), Violation> {
    let run = &saved.run;
    let mut holders = BTreeMap::new();
    let mut take = |kind, keys: &[iwf_engine_core::AttributeKey], who: String| {
        for key in keys {
            if let Some(other) = holders.insert((kind, key.clone()), who.clone()) {
                return Rule::Locks.broken(format_args!("{other} and {who} hold {key}"));
            }
        }
        Ok(())
    };
    if let Some(lock) = &run.rpc_lock {
        take("data", &lock.data_keys, "an RPC".to_owned())?;
        take("search", &lock.search_keys, "an RPC".to_owned())?;
    }
    for execution in run.executions.values() {
        let Some([data, search]) = held(execution) else {
            continue;
        };
        take("data", data.locked_keys(), execution.id.to_string())?;
        take("search", search.locked_keys(), execution.id.to_string())?;
    }
    Ok(())
}

/// The policies whose keys an execution holds.
fn held(execution: &StateExecution) -> Option<[&LoadingPolicy; 2]> {
    let (api, call) = execution.call()?;
    let options = execution.api_options(api);
    match call.state {
        CallState::Locking { .. } => None,
        CallState::Due | CallState::Claimed | CallState::BackingOff { .. } => {
            Some([&options.data_attributes, &options.search_attributes])
        }
    }
}

/// The writes in a few words.
pub(super) fn summary(saved: &Saved) -> String {
    let mut summary = format!("{:?}:", saved.run.head.status);
    for write in &saved.writes {
        // Writing to a string cannot fail.
        let _ = match write {
            Write::ExecutionSet(execution) => {
                let (id, serial) = (&execution.id, execution.serial.0);
                match execution.call() {
                    Some((api, call)) => write!(
                        summary,
                        " {id}#{serial} {api:?} {} {:?};",
                        call.attempt, call.state
                    ),
                    None => write!(summary, " {id}#{serial} waits;"),
                }
            }
            Write::ExecutionRemoved(slot) => write!(summary, " slot {} free;", slot.0),
            Write::MessageAdded(channel, message) => {
                let value = message.value.as_ref();
                let value = value.and_then(|value| value.data.as_deref());
                let value = value.unwrap_or_default();
                write!(summary, " {value} to {:?} {};", channel.kind, channel.name)
            }
            Write::MessageTaken(channel, sequence) => {
                write!(
                    summary,
                    " {sequence} from {:?} {};",
                    channel.kind, channel.name
                )
            }
            Write::DataAttributeSet(attribute) => write!(summary, " {} set;", attribute.key),
            Write::Closed(status, outcome) => {
                write!(summary, " closed {status:?} {:?};", outcome.error_message)
            }
            Write::SuccessorStarts(at) => write!(summary, " again at {};", at.0),
            Write::RpcLocked(_) => write!(summary, " RPC locks;"),
            Write::RpcUnlocked => write!(summary, " RPC unlocks;"),
            _ => Ok(()),
        };
    }
    summary
}
