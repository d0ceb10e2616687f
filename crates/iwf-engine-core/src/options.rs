//! How the two APIs of a state are called: time-outs, retries, what happens when they give up,
//! what they load and lock. Old and new wire names are already settled here.

use serde::{Deserialize, Serialize};

use crate::id::{AttributeKey, StateId};
use crate::time::Timestamp;

/// The options of one state execution; the default is what a movement without options gets.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StateOptions {
    pub skip_wait_until: bool,
    pub wait_until: ApiOptions,
    pub execute: ApiOptions,
    /// When waitUntil gives up: call execute nevertheless, and tell it.
    pub proceed_after_wait_until_failure: bool,
    /// When execute gives up: the state to go to instead of failing the workflow.
    pub proceed_after_execute_failure: Option<Box<ProceedTo>>,
}

/// The state that takes over from one whose execute gave up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProceedTo {
    pub state_id: StateId,
    pub options: Option<Box<StateOptions>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ApiOptions {
    /// Of one attempt; absent is 30 s.
    timeout_seconds: Option<u32>,
    retry: Option<RetryPolicy>,
    pub data_attributes: LoadingPolicy,
    pub search_attributes: LoadingPolicy,
}

impl ApiOptions {
    const DEFAULT_TIMEOUT_SECONDS: u32 = 30;

    pub fn new(
        timeout_seconds: Option<u32>,
        retry: Option<RetryPolicy>,
        data_attributes: LoadingPolicy,
        search_attributes: LoadingPolicy,
    ) -> Self {
        Self {
            timeout_seconds: timeout_seconds.filter(|&seconds| seconds > 0),
            retry,
            data_attributes,
            search_attributes,
        }
    }

    pub fn timeout_seconds(&self) -> u32 {
        self.timeout_seconds
            .unwrap_or(Self::DEFAULT_TIMEOUT_SECONDS)
    }

    pub fn retry(&self) -> RetryPolicy {
        self.retry.clone().unwrap_or_default()
    }

    /// Such a call is made at most once, whatever happens to the engine.
    pub fn allows_one_attempt_only(&self) -> bool {
        self.retry
            .as_ref()
            .is_some_and(|policy| policy.maximum_attempts == 1)
    }
}

/// When a failed attempt is followed by another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RetryPolicy {
    pub initial_interval_seconds: u32,
    pub backoff_coefficient: f64,
    pub maximum_interval_seconds: u32,
    /// 0 is unlimited.
    pub maximum_attempts: u32,
    /// 0 is no limit of its own.
    pub maximum_duration_seconds: u32,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            initial_interval_seconds: 1,
            backoff_coefficient: 2.0,
            maximum_interval_seconds: 100,
            maximum_attempts: 0,
            maximum_duration_seconds: 0,
        }
    }
}

impl RetryPolicy {
    /// When to call again after attempt number `failed` ended at `now`; `None` gives up.
    ///
    /// | condition | next |
    /// |---|---|
    /// | the attempts are used up | none |
    /// | now + back-off is after the end of the duration, or after `deadline` | none, at once |
    /// | otherwise | now + back-off |
    pub fn next_attempt(
        &self,
        failed: u32,
        first_attempt_at: Timestamp,
        deadline: Option<Timestamp>,
        now: Timestamp,
    ) -> Option<Timestamp> {
        if self.maximum_attempts != 0 && failed >= self.maximum_attempts {
            return None;
        }
        let next = now.plus_millis(self.backoff_millis(failed));
        let limit = self.end_of_attempts(first_attempt_at, deadline);
        limit.is_none_or(|limit| next <= limit).then_some(next)
    }

    /// No attempt may last beyond this.
    pub fn end_of_attempts(
        &self,
        first_attempt_at: Timestamp,
        deadline: Option<Timestamp>,
    ) -> Option<Timestamp> {
        let own = (self.maximum_duration_seconds != 0)
            .then(|| first_attempt_at.plus_seconds(i64::from(self.maximum_duration_seconds)));
        match (own, deadline) {
            (Some(own), Some(deadline)) => Some(own.min(deadline)),
            (own, deadline) => own.or(deadline),
        }
    }

    fn backoff_millis(&self, failed: u32) -> i64 {
        let maximum = f64::from(self.maximum_interval_seconds.max(1)) * 1000.0;
        let exponent = i32::try_from(failed.saturating_sub(1)).unwrap_or(i32::MAX);
        let coefficient = self.backoff_coefficient.max(1.0);
        let wanted = f64::from(self.initial_interval_seconds) * 1000.0 * coefficient.powi(exponent);
        #[expect(
            clippy::cast_possible_truncation,
            reason = "capped by the maximum, which fits"
        )]
        let millis = wanted.min(maximum) as i64;
        millis
    }
}

/// What a call sees of the attributes, and which keys it locks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadingPolicy {
    pub kind: LoadingKind,
    pub partial_keys: Vec<AttributeKey>,
    pub locking_keys: Vec<AttributeKey>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum LoadingKind {
    #[default]
    All,
    Partial,
    PartialWithLock,
    AllWithLock,
    None,
}

impl LoadingPolicy {
    /// The keys that nobody else may hold during the call.
    pub fn locked_keys(&self) -> &[AttributeKey] {
        match self.kind {
            LoadingKind::PartialWithLock | LoadingKind::AllWithLock => &self.locking_keys,
            LoadingKind::All | LoadingKind::Partial | LoadingKind::None => &[],
        }
    }

    /// Whether the policy is of a locking kind, even if it names no key.
    pub fn is_locking(&self) -> bool {
        matches!(
            self.kind,
            LoadingKind::PartialWithLock | LoadingKind::AllWithLock
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    #[test]
    fn the_back_off_doubles_up_to_its_maximum() {
        let policy = RetryPolicy::default();
        let gaps: Vec<i64> = (1..10)
            .map(|failed| {
                policy
                    .next_attempt(failed, at(0), None, at(50))
                    .unwrap()
                    .seconds()
                    - 50
            })
            .collect();
        assert_eq!(gaps, [1, 2, 4, 8, 16, 32, 64, 100, 100]);
    }

    #[test]
    fn attempts_end_with_their_number() {
        let policy = RetryPolicy {
            maximum_attempts: 2,
            ..RetryPolicy::default()
        };
        assert!(policy.next_attempt(1, at(0), None, at(0)).is_some());
        assert_eq!(policy.next_attempt(2, at(0), None, at(0)), None);
    }

    #[test]
    fn attempts_end_at_once_when_the_next_would_come_too_late() {
        let policy = RetryPolicy {
            maximum_duration_seconds: 3,
            ..RetryPolicy::default()
        };
        assert_eq!(policy.next_attempt(1, at(0), None, at(0)), Some(at(1)));
        assert_eq!(policy.next_attempt(2, at(0), None, at(1)), Some(at(3)));
        assert_eq!(policy.next_attempt(2, at(0), None, at(2)), None);
    }

    #[test]
    fn the_deadline_of_the_workflow_bounds_the_attempts() {
        let policy = RetryPolicy::default();
        assert_eq!(policy.next_attempt(4, at(0), Some(at(12)), at(7)), None);
        assert_eq!(
            policy.next_attempt(3, at(0), Some(at(12)), at(3)),
            Some(at(7))
        );
    }

    #[test]
    fn odd_numbers_do_not_break_the_back_off() {
        let policy = RetryPolicy {
            initial_interval_seconds: u32::MAX,
            backoff_coefficient: f64::NAN,
            maximum_interval_seconds: 0,
            ..RetryPolicy::default()
        };
        assert_eq!(
            policy.next_attempt(u32::MAX, at(0), None, at(0)),
            Some(at(1))
        );
    }
}
