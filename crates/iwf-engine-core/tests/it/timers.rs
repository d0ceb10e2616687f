//! Timers: when they fire, and how they are skipped.

use iwf_engine_core::{Event, Rejection, StateExecutionId, TimerChoice, Timestamp, WaitFor};

use crate::world::{World, to, wait_timers};

fn skip(world: &mut World, execution: &str, choice: TimerChoice) -> Result<(), Rejection> {
    let execution = StateExecutionId::parse(execution);
    world.event(Event::TimerSkipped { execution, choice })
}

fn id(id: &str) -> TimerChoice {
    TimerChoice::Id(id.into())
}

#[test]
fn a_timer_fires_at_its_time_and_not_before() {
    let mut world = World::with(vec![to("A")]);
    world.at(100);
    world.wait_until("A-1", wait_timers(WaitFor::All, &[60], false));
    // The millisecond in which it was set had begun already.
    assert_eq!(world.run.due_at(), Some(Timestamp(160_001)));
    world.at_millis(160_000);
    assert!(!world.is_executing("A-1"));
    world.at_millis(160_001);
    assert!(world.is_executing("A-1"));
    assert_eq!(world.run.due_at(), None);
}

#[test]
fn a_timer_of_no_or_negative_time_is_due_at_once() {
    for seconds in [0, -5, i64::MIN] {
        let mut world = World::with(vec![to("A")]);
        world.wait_until("A-1", wait_timers(WaitFor::All, &[seconds], false));
        assert!(world.is_executing("A-1"), "{seconds}");
    }
}

#[test]
fn a_timer_in_the_far_future_waits() {
    let mut world = World::with(vec![to("A")]);
    world.wait_until("A-1", wait_timers(WaitFor::All, &[i64::MAX], false));
    world.at(400 * 365 * 86_400);
    assert!(!world.is_executing("A-1"));
}

#[test]
fn the_earliest_of_any_decides() {
    let mut world = World::with(vec![to("A")]);
    world.wait_until("A-1", wait_timers(WaitFor::Any, &[60, 5], true));
    assert_eq!(world.run.due_at(), Some(Timestamp(5001)));
    world.at(6);
    assert!(world.is_executing("A-1"));
    assert_eq!(world.received("A-1"), [None]);
}

#[test]
fn skipping() {
    let mut world = World::with(vec![to("A")]);
    world.wait_until("A-1", wait_timers(WaitFor::All, &[60, 70], false));
    for (execution, choice) in [
        ("A-1", id("t99")),
        ("A-1", TimerChoice::Index(2)),
        ("A-1", TimerChoice::Index(-1)),
        ("A-2", TimerChoice::Index(0)),
        ("", TimerChoice::Index(0)),
    ] {
        assert_eq!(
            skip(&mut world, execution, choice),
            Err(Rejection::NoSuchTimer)
        );
    }
    assert_eq!(skip(&mut world, "A-1", id("t60")), Ok(()));
    assert_eq!(
        skip(&mut world, "A-1", id("t60")),
        Ok(()),
        "again by id has no effect"
    );
    assert_eq!(
        skip(&mut world, "A-1", TimerChoice::Index(0)),
        Err(Rejection::NoSuchTimer)
    );
    assert!(!world.is_executing("A-1"));
    assert_eq!(skip(&mut world, "A-1", TimerChoice::Index(1)), Ok(()));
    assert!(world.is_executing("A-1"));
    assert_eq!(
        skip(&mut world, "A-1", id("t60")),
        Err(Rejection::NoSuchTimer)
    );
}
