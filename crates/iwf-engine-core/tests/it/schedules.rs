//! Schedules that come round, in time, late, and while their last run is still open.

use iwf_engine_core::{RetryPolicy, Schedule, Timestamp, WorkflowRetry};

use crate::world::start;

/// Every ten seconds, next at this second.
fn schedule(next_at: i64) -> Schedule {
    Schedule {
        workflow_id: "s".into(),
        expression: "every ten seconds".to_owned(),
        start: start(),
        next_at: Some(Timestamp::from_seconds(next_at)),
        last_at: None,
    }
}

/// When a run is started, and the next instant, for a schedule that comes round at `now`.
fn come_round(next_at: i64, now: i64, last_is_open: bool) -> (Option<i64>, Option<i64>) {
    let every_ten = |after: Timestamp| {
        let passed = after.seconds().div_euclid(10);
        Some(Timestamp::from_seconds((passed + 1) * 10))
    };
    let now = Timestamp::from_seconds(now);
    let (after, started) = schedule(next_at).come_round(now, last_is_open, every_ten);
    assert_eq!(after.last_at, started);
    (
        started.map(Timestamp::seconds),
        after.next_at.map(Timestamp::seconds),
    )
}

#[test]
fn a_run_starts_when_its_time_has_come() {
    assert_eq!(come_round(10, 9, false), (None, Some(10)));
    assert_eq!(come_round(10, 10, false), (Some(10), Some(20)));
}

#[test]
fn an_open_run_makes_its_schedule_skip() {
    assert_eq!(come_round(10, 10, true), (None, Some(20)));
}

#[test]
fn what_was_missed_is_made_up_for_once() {
    assert_eq!(come_round(10, 95, false), (Some(10), Some(100)));
    let year = Schedule::CATCH_UP_SECONDS;
    assert_eq!(
        come_round(10, year + 1000, false),
        (Some(1010), Some(year + 1010))
    );
}

#[test]
fn a_schedule_may_end() {
    let now = Timestamp::from_seconds(10);
    let (after, started) = schedule(10).come_round(now, false, |_| None);
    assert_eq!((started, after.next_at), (Some(now), None));
    let (after, started) = after.come_round(now, false, |_| None);
    assert_eq!((started, after.next_at), (None, None));
}

#[test]
fn the_deadline_moves_along_and_a_delay_is_dropped() {
    let mut start = start();
    start.settings.deadline = Some(Timestamp::from_seconds(60));
    start.starts_at = Some(Timestamp::from_seconds(5));
    start.settings.retry = Some(Box::new(WorkflowRetry {
        policy: RetryPolicy::default(),
        attempt: 1,
        first_started_at: Timestamp(0),
        movement: None,
        data_attributes: vec![],
        search_attributes: vec![],
        config: start.config,
    }));
    let now = Timestamp::from_seconds(100);
    let begun = start.begun_at(now);
    assert_eq!(begun.settings.started_at, now);
    assert_eq!(begun.settings.deadline, Some(Timestamp::from_seconds(160)));
    assert_eq!(begun.settings.retry.unwrap().first_started_at, now);
    assert_eq!(begun.starts_at, None);
}
