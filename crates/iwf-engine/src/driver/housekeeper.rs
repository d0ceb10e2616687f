//! When the writer may clear away what nobody needs any more: when it has nothing better to do,
//! and now and then even when it has.

use std::time::Duration;

use iwf_engine_core::Timestamp;

use crate::store::{Cleared, Cursor};

/// Between two looks that find nothing to do.
const LOOK_MILLIS: i64 = 10_000;
/// Between two looks at the runs that are old enough and had to stay.
const AGAIN_MILLIS: i64 = 5 * 60 * 1000;
/// Between two commits that clear something away, so that requests come first.
const PAUSE_MILLIS: i64 = 20;
/// How long requests alone may keep the writer from it.
const PATIENCE_MILLIS: i64 = 100;

pub(super) struct Housekeeper {
    /// How long closed runs are kept; `None` keeps them for ever.
    retention: Option<Duration>,
    next_at: Timestamp,
    cursor: Cursor,
    /// When the search begins anew.
    again_at: Timestamp,
}

impl Housekeeper {
    pub(super) fn new(retention: Option<Duration>, now: Timestamp) -> Self {
        Self {
            retention,
            next_at: now.plus_millis(PAUSE_MILLIS),
            cursor: Cursor::START,
            again_at: now.plus_millis(AGAIN_MILLIS),
        }
    }

    /// How long until something is to be done.
    pub(super) fn wait(&self, now: Timestamp) -> Duration {
        let millis = self.next_at.0.saturating_sub(now.0).max(0);
        Duration::from_millis(millis.unsigned_abs())
    }

    pub(super) fn is_due(&self, now: Timestamp, is_idle: bool) -> bool {
        let at = if is_idle {
            self.next_at
        } else {
            self.next_at.plus_millis(PATIENCE_MILLIS)
        };
        at <= now
    }

    /// What was closed up to this time goes, beginning after the cursor.
    pub(super) fn scope(&self, now: Timestamp) -> (Option<Timestamp>, Cursor) {
        let age = self.retention.map(|age| age.as_millis());
        let until = age.map(|age| now.plus_millis(-i64::try_from(age).unwrap_or(i64::MAX)));
        (until, self.cursor)
    }

    pub(super) fn cleared(&mut self, cleared: &Cleared, now: Timestamp) {
        self.cursor = cleared.cursor.unwrap_or(self.cursor);
        if cleared.is_more {
            self.next_at = now.plus_millis(PAUSE_MILLIS);
        } else {
            self.rest(now);
        }
    }

    /// Nothing to do, or it failed: later. What had to stay is passed over for a while.
    pub(super) fn rest(&mut self, now: Timestamp) {
        self.next_at = now.plus_millis(LOOK_MILLIS);
        if self.again_at <= now {
            self.cursor = Cursor::START;
            self.again_at = now.plus_millis(AGAIN_MILLIS);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::RunKey;

    #[test]
    fn what_had_to_stay_is_looked_at_again_only_after_a_while() {
        let mut housekeeper = Housekeeper::new(Some(Duration::ZERO), Timestamp(0));
        let end = Cursor(Timestamp(5), RunKey(1));
        let cleared = Cleared {
            cursor: Some(end),
            ..Cleared::default()
        };
        housekeeper.cleared(&cleared, Timestamp(10));
        assert_eq!(housekeeper.scope(Timestamp(10)).1, end);
        housekeeper.cleared(&Cleared::default(), Timestamp(AGAIN_MILLIS - 1));
        assert_eq!(housekeeper.scope(Timestamp(AGAIN_MILLIS)).1, end);
        housekeeper.cleared(&Cleared::default(), Timestamp(AGAIN_MILLIS));
        assert_eq!(housekeeper.scope(Timestamp(AGAIN_MILLIS)).1, Cursor::START);
    }
}
