//! The three commands: a timer, a message from within, a signal from outside.

use super::raw::{Cursor, RawCommand};
use crate::{Channel, CxError, Signal, Wire, payload::Payload};
use std::{
    marker::PhantomData,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// One command; `Value` is what it yields once it is done.
pub trait Command: Send + 'static {
    /// What it yields.
    type Value: Send + 'static;
    /// The id, if the user gave one, and what to ask of the server.
    fn into_raw(self) -> (Option<String>, RawCommand);
    /// Reads the next result of this kind; `None` means not done.
    ///
    /// # Errors
    /// When the results are fewer than the commands, or a message has another type.
    fn take(cursor: &mut Cursor<'_>) -> Result<Option<Self::Value>, CxError>;
    /// How many results of this kind are still unread.
    fn left(cursor: &Cursor<'_>) -> usize;
}

/// A durable deadline, in whole seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a timer does nothing unless it is waited for"]
pub struct Timer {
    command: RawCommand,
    id: Option<String>,
}
/// A timer is over, or somebody skipped it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fired;

impl Timer {
    /// Fires after this time, counted from the moment the server takes the request; parts of a
    /// second are rounded up, so it is never early.
    pub fn after(duration: Duration) -> Self {
        let secs = duration
            .as_secs()
            .saturating_add(u64::from(duration.subsec_nanos() > 0));
        Timer {
            command: RawCommand::Timer { secs },
            id: None,
        }
    }
    /// Fires at this unix time, or at once where that is not after `now_unix`, which is usually
    /// [`StateCx::now_unix`](crate::StateCx::now_unix).
    pub fn at_unix(unix_secs: i64, now_unix: i64) -> Self {
        let command = if unix_secs <= now_unix {
            RawCommand::Timer { secs: 0 }
        } else {
            RawCommand::TimerAt { unix_secs }
        };
        Timer { command, id: None }
    }
    /// Fires at this moment, rounded up to a second, or at once where it is not after `now`, which
    /// is usually [`StateCx::now`](crate::StateCx::now).
    pub fn at(moment: SystemTime, now: SystemTime) -> Self {
        match moment.duration_since(now) {
            Err(_) | Ok(Duration::ZERO) => Timer::after(Duration::ZERO),
            Ok(ahead) => match moment.duration_since(UNIX_EPOCH).ok().and_then(ceil_secs) {
                Some(unix_secs) => Timer {
                    command: RawCommand::TimerAt { unix_secs },
                    id: None,
                },
                None => Timer::after(ahead),
            },
        }
    }
    /// Only needed where somebody skips the timer by id.
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }
}
fn ceil_secs(since_epoch: Duration) -> Option<i64> {
    i64::try_from(since_epoch.as_secs())
        .ok()?
        .checked_add(i64::from(since_epoch.subsec_nanos() > 0))
}
impl Command for Timer {
    type Value = Fired;
    fn into_raw(self) -> (Option<String>, RawCommand) {
        (self.id, self.command)
    }
    fn take(cursor: &mut Cursor<'_>) -> Result<Option<Fired>, CxError> {
        Ok(cursor.timer()?.then_some(Fired))
    }
    fn left(cursor: &Cursor<'_>) -> usize {
        cursor.timers_left()
    }
}

/// One message of an internal channel.
#[must_use = "nothing is received unless it is waited for"]
pub struct Receive<T> {
    name: String,
    _message: PhantomData<fn() -> T>,
}
impl<T> Receive<T> {
    /// The next message that no earlier waiter takes.
    pub fn one<C>(channel: Channel<C, T>) -> Self {
        Receive {
            name: channel.name().to_owned(),
            _message: PhantomData,
        }
    }
}
impl<T: Wire> Command for Receive<T> {
    type Value = T;
    fn into_raw(self) -> (Option<String>, RawCommand) {
        (None, RawCommand::Channel { name: self.name })
    }
    fn take(cursor: &mut Cursor<'_>) -> Result<Option<T>, CxError> {
        message(cursor.channel()?, "message of an internal channel")
    }
    fn left(cursor: &Cursor<'_>) -> usize {
        cursor.channels_left()
    }
}

/// One signal from outside.
#[must_use = "nothing is received unless it is waited for"]
pub struct Signaled<T> {
    name: String,
    _message: PhantomData<fn() -> T>,
}
impl<T> Signaled<T> {
    /// The next signal that no earlier waiter takes.
    pub fn one<C>(signal: Signal<C, T>) -> Self {
        Signaled {
            name: signal.name().to_owned(),
            _message: PhantomData,
        }
    }
}
impl<T: Wire> Command for Signaled<T> {
    type Value = T;
    fn into_raw(self) -> (Option<String>, RawCommand) {
        (None, RawCommand::Signal { name: self.name })
    }
    fn take(cursor: &mut Cursor<'_>) -> Result<Option<T>, CxError> {
        message(cursor.signal()?, "signal")
    }
    fn left(cursor: &Cursor<'_>) -> usize {
        cursor.signals_left()
    }
}

fn message<T: Wire>(payload: Option<&Payload>, what: &str) -> Result<Option<T>, CxError> {
    payload
        .map(Payload::decode)
        .transpose()
        .map_err(|source| CxError::Decode {
            what: what.to_owned(),
            source,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timer_is_never_early() {
        let raw = |timer: Timer| timer.into_raw().1;
        assert_eq!(
            raw(Timer::after(Duration::from_millis(1_001))),
            RawCommand::Timer { secs: 2 }
        );
        assert_eq!(
            raw(Timer::after(Duration::MAX)),
            RawCommand::Timer { secs: u64::MAX }
        );
        assert_eq!(raw(Timer::at_unix(50, 100)), RawCommand::Timer { secs: 0 });
        assert_eq!(
            raw(Timer::at_unix(150, 100)),
            RawCommand::TimerAt { unix_secs: 150 }
        );
        let at = |ms| UNIX_EPOCH + Duration::from_millis(ms);
        assert_eq!(
            raw(Timer::at(at(1_500), at(0))),
            RawCommand::TimerAt { unix_secs: 2 }
        );
        assert_eq!(
            raw(Timer::at(at(1_500), at(1_500))),
            RawCommand::Timer { secs: 0 }
        );
        assert_eq!(
            raw(Timer::at(at(1_500), at(9_000))),
            RawCommand::Timer { secs: 0 }
        );
    }
}
