//! A queue for each channel of a run, kept from the writes alone.

use std::collections::{BTreeMap, VecDeque};

use iwf_engine_core::{ChannelKey, Commands, Payload, Phase, Results, Run, Serial, Write};

use super::{Rule, Violation};
use crate::sim::disk::Saved;

#[derive(Default)]
pub(super) struct Queues(BTreeMap<ChannelKey, VecDeque<u64>>);

impl Queues {
    pub(super) fn of(run: &Run) -> Self {
        let mut queues = Self::default();
        for (channel, message) in run.channels.messages() {
            let queue = queues.0.entry(channel.clone()).or_default();
            queue.push_back(message.sequence);
        }
        queues
    }

    pub(super) fn committed(&mut self, saved: &Saved) -> Result<(), Violation> {
        let key = saved.key.0;
        for write in &saved.writes {
            match write {
                Write::MessageAdded(channel, message) => {
                    let queue = self.0.entry(channel.clone()).or_default();
                    queue.push_back(message.sequence);
                }
                Write::MessageTaken(channel, sequence) => {
                    let queue = self.0.entry(channel.clone()).or_default();
                    let front = queue.pop_front();
                    if front != Some(*sequence) {
                        return Rule::MessageOrder.broken(format_args!(
                            "run {key}: message {sequence} was taken, {front:?} is the oldest"
                        ));
                    }
                }
                Write::Closed(..) => self.0.clear(),
                _ => {}
            }
        }
        self.0.retain(|_, queue| !queue.is_empty());
        if Self::of(&saved.run).0 == self.0 {
            return Ok(());
        }
        let kept: Vec<_> = saved.run.channels.messages().collect();
        Rule::MessagesKept.broken(format_args!(
            "run {key}: {kept:?} are in its channels, not {:?}",
            self.0
        ))
    }
}

/// Messages that were taken are with exactly one execution, and stay with it to its end.
pub(super) fn received(before: Option<&Run>, saved: &Saved) -> Result<(), Violation> {
    let now = holders(&saved.run)?;
    let Some(before) = before else { return Ok(()) };
    if !saved.run.is_running() {
        return Ok(());
    }
    let key = saved.key.0;
    for (message, serial) in holders(before)? {
        let is_there = saved.run.executions.values().any(|it| it.serial == serial);
        match now.get(message) {
            Some(holder) if *holder == serial => {}
            None if !is_there => {}
            holder => {
                return Rule::OneReceiver.broken(format_args!(
                    "run {key}: {message} went from execution {serial:?} to {holder:?}"
                ));
            }
        }
    }
    // What has been taken but is with nobody would be lost.
    let taken = saved.writes.iter();
    let taken = taken.filter(|write| matches!(write, Write::MessageTaken(..)));
    let held_before = holders(before)?;
    let arrived = now.keys().filter(|it| !held_before.contains_key(*it));
    let (taken, arrived) = (taken.count(), arrived.count());
    if taken != arrived {
        return Rule::OneReceiver.broken(format_args!(
            "run {key}: {taken} messages were taken and {arrived} arrived at executions"
        ));
    }
    Ok(())
}

/// Who holds which message.
fn holders(run: &Run) -> Result<BTreeMap<&str, Serial>, Violation> {
    let mut holders = BTreeMap::new();
    for execution in run.executions.values() {
        let Some(commands) = commands(&execution.phase) else {
            continue;
        };
        let received = commands
            .waiters
            .iter()
            .filter_map(|it| it.received.as_ref());
        for message in received.flatten().filter_map(token) {
            if let Some(other) = holders.insert(message, execution.serial) {
                return Rule::OneReceiver.broken(format_args!(
                    "{message} is with executions {other:?} and {:?}",
                    execution.serial
                ));
            }
        }
    }
    Ok(holders)
}

fn token(value: &Payload) -> Option<&str> {
    value.data.as_deref()
}

pub(super) fn commands(phase: &Phase) -> Option<&Commands> {
    match phase {
        Phase::Waiting(commands)
        | Phase::Execute {
            results: Results::Waited(commands),
            ..
        } => Some(commands),
        Phase::WaitUntil(_) | Phase::Execute { .. } => None,
    }
}
