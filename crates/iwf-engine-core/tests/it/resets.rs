//! What a run does that goes on from a point of another run's history.

use std::sync::Arc;

use iwf_engine_core::{
    Api, CallState, Event, Rejection, Reset, RunId, StateExecutionId, StopKind, TimerChoice,
    Timestamp, WaitFor,
};

use crate::locks::{is_waiting, lock, locking};
use crate::world::{World, dead_end, skip_to, to, wait_timers};

fn reset(world: &mut World) {
    let reset = Reset {
        base: RunId(1),
        reason: None,
        deadline_before: None,
    };
    world.event(Event::Reset(reset)).unwrap();
}

fn skip_again(world: &mut World, execution: &str) -> Result<(), Rejection> {
    world.event(Event::TimerSkippedEarly {
        execution: StateExecutionId::parse(execution).unwrap(),
        choice: TimerChoice::Index(0),
    })
}

#[test]
fn calls_are_made_again_from_the_first_attempt() {
    let mut world = World::with(vec![skip_to("A")]);
    world.fail("A-1");
    world.now = Timestamp::from_seconds(100);
    reset(&mut world);
    let execution = world.execution("A-1");
    let (api, call) = execution.call().unwrap();
    assert_eq!((api, call.attempt), (Api::Execute, 1));
    assert_eq!(call.state, CallState::Due);
    assert_eq!(call.first_attempt_at, world.now);
}

#[test]
fn locks_of_rpcs_of_the_other_run_are_free() {
    let mut world = World::with(vec![]);
    world.event(lock(1, &["n"])).unwrap();
    world.rpc(vec![locking("A", &["n"])]);
    world.run.rpc_lock = None;
    reset(&mut world);
    assert!(!is_waiting(&world, "A-1"));
}

#[test]
fn a_timer_that_became_due_meanwhile_fires() {
    let mut world = World::with(vec![to("A")]);
    world.wait_until("A-1", wait_timers(WaitFor::All, &[60, 600], false));
    let waiting = world.run.clone();
    reset(&mut world);
    assert_eq!(world.run, waiting, "nothing is due yet");
    world.now = Timestamp::from_seconds(100);
    reset(&mut world);
    let execution = world.execution("A-1");
    let fired = execution.waiting().unwrap().timers.iter();
    assert_eq!(
        fired.map(|timer| timer.fired).collect::<Vec<_>>(),
        [true, false]
    );
}

#[test]
fn a_skip_waits_for_its_timer() {
    let mut world = World::with(vec![to("A")]);
    // In waitUntil, and not even started.
    skip_again(&mut world, "A-1").unwrap();
    skip_again(&mut world, "A-2").unwrap();
    for execution in ["A-1", "A-2"] {
        if execution == "A-2" {
            world.rpc(vec![to("A")]);
        }
        world.wait_until(execution, wait_timers(WaitFor::All, &[60], false));
        assert!(world.is_executing(execution), "{execution}");
    }
}

#[test]
fn a_skip_finds_its_timer_or_comes_too_late() {
    let mut world = World::with(vec![to("A")]);
    world.wait_until("A-1", wait_timers(WaitFor::All, &[60, 600], false));
    skip_again(&mut world, "A-1").unwrap();
    let skipped = Arc::clone(&world.execution("A-1"));
    assert!(skipped.waiting().unwrap().timers[0].fired);
    // Again, then while it executes, then when it is done.
    skip_again(&mut world, "A-1").unwrap();
    assert_eq!(world.execution("A-1"), skipped);
    world.at(601);
    for _ in 0..2 {
        let before = world.run.clone();
        skip_again(&mut world, "A-1").unwrap();
        assert_eq!(world.run, before);
        if !world.run.executions.is_empty() {
            world.execute("A-1", dead_end());
        }
    }
    let (kind, reason) = (StopKind::Cancel, None);
    world.event(Event::Stopped { kind, reason }).unwrap();
    assert_eq!(skip_again(&mut world, "A-1"), Err(Rejection::NotRunning));
}
