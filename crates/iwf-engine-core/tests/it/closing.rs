//! Decisions, and the ways a run ends.

use iwf_engine_core::{
    Closable, CloseKind, ConditionalClose, Decision, Effect, ErrorType, Event, Movement, Rejection,
    RetryPolicy, Status, StopKind, Timestamp, WaitFor, WorkflowRetry, Write,
};

use crate::locks::lock;
use crate::world::{
    World, close, dead_end, go, internal, payload, signal, skip_to, start, to, wait,
};

fn error_type(world: &World) -> Option<ErrorType> {
    world
        .run
        .head
        .outcome
        .as_ref()
        .and_then(|outcome| outcome.error_type)
}

#[test]
fn graceful_completion_waits_for_the_others_and_those_they_start() {
    let mut world = World::with(vec![skip_to("A"), skip_to("B")]);
    world.execute("A-1", close(CloseKind::Graceful, Some("a")));
    assert_eq!(world.status(), Status::Running);
    world.execute("B-1", go(skip_to("C")));
    assert_eq!(world.status(), Status::Running);
    world.execute("C-1", close(CloseKind::Graceful, Some("c")));
    assert_eq!(world.status(), Status::Completed);
    assert_eq!(world.outputs(), ["A-1 a", "C-1 c"]);
    assert_eq!(world.effects, [Effect::Closed]);
}

#[test]
fn graceful_then_dead_end_completes() {
    let mut world = World::with(vec![skip_to("A"), skip_to("B")]);
    world.execute("A-1", close(CloseKind::Graceful, Some("a")));
    world.execute("B-1", dead_end());
    assert_eq!(world.status(), Status::Completed);
}

#[test]
fn dead_ends_leave_the_run_open_for_an_rpc() {
    let mut world = World::with(vec![skip_to("A")]);
    world.execute("A-1", dead_end());
    assert_eq!(world.status(), Status::Running);
    world.rpc(vec![skip_to("A")]);
    assert!(world.is_executing("A-2"));
}

#[test]
fn forced_ends_come_at_once_and_keep_outputs() {
    for (kind, status, error) in [
        (CloseKind::ForceComplete, Status::Completed, None),
        (
            CloseKind::ForceFail,
            Status::Failed,
            Some(ErrorType::StateDecision),
        ),
    ] {
        let mut world = World::with(vec![skip_to("A"), skip_to("B"), skip_to("C")]);
        world.execute("A-1", close(CloseKind::Graceful, Some("a")));
        let late = world.call("C-1");
        world.execute("B-1", close(kind, Some("b")));
        assert_eq!((world.status(), error_type(&world)), (status, error));
        assert_eq!(world.outputs(), ["A-1 a", "B-1 b"]);
        assert!(world.run.executions.is_empty());
        let before = world.run.clone();
        world.event(crate::world::failed(late)).unwrap();
        assert_eq!(world.run, before);
    }
}

#[test]
fn a_close_beside_another_movement_is_the_users_mistake() {
    let mut world = World::with(vec![skip_to("A")]);
    let mut movements = go(to("B"));
    movements.extend(dead_end());
    world.execute("A-1", movements);
    assert_eq!(error_type(&world), Some(ErrorType::InvalidUserCode));
}

#[test]
fn a_conditional_close_looks_after_its_own_messages() {
    let decision = |movements: Vec<Movement>| {
        let when_empty = Closable::Channel(internal("c"));
        let output = Some(payload("closed"));
        Decision::new(movements, Some(ConditionalClose { when_empty, output })).unwrap()
    };
    let mut world = World::with(vec![skip_to("A")]);
    world.execute_publishing("A-1", &["c"], decision(go(skip_to("B"))));
    assert!(world.is_executing("B-1"));
    world.execute_publishing("B-1", &[], decision(go(to("C"))));
    assert!(!world.is_executing("C-1"));
    // A waiting command takes the message, and then the channel is empty.
    world.wait_until("C-1", wait(WaitFor::All, &[internal("c")]));
    world.execute_publishing("C-1", &[], decision(dead_end()));
    assert_eq!(
        (world.status(), world.outputs()),
        (Status::Completed, vec!["C-1 closed".to_owned()])
    );
}

#[test]
fn an_unmet_condition_must_not_close() {
    let mut world = World::with(vec![skip_to("A")]);
    let when_empty = Closable::Channel(internal("c"));
    let decision = Decision::new(
        dead_end(),
        Some(ConditionalClose {
            when_empty,
            output: None,
        }),
    )
    .unwrap();
    world.execute_publishing("A-1", &["c"], decision);
    assert_eq!(error_type(&world), Some(ErrorType::InvalidUserCode));
}

#[test]
fn stopping() {
    for (kind, status, error) in [
        (StopKind::Cancel, Status::Canceled, None),
        (StopKind::Terminate, Status::Terminated, None),
        (StopKind::Fail, Status::Failed, Some(ErrorType::ClientApi)),
    ] {
        let mut world = World::with(vec![to("A")]);
        world.signal("c", "lost with the run");
        world
            .event(Event::Stopped {
                kind,
                reason: Some("why".into()),
            })
            .unwrap();
        assert_eq!((world.status(), error_type(&world)), (status, error));
        assert!(world.run.channels.is_empty());
        let again = world.event(Event::Stopped { kind, reason: None });
        assert_eq!(
            again,
            if kind == StopKind::Cancel {
                Ok(())
            } else {
                Err(Rejection::NotRunning)
            }
        );
    }
}

#[test]
fn a_closed_run_takes_nothing_from_outside() {
    let mut world = World::with(vec![]);
    world
        .event(Event::Stopped {
            kind: StopKind::Cancel,
            reason: None,
        })
        .unwrap();
    for event in [
        Event::SignalReceived {
            channel: "c".into(),
            value: None,
        },
        Event::Published(vec![]),
        Event::AttributesSet(iwf_engine_core::AttributeWrites::default()),
        Event::ConfigUpdated(None),
        Event::RpcReturned {
            rpc: None,
            answer: iwf_engine_core::RpcAnswer::default(),
        },
        lock(1, &["n"]),
    ] {
        assert_eq!(world.event(event), Err(Rejection::NotRunning));
    }
    // A timer that was set before is late.
    let closed = world.run.clone();
    world.at(1);
    assert_eq!(world.run, closed);
}

#[test]
fn a_failed_run_begins_again_under_a_retry_policy() {
    let mut first = start();
    first.movement = Some(skip_to("A"));
    first.settings.retry = Some(Box::new(WorkflowRetry {
        policy: RetryPolicy {
            maximum_attempts: 2,
            ..RetryPolicy::default()
        },
        attempt: 1,
        first_started_at: Timestamp(0),
        movement: first.movement.clone(),
        data_attributes: vec![],
        search_attributes: vec![],
        config: first.config,
    }));
    let mut world = World::new(first);
    world.signal("c", "not handed on");
    world.execute("A-1", close(CloseKind::ForceFail, None));
    assert!(
        world.effects.is_empty(),
        "nobody is told of an end that is none"
    );
    let starts_at = Timestamp::from_seconds(1);
    assert!(world.writes.contains(&Write::SuccessorStarts(starts_at)));
    let next = world
        .run
        .successor(iwf_engine_core::RunId(8), starts_at)
        .unwrap();

    let mut world = World::new(next);
    assert!(world.run.executions.is_empty());
    world.at(1);
    world.execute("A-1", close(CloseKind::ForceFail, None));
    assert_eq!(world.effects, [Effect::Closed]);
    assert_eq!(world.status(), Status::Failed);
}

#[test]
fn a_start_delay_holds_everything_back_but_the_end() {
    let mut delayed = start();
    delayed.movement = Some(to("A"));
    delayed.starts_at = Some(Timestamp::from_seconds(3));
    let mut world = World::new(delayed.clone());
    world.signal("c", "1");
    world.rpc(vec![to("B")]);
    world.at(2);
    assert!(world.run.executions.is_empty());
    assert_eq!(world.run.due_at(), Some(Timestamp::from_seconds(3)));
    world.at(3);
    assert_eq!(world.run.executions.len(), 2);
    world.wait_until("A-1", wait(WaitFor::All, &[signal("c")]));
    assert!(world.is_executing("A-1"));

    let mut world = World::new(delayed);
    world
        .event(Event::Stopped {
            kind: StopKind::Terminate,
            reason: None,
        })
        .unwrap();
    assert_eq!(world.run.due_at(), None);
}

#[test]
fn a_run_times_out_at_its_deadline() {
    let mut bounded = start();
    bounded.settings.deadline = Some(Timestamp::from_seconds(10));
    let mut world = World::new(bounded);
    world.at(9);
    assert_eq!(world.status(), Status::Running);
    world.at(10);
    assert_eq!(world.status(), Status::TimedOut);
}
