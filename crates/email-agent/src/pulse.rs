//! When something outside last worked, and when and why it last did not.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};

/// What is kept of a reason.
const REASON_CHARS_MAX: usize = 500;

/// See the module. Nothing is known at first, and nothing outlives the program.
#[derive(Debug, Default)]
pub struct Pulse(Mutex<Beats>);

/// What is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Beats {
    /// When it last worked.
    pub good: Option<DateTime<Utc>>,
    /// When and why it last did not, unless it has worked since.
    pub bad: Option<(DateTime<Utc>, String)>,
}

impl Pulse {
    /// It worked, just now.
    pub(crate) fn good(&self) {
        self.set(|beats| {
            *beats = Beats {
                good: Some(Utc::now()),
                bad: None,
            };
        });
    }

    /// It did not.
    pub(crate) fn bad(&self, reason: &str) {
        let reason = reason.chars().take(REASON_CHARS_MAX).collect();
        self.set(|beats| beats.bad = Some((Utc::now(), reason)));
    }

    /// Something else has taken its place, of which nothing is known.
    pub(crate) fn forget(&self) {
        self.set(|beats| *beats = Beats::default());
    }

    /// What is known.
    #[must_use]
    pub fn beats(&self) -> Beats {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn set(&self, change: impl FnOnce(&mut Beats)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_works_again_is_no_problem_any_more() {
        let pulse = Pulse::default();
        assert_eq!(pulse.beats(), Beats::default());
        pulse.bad("no answer");
        assert_eq!(pulse.beats().bad.unwrap().1, "no answer");
        pulse.good();
        pulse.bad(&"x".repeat(9_000));
        let beats = pulse.beats();
        assert!(beats.good.is_some());
        assert_eq!(beats.bad.unwrap().1.len(), REASON_CHARS_MAX);
        pulse.good();
        assert_eq!(pulse.beats().bad, None);
        pulse.forget();
        assert_eq!(pulse.beats(), Beats::default());
    }
}
