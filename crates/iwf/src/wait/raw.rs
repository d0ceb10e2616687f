//! Commands and their results with the types forgotten: what is sent and what comes back.

use super::command::Command;
use crate::{CxError, payload::Payload};

/// How many of the commands must be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitFor {
    /// Every one.
    All,
    /// At least one.
    Any,
    /// All of one combination.
    Combination,
}

/// One command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RawCommand {
    /// Wait for a while.
    Timer {
        /// Counted from the moment the server takes the request.
        secs: u64,
    },
    /// Wait for a moment that lies ahead.
    TimerAt {
        /// Unix time.
        unix_secs: i64,
    },
    /// Wait for a message on an internal channel.
    Channel {
        /// Its name.
        name: String,
    },
    /// Wait for a signal.
    Signal {
        /// Its name.
        name: String,
    },
}

/// Everything that one state waits for.
///
/// It is a wait itself, for states that know only at run time what they wait for: build it with
/// [`any`](Self::any) or [`all`](Self::all), and get [`RawResults`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "nothing is waited for unless it is returned"]
pub struct CommandRequest {
    /// How many must be done.
    pub wait_for: WaitFor,
    /// Each with its id, which is empty unless the user gave one.
    pub commands: Vec<(String, RawCommand)>,
    /// Which ids go together, for [`WaitFor::Combination`].
    pub combinations: Vec<Vec<String>>,
}

impl CommandRequest {
    /// Waits for every command that will be added.
    pub fn all() -> Self {
        Self::new(WaitFor::All, vec![])
    }
    /// Waits for at least one of the commands that will be added.
    pub fn any() -> Self {
        Self::new(WaitFor::Any, vec![])
    }
    /// Adds a command.
    pub fn with(mut self, command: impl Command) -> Self {
        self.commands.push(entry(command));
        self
    }
    pub(super) fn new(wait_for: WaitFor, commands: Vec<(String, RawCommand)>) -> Self {
        CommandRequest {
            wait_for,
            commands,
            combinations: vec![],
        }
    }
}

pub(super) fn entry<C: Command>(command: C) -> (String, RawCommand) {
    let (id, command) = command.into_raw();
    (id.unwrap_or_default(), command)
}

/// What became of the commands: every command of a kind, in request order, done or not.
#[derive(Debug, Clone, Default)]
pub struct RawResults {
    /// Whether each timer has fired.
    pub timers: Vec<bool>,
    /// What each internal-channel command received.
    pub channels: Vec<Option<Payload>>,
    /// What each signal command received.
    pub signals: Vec<Option<Payload>>,
    /// Whether `wait_until` used up its retries, and execute runs nevertheless.
    pub wait_until_failed: bool,
}

/// Reads results kind by kind, in order.
#[derive(Debug)]
pub struct Cursor<'a> {
    results: &'a RawResults,
    timer: usize,
    channel: usize,
    signal: usize,
}

const TOO_FEW: CxError = CxError::Results {
    detail: "fewer results than commands",
};

impl<'a> Cursor<'a> {
    /// At the beginning.
    #[must_use]
    pub fn new(results: &'a RawResults) -> Self {
        Cursor {
            results,
            timer: 0,
            channel: 0,
            signal: 0,
        }
    }
    pub(crate) fn timer(&mut self) -> Result<bool, CxError> {
        next(&self.results.timers, &mut self.timer).copied()
    }
    pub(crate) fn channel(&mut self) -> Result<Option<&'a Payload>, CxError> {
        Ok(next(&self.results.channels, &mut self.channel)?.as_ref())
    }
    pub(crate) fn signal(&mut self) -> Result<Option<&'a Payload>, CxError> {
        Ok(next(&self.results.signals, &mut self.signal)?.as_ref())
    }
    pub(crate) fn timers_left(&self) -> usize {
        self.results.timers.len().saturating_sub(self.timer)
    }
    pub(crate) fn channels_left(&self) -> usize {
        self.results.channels.len().saturating_sub(self.channel)
    }
    pub(crate) fn signals_left(&self) -> usize {
        self.results.signals.len().saturating_sub(self.signal)
    }
}

fn next<'a, T>(list: &'a [T], at: &mut usize) -> Result<&'a T, CxError> {
    let value = list.get(*at).ok_or(TOO_FEW)?;
    *at += 1;
    Ok(value)
}
