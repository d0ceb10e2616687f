//! What a state waits for, and how much of it has come.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::channel::ChannelKey;
use crate::event::TimerChoice;
use crate::id::CommandId;
use crate::payload::Payload;
use crate::time::Timestamp;

/// The commands of a waitUntil answer, checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommandRequest {
    trigger: Trigger,
    timers: Vec<(CommandId, TimerCommand)>,
    channels: Vec<(CommandId, ChannelKey)>,
}

/// When a timer fires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TimerCommand {
    /// After this time from the moment the answer is applied.
    AfterSeconds(i64),
    At(Timestamp),
}

/// A command for one message: signal commands come before those of internal channels.
pub type ChannelCommand = (CommandId, ChannelKey);

/// Which commands must complete before execute is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Trigger {
    All,
    Any,
    /// One of these sets of command ids.
    AnyCombination(Vec<Vec<CommandId>>),
}

/// Which of the trigger types was named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitFor {
    All,
    Any,
    AnyCombination,
}

/// Why a command request cannot work. The attempt counts as failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidCommands {
    NoTrigger,
    NoCombination,
    CommandWithoutId,
    UnknownId,
}

impl std::fmt::Display for InvalidCommands {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The words of the original server, which its users search for.
        f.write_str(match self {
            Self::NoTrigger => "unsupported decider trigger type: name one of the waiting types",
            Self::NoCombination => {
                "combination list cannot be empty when waiting for any combination"
            }
            Self::CommandWithoutId => {
                "waiting for any combination requires that every command has an commandId"
            }
            Self::UnknownId => {
                "a combination must have commandId that is found in the commands of the request"
            }
        })
    }
}

impl CommandRequest {
    /// | commands | trigger | result |
    /// |---|---|---|
    /// | none | any or none | nothing to wait for |
    /// | some | none | refused |
    /// | some | a combination without list, a command without id, an id nobody has | refused |
    /// | some | otherwise | accepted |
    pub fn new(
        wait_for: Option<WaitFor>,
        combinations: Vec<Vec<CommandId>>,
        timers: Vec<(CommandId, TimerCommand)>,
        channels: Vec<ChannelCommand>,
    ) -> Result<Self, InvalidCommands> {
        let mut request = Self {
            trigger: Trigger::All,
            timers,
            channels,
        };
        if request.ids().next().is_none() {
            return Ok(request);
        }
        request.trigger = match wait_for.ok_or(InvalidCommands::NoTrigger)? {
            WaitFor::All => Trigger::All,
            WaitFor::Any => Trigger::Any,
            WaitFor::AnyCombination => {
                request.check_combinations(&combinations)?;
                Trigger::AnyCombination(combinations)
            }
        };
        Ok(request)
    }

    fn check_combinations(&self, combinations: &[Vec<CommandId>]) -> Result<(), InvalidCommands> {
        if combinations.is_empty() {
            return Err(InvalidCommands::NoCombination);
        }
        if self.ids().any(|id| id.as_str().is_empty()) {
            return Err(InvalidCommands::CommandWithoutId);
        }
        // Both lists come from a worker and may be long.
        let known: BTreeSet<&CommandId> = self.ids().collect();
        if combinations.iter().flatten().all(|id| known.contains(id)) {
            Ok(())
        } else {
            Err(InvalidCommands::UnknownId)
        }
    }

    fn ids(&self) -> impl Iterator<Item = &CommandId> {
        let timers = self.timers.iter().map(|(id, _)| id);
        timers.chain(self.channels.iter().map(|(id, _)| id))
    }

    /// Starts to wait: relative times become absolute once and for all.
    pub(crate) fn register(self, order: u64, now: Timestamp) -> Commands {
        let timers = self.timers.into_iter().map(|(id, timer)| Timer {
            id,
            fires_at: match timer {
                // The present millisecond has begun already: without the next one the timer would
                // fire up to a millisecond early.
                TimerCommand::AfterSeconds(seconds @ 1..) => {
                    now.plus_seconds(seconds).plus_millis(1)
                }
                TimerCommand::AfterSeconds(seconds) => now.plus_seconds(seconds),
                TimerCommand::At(at) => at,
            },
            fired: false,
        });
        let waiters = self.channels.into_iter().map(|(id, channel)| Waiter {
            id,
            channel,
            received: None,
        });
        Commands {
            order,
            trigger: self.trigger,
            timers: timers.collect(),
            waiters: waiters.collect(),
        }
    }
}

/// Registered commands and what has completed of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commands {
    /// Rises with the time of registration: the earlier waiter gets the message.
    pub order: u64,
    pub trigger: Trigger,
    pub timers: Vec<Timer>,
    pub waiters: Vec<Waiter>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timer {
    pub id: CommandId,
    pub fires_at: Timestamp,
    /// Fired or skipped; nobody can tell the two apart.
    pub fired: bool,
}

/// One command for one message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiter {
    pub id: CommandId,
    pub channel: ChannelKey,
    /// The message taken, which may have no value. Never given back.
    pub received: Option<Option<Payload>>,
}

impl Commands {
    /// Whether execute may be called.
    pub fn is_met(&self) -> bool {
        let timers = self.timers.iter().map(|timer| (&timer.id, timer.fired));
        let waiters = self.waiters.iter();
        let all = || {
            let waiters = waiters
                .clone()
                .map(|waiter| (&waiter.id, waiter.received.is_some()));
            timers.clone().chain(waiters)
        };
        match &self.trigger {
            Trigger::All => all().all(|(_, done)| done),
            Trigger::Any => all().any(|(_, done)| done),
            Trigger::AnyCombination(combinations) => {
                // Counted once: combinations and commands may both be many.
                let done = counted(all().filter(|&(_, done)| done).map(|(id, _)| id));
                combinations.iter().any(|ids| {
                    // An id that is listed twice needs two commands of that id.
                    let needed = counted(ids.iter());
                    needed
                        .iter()
                        .all(|(id, needed)| done.get(id).is_some_and(|done| done >= needed))
                })
            }
        }
    }

    /// Where the chosen timer is, fired or not.
    pub(crate) fn timer(&self, choice: &TimerChoice) -> Option<usize> {
        let index = match choice {
            TimerChoice::Id(id) => self.timers.iter().position(|timer| timer.id == *id)?,
            TimerChoice::Index(index) => usize::try_from(*index).ok()?,
        };
        (index < self.timers.len()).then_some(index)
    }

    /// When the next timer fires.
    pub fn next_timer(&self) -> Option<Timestamp> {
        let pending = self.timers.iter().filter(|timer| !timer.fired);
        pending.map(|timer| timer.fires_at).min()
    }
}

fn counted<'a>(ids: impl Iterator<Item = &'a CommandId>) -> BTreeMap<&'a CommandId, usize> {
    let mut counts = BTreeMap::new();
    for id in ids {
        *counts.entry(id).or_default() += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::ChannelKind;

    fn channel(name: &str) -> ChannelKey {
        ChannelKey {
            kind: ChannelKind::Signal,
            name: name.into(),
        }
    }

    /// Commands `ids`, of which the first `done` have completed.
    fn commands(
        wait_for: WaitFor,
        combinations: &[&[&str]],
        ids: &[&str],
        done: usize,
    ) -> Commands {
        let combinations = combinations
            .iter()
            .map(|ids| ids.iter().map(|&id| id.into()).collect())
            .collect();
        let channels = ids.iter().map(|&id| (id.into(), channel("c"))).collect();
        let request = CommandRequest::new(Some(wait_for), combinations, vec![], channels).unwrap();
        let mut commands = request.register(0, Timestamp(0));
        for waiter in &mut commands.waiters[..done] {
            waiter.received = Some(None);
        }
        commands
    }

    #[test]
    fn triggers() {
        let check = |wait_for, combinations: &[&[&str]], ids: &[&str], done, met| {
            assert_eq!(
                commands(wait_for, combinations, ids, done).is_met(),
                met,
                "{wait_for:?} {combinations:?} {ids:?} {done}"
            );
        };
        check(WaitFor::All, &[], &["", ""], 1, false);
        check(WaitFor::All, &[], &["", ""], 2, true);
        check(WaitFor::Any, &[], &["", ""], 0, false);
        check(WaitFor::Any, &[], &["", ""], 1, true);
        check(WaitFor::Any, &[], &[], 0, true);
        check(
            WaitFor::AnyCombination,
            &[&["a", "b"], &["c"]],
            &["a", "b", "c"],
            1,
            false,
        );
        check(
            WaitFor::AnyCombination,
            &[&["a", "b"], &["c"]],
            &["a", "b", "c"],
            2,
            true,
        );
        check(WaitFor::AnyCombination, &[&["c"]], &["c", "b"], 1, true);
        check(
            WaitFor::AnyCombination,
            &[&["a", "a"]],
            &["a", "a"],
            1,
            false,
        );
        check(
            WaitFor::AnyCombination,
            &[&["a", "a"]],
            &["a", "a"],
            2,
            true,
        );
        check(WaitFor::AnyCombination, &[&[]], &["a"], 0, true);
    }

    #[test]
    fn requests_that_cannot_work_are_refused() {
        let id = |id: &str| vec![(CommandId::from(id), channel("c"))];
        let refused = |wait_for, combinations, channels| {
            CommandRequest::new(wait_for, combinations, vec![], channels).unwrap_err()
        };
        let some = Some(WaitFor::AnyCombination);
        assert_eq!(refused(None, vec![], id("a")), InvalidCommands::NoTrigger);
        assert_eq!(
            refused(some, vec![], id("a")),
            InvalidCommands::NoCombination
        );
        assert_eq!(
            refused(some, vec![vec!["a".into()]], id("")),
            InvalidCommands::CommandWithoutId
        );
        assert_eq!(
            refused(some, vec![vec!["b".into()]], id("a")),
            InvalidCommands::UnknownId
        );
    }

    #[test]
    fn without_commands_the_trigger_is_not_looked_at() {
        for wait_for in [None, Some(WaitFor::Any), Some(WaitFor::AnyCombination)] {
            let request = CommandRequest::new(wait_for, vec![], vec![], vec![]).unwrap();
            assert!(request.register(0, Timestamp(0)).is_met());
        }
    }
}
