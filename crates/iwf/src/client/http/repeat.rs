//! When a failed call is sent again, and after how long.

use crate::{BoxError, client::backend::BackendError};
use std::time::Duration;

const FIRST_GAP: Duration = Duration::from_millis(100);
const GAP_MAX: Duration = Duration::from_secs(1);
/// A server that wants more time than this gets none: the caller hears of it.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(10);

/// When a call may be sent again.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeat {
    /// After every failure that may pass: doing it twice is doing it once.
    Safe,
    /// Only where the server surely did nothing.
    IfNothingHappened,
}

/// How long to wait before the next attempt; `None` when there is none. Half of each gap is left to
/// chance, so that callers who failed together do not come back together.
pub(super) fn gap(error: &BackendError, repeat: Repeat, attempt: u32) -> Option<Duration> {
    let may_pass = match error {
        BackendError::Refused {
            retry_after: Some(after),
            ..
        } if *after > RETRY_AFTER_MAX => false,
        error if did_nothing(error) => true,
        BackendError::Refused {
            status: 500..=599, ..
        } => repeat == Repeat::Safe,
        BackendError::OutcomeUnknown(source) => repeat == Repeat::Safe && !timed_out(source),
        _ => false,
    };
    let asked = match error {
        BackendError::Refused {
            retry_after: Some(after),
            ..
        } => *after,
        _ => Duration::ZERO,
    };
    let doubled = FIRST_GAP
        .saturating_mul(1 << attempt.saturating_sub(1).min(10))
        .min(GAP_MAX);
    may_pass.then(|| asked + doubled.mul_f64(rand::random_range(0.5..=1.0)))
}

/// Overload is told before any work is done, and by servers that say when to come back.
pub(super) fn did_nothing(error: &BackendError) -> bool {
    matches!(
        error,
        BackendError::Unreachable(_)
            | BackendError::Refused {
                status: 429 | 503,
                retry_after: Some(_),
                ..
            }
    )
}

/// A call that took its whole time is not sent again: the caller has waited long enough.
fn timed_out(source: &BoxError) -> bool {
    source
        .downcast_ref::<reqwest::Error>()
        .is_some_and(reqwest::Error::is_timeout)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, retry_after: Option<u64>) -> BackendError {
        let retry_after = retry_after.map(Duration::from_secs);
        BackendError::Refused {
            status,
            body: Box::default(),
            retry_after,
        }
    }

    fn check(error: &BackendError, safe: bool, unsafe_too: bool) {
        assert_eq!(gap(error, Repeat::Safe, 1).is_some(), safe, "{error:?}");
        assert_eq!(
            gap(error, Repeat::IfNothingHappened, 1).is_some(),
            unsafe_too,
            "{error:?}"
        );
    }

    #[test]
    fn what_surely_did_nothing_is_always_repeated() {
        check(&BackendError::Unreachable("away".into()), true, true);
        check(&refused(503, Some(1)), true, true);
        check(&refused(429, Some(1)), true, true);
    }

    #[test]
    fn what_may_have_happened_is_repeated_where_that_is_safe() {
        check(&refused(500, None), true, false);
        check(&refused(503, None), true, false);
        check(&BackendError::OutcomeUnknown("broken".into()), true, false);
    }

    #[test]
    fn what_will_not_pass_is_not_repeated() {
        check(&refused(400, None), false, false);
        check(&refused(420, None), false, false);
        check(&refused(503, Some(3_600)), false, false);
        check(&BackendError::Undecodable("text".into()), false, false);
    }

    #[test]
    fn gaps_grow_to_a_limit() {
        let gap = |attempt| gap(&refused(500, None), Repeat::Safe, attempt).unwrap();
        assert!(gap(1) <= FIRST_GAP && gap(1) >= FIRST_GAP / 2);
        assert!(gap(40) <= GAP_MAX && gap(40) >= GAP_MAX / 2);
    }
}
