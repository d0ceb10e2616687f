//! When to ask `describe` again, which answers to believe, and when to say that the line is down.

use email_agent_api::{Revision, StageKind};

/// While something happens that takes seconds.
const FAST_MS: u32 = 700;
/// While we wait for a person or for a time far away: also what other tabs may lag behind.
const SLOW_MS: u32 = 3_000;
/// While nobody looks but somebody wants to be told.
const HIDDEN_MS: u32 = 5_000;
/// The longest pause between two tries while the server does not answer.
const BACK_OFF_MAX_MS: u32 = 15_000;

/// What the pace depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pace {
    /// Where the email is.
    pub(crate) stage: StageKind,
    /// A stored button press, ours or another tab's, is about to show.
    pub(crate) pending: bool,
    /// Until the next thing that happens by itself, by the server's clock.
    pub(crate) due_in_ms: Option<i64>,
    /// How many times in a row the server has not answered.
    pub(crate) misses: u32,
    /// Nobody looks at the page.
    pub(crate) hidden: bool,
    /// The person wants notices, so we go on looking even then.
    pub(crate) notices: bool,
}

/// How long to wait before the next `describe`; none means until something wakes us.
pub(crate) fn next_poll_ms(pace: Pace) -> Option<u32> {
    if (pace.hidden && !pace.notices) || (pace.stage.is_final() && !pace.pending) {
        return None;
    }
    if pace.misses > 0 {
        return Some((1_000 << (pace.misses - 1).min(4)).min(BACK_OFF_MAX_MS));
    }
    if pace.hidden {
        return Some(HIDDEN_MS);
    }
    let busy = matches!(
        pace.stage,
        StageKind::Working | StageKind::Sending | StageKind::UndoWindow
    );
    if pace.pending || busy {
        return Some(FAST_MS);
    }
    // Be there when the timer fires, instead of up to three seconds later.
    let due_ms = pace.due_in_ms.map_or(SLOW_MS, |due| {
        u32::try_from(due.saturating_add(300).clamp(0, i64::from(SLOW_MS))).unwrap_or(SLOW_MS)
    });
    Some(due_ms.clamp(FAST_MS, SLOW_MS))
}

/// Whether an answer of revision `incoming` may replace what is shown: answers can overtake each
/// other. The same revision may, because it brings the server's clock.
pub(crate) fn is_newer(shown: Revision, incoming: Revision) -> bool {
    incoming >= shown
}

/// Whether the server answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Connection {
    misses: u32,
    first_miss_at_ms: Option<i64>,
}

impl Connection {
    /// After this many misses, or this long, the page says so; a single miss is no news.
    const MISSES_MAX: u32 = 3;
    const SILENCE_MAX_MS: i64 = 10_000;

    /// The server has answered.
    pub(crate) fn answered(&mut self) {
        *self = Self::default();
    }

    /// A call of `started_at_ms` got no answer.
    pub(crate) fn missed(&mut self, started_at_ms: i64) {
        self.misses = self.misses.saturating_add(1);
        self.first_miss_at_ms.get_or_insert(started_at_ms);
    }

    /// Misses in a row.
    pub(crate) fn misses(self) -> u32 {
        self.misses
    }

    /// Whether to tell the person.
    pub(crate) fn is_lost(self, now_ms: i64) -> bool {
        let long = self
            .first_miss_at_ms
            .is_some_and(|first| now_ms - first >= Self::SILENCE_MAX_MS);
        self.misses >= Self::MISSES_MAX || long
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pace(stage: StageKind) -> Pace {
        Pace {
            stage,
            pending: false,
            due_in_ms: None,
            misses: 0,
            hidden: false,
            notices: false,
        }
    }

    #[test]
    fn fast_while_something_happens_slow_while_we_wait() {
        for stage in [
            StageKind::Working,
            StageKind::Sending,
            StageKind::UndoWindow,
        ] {
            assert_eq!(next_poll_ms(pace(stage)), Some(FAST_MS), "{stage:?}");
        }
        for stage in [
            StageKind::New,
            StageKind::Draft,
            StageKind::Scheduled,
            StageKind::Unsure,
        ] {
            assert_eq!(next_poll_ms(pace(stage)), Some(SLOW_MS), "{stage:?}");
        }
        let pressed = Pace {
            pending: true,
            ..pace(StageKind::Draft)
        };
        assert_eq!(next_poll_ms(pressed), Some(FAST_MS));
    }

    #[test]
    fn stopped_when_ended_or_unseen() {
        assert_eq!(next_poll_ms(pace(StageKind::Sent)), None);
        assert_eq!(next_poll_ms(pace(StageKind::Canceled)), None);
        // Our own press must be seen to its end.
        let pressed = Pace {
            pending: true,
            ..pace(StageKind::Sent)
        };
        assert_eq!(next_poll_ms(pressed), Some(FAST_MS));
        let hidden = Pace {
            hidden: true,
            ..pace(StageKind::Working)
        };
        assert_eq!(next_poll_ms(hidden), None);
        let told = |stage| {
            next_poll_ms(Pace {
                hidden: true,
                notices: true,
                ..pace(stage)
            })
        };
        assert_eq!(told(StageKind::Working), Some(HIDDEN_MS));
        assert_eq!(told(StageKind::Scheduled), Some(HIDDEN_MS));
        assert_eq!(told(StageKind::Sent), None, "there is no more to tell");
    }

    #[test]
    fn in_time_for_what_is_due() {
        let due = |due_in_ms| {
            next_poll_ms(Pace {
                due_in_ms: Some(due_in_ms),
                ..pace(StageKind::Scheduled)
            })
        };
        assert_eq!(due(60_000), Some(SLOW_MS));
        assert_eq!(due(1_200), Some(1_500));
        assert_eq!(due(-5_000), Some(FAST_MS));
        assert_eq!(due(i64::MAX), Some(SLOW_MS));
    }

    #[test]
    fn slower_with_every_miss_up_to_a_limit() {
        let waits: Vec<_> = (1..8)
            .map(|misses| {
                next_poll_ms(Pace {
                    misses,
                    ..pace(StageKind::Working)
                })
                .unwrap()
            })
            .collect();
        assert_eq!(waits, [1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
    }

    #[test]
    fn an_answer_that_was_overtaken_is_dropped() {
        assert!(is_newer(7, 8) && is_newer(7, 7) && !is_newer(7, 6));
    }

    #[test]
    fn one_miss_is_no_news() {
        let mut connection = Connection::default();
        connection.missed(1_000);
        connection.missed(2_000);
        assert!(!connection.is_lost(3_000));
        assert!(connection.is_lost(11_000), "ten seconds of silence");
        connection.missed(3_000);
        assert!(connection.is_lost(3_000), "three misses");
        connection.answered();
        assert!(!connection.is_lost(99_000));
    }
}
