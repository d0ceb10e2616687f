//! Attempts, claims, giving up and what comes after.

use iwf_engine_core::{
    Api, AttributeWrites, CallState, Decision, Effect, ErrorType, Event, ExecuteAnswer, Phase,
    ProceedTo, Results, StateOptions, Status, Timestamp, WaitFor, WaitUntilAnswer, pending,
};

use crate::world::{World, attempts, dead_end, failed, skip_to, start, to, wait, with_options};

fn once() -> StateOptions {
    StateOptions {
        skip_wait_until: true,
        execute: attempts(1),
        ..StateOptions::default()
    }
}

#[test]
fn a_failed_attempt_is_made_again_after_its_back_off() {
    let mut world = World::with(vec![skip_to("A")]);
    world.fail("A-1");
    assert_eq!(
        world.call_state("A-1"),
        CallState::BackingOff {
            until: Timestamp::from_seconds(1)
        }
    );
    assert!(pending(&world.run).calls.is_empty());
    world.at(0);
    assert!(world.effects.is_empty(), "not before its time");
    world.at(1);
    let call = world.call("A-1");
    assert_eq!(call.attempt, 2);
    assert_eq!(world.effects, [Effect::Call(call)]);
    assert_eq!(
        world.execution("A-1").call().unwrap().1.first_attempt_at,
        Timestamp(0)
    );
}

#[test]
fn late_and_doubled_answers_change_nothing() {
    let mut world = World::with(vec![skip_to("A")]);
    let first = world.call("A-1");
    world.fail("A-1");
    let backing_off = world.run.clone();
    world.event(failed(first)).unwrap();
    assert_eq!(world.run, backing_off);
    world.at(1);
    let second = world.run.clone();
    world.event(failed(first)).unwrap();
    assert_eq!(world.run, second);
}

#[test]
fn late_and_doubled_answers_of_other_kinds_change_nothing_either() {
    let mut world = World::with(vec![to("A")]);
    let wait_until = Event::WaitUntilReturned {
        call: world.call("A-1"),
        answer: WaitUntilAnswer {
            attributes: AttributeWrites::default(),
            publications: vec![],
            locals: vec![],
            commands: wait(WaitFor::Any, &[]),
        },
    };
    world.event(wait_until.clone()).unwrap();
    let execute = Event::ExecuteReturned {
        call: world.call("A-1"),
        answer: ExecuteAnswer {
            attributes: AttributeWrites::default(),
            publications: vec![],
            decision: Decision::new(dead_end(), None).unwrap(),
        },
    };
    let in_execute = world.run.clone();
    world.event(wait_until).unwrap();
    assert_eq!(world.run, in_execute);
    world.event(execute.clone()).unwrap();
    let done = world.run.clone();
    world.event(execute).unwrap();
    assert_eq!(world.run, done);
}

#[test]
fn an_answer_of_an_earlier_execution_in_the_same_slot_is_late() {
    let mut world = World::with(vec![skip_to("A")]);
    let old = world.call("A-1");
    world.execute("A-1", crate::world::go(skip_to("A")));
    assert_eq!(world.call("A-2").slot, old.slot);
    let before = world.run.clone();
    world.event(failed(old)).unwrap();
    assert_eq!(world.run, before);
}

#[test]
fn giving_up_fails_the_workflow() {
    let mut world = World::with(vec![with_options("A", once())]);
    world.fail("A-1");
    let outcome = world.run.head.outcome.clone().unwrap();
    assert_eq!(world.status(), Status::Failed);
    assert_eq!(outcome.error_type, Some(ErrorType::StateApi));
    assert_eq!(outcome.error_message.as_deref(), Some("broken"));
}

#[test]
fn wait_until_may_give_up_and_go_on() {
    let options = StateOptions {
        wait_until: attempts(1),
        proceed_after_wait_until_failure: true,
        ..StateOptions::default()
    };
    let mut world = World::with(vec![with_options("A", options)]);
    world.fail("A-1");
    let execution = world.execution("A-1");
    assert!(matches!(
        &execution.phase,
        Phase::Execute {
            results: Results::Failed,
            ..
        }
    ));
    assert_eq!(
        (world.call("A-1").api, world.call("A-1").attempt),
        (Api::Execute, 1)
    );
}

#[test]
fn another_state_may_take_over_from_execute() {
    let proceed = ProceedTo {
        state_id: "R".into(),
        options: None,
    };
    let options = StateOptions {
        proceed_after_execute_failure: Some(Box::new(proceed)),
        ..once()
    };
    let mut movement = with_options("A", options);
    movement.input = Some(crate::world::payload("in"));
    let mut world = World::with(vec![movement]);
    world.fail("A-1");
    assert_eq!(world.run.executions.len(), 1);
    assert_eq!(
        world.execution("R-1").input,
        Some(crate::world::payload("in"))
    );
}

#[test]
fn the_last_attempt_is_the_one_before_the_deadline() {
    let mut bounded = start();
    bounded.settings.deadline = Some(Timestamp::from_seconds(12));
    bounded.movement = Some(skip_to("A"));
    let mut world = World::new(bounded);
    for next in [1, 3, 7] {
        world.fail("A-1");
        world.at(next);
    }
    world.fail("A-1");
    assert_eq!(
        world.run.head.outcome.clone().unwrap().error_type,
        Some(ErrorType::StateApi)
    );
}

#[test]
fn a_call_with_one_attempt_is_claimed_before_it_is_made() {
    let mut world = World::with(vec![with_options("A", once())]);
    let call = world.call("A-1");
    assert_eq!(pending(&world.run).calls, [call]);
    world.event(Event::CallClaimed(call)).unwrap();
    assert_eq!(world.effects, [Effect::Dispatch(call)]);
    assert_eq!(world.call_state("A-1"), CallState::Claimed);
    let owed = pending(&world.run);
    assert!(owed.calls.is_empty(), "it must never be made again");
    assert_eq!(owed.claimed, [call]);
    world.event(Event::CallClaimed(call)).unwrap();
    assert!(
        world.effects.is_empty(),
        "a second claim makes no second call"
    );
}

#[test]
fn a_claimed_call_can_be_handed_back() {
    let mut world = World::with(vec![with_options("A", once())]);
    let call = world.call("A-1");
    world.event(Event::CallClaimed(call)).unwrap();
    world.event(Event::CallHandedBack(call)).unwrap();
    assert_eq!(pending(&world.run).calls, [call]);
    let before = world.run.clone();
    world.event(Event::CallHandedBack(call)).unwrap();
    assert_eq!(world.run, before);
}

#[test]
fn a_call_that_may_be_repeated_needs_no_claim() {
    let mut world = World::with(vec![skip_to("A")]);
    let call = world.call("A-1");
    let before = world.run.clone();
    world.event(Event::CallClaimed(call)).unwrap();
    assert_eq!(world.effects, [Effect::Dispatch(call)]);
    assert_eq!(world.run, before);
}

#[test]
fn execution_ids_count_per_state_and_slots_are_used_again() {
    let mut world = World::with(vec![skip_to("A"), skip_to("B"), to("A")]);
    world.execute("A-1", dead_end());
    world.execute("B-1", crate::world::go(skip_to("A")));
    assert_eq!(world.execution("A-3").slot.0, 0);
    assert_eq!(world.execution("A-2").slot.0, 2);
}
