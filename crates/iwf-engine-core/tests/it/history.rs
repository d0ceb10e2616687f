//! Histories: replayed whole, gone back in, and gone on from.

use iwf_engine_core::{
    AttributeWrites, Base, CallState, CloseKind, DataAttribute, Event, NoWayBack, Publication,
    Reapply, ResetPoint, Rewound, RpcAnswer, RpcId, Run, RunId, Settings, Snapshot, Status,
    StopKind, TimerChoice, Timestamp, Unreplayable, WaitFor, rewind, step,
};

use crate::world::{
    World, attempts, close, go, payload, skip_to, start, to, wait, wait_timers, with_options,
};

const ALL: Reapply = Reapply {
    signals: true,
    updates: true,
};

/// A at 0 s, which goes to B at 10 s, which completes at 20 s; each with waitUntil.
fn two_states() -> World {
    let mut world = World::new(iwf_engine_core::Start {
        movement: Some(to("A")),
        ..start()
    });
    world.wait_until("A-1", wait(WaitFor::All, &[]));
    world.at(10).execute("A-1", go(to("B")));
    world.wait_until("B-1", wait(WaitFor::All, &[]));
    world
        .at(20)
        .execute("B-1", close(CloseKind::ForceComplete, Some("out")));
    assert_eq!(world.status(), Status::Completed);
    world
}

fn back(world: &World, point: &ResetPoint) -> Result<Rewound, NoWayBack> {
    rewind(world.history(), point, ALL)
}

/// The run that goes on at 100 s from where `rewound` leads.
fn go_on(rewound: &Rewound) -> World {
    let now = Timestamp::from_seconds(100);
    let (run, reset) = rewound.go_on(RunId(8), now, None);
    let mut world = World {
        run,
        now,
        writes: vec![],
        effects: vec![],
        recorded: rewound.kept.clone(),
        noted: rewound.run.rpc_in_progress(),
    };
    world.event(reset).unwrap();
    for event in rewound.again.iter().cloned() {
        world.event(event).unwrap();
    }
    world
}

#[test]
fn a_whole_history_makes_the_same_run() {
    let world = two_states();
    assert_eq!(world.history().replay(), Ok(world.run));
}

#[test]
fn points_are_where_the_table_says() {
    let world = two_states();
    // 1 started, 2 and 3 of A-1, 4 and 5 of B-1.
    let check = |point, kept: Result<usize, NoWayBack>| {
        let found = back(&world, &point);
        let last_numbers = found.as_ref().map(|rewound| rewound.last_number);
        assert!(last_numbers.is_err() || last_numbers == Ok(5), "{point:?}");
        assert_eq!(found.map(|rewound| rewound.kept.len()), kept, "{point:?}");
    };
    let execution =
        |id| ResetPoint::StateExecution(iwf_engine_core::StateExecutionId::parse(id).unwrap());
    let seconds = |seconds| ResetPoint::Time(Timestamp::from_seconds(seconds));
    check(ResetPoint::Beginning, Ok(1));
    check(ResetPoint::State("A".into()), Ok(1));
    check(ResetPoint::State("B".into()), Ok(3));
    check(ResetPoint::State("C".into()), Err(NoWayBack::NoSuchPoint));
    check(execution("B-1"), Ok(3));
    check(execution("B-2"), Err(NoWayBack::NoSuchPoint));
    check(ResetPoint::Event(1), Err(NoWayBack::NoSuchPoint));
    check(ResetPoint::Event(2), Ok(1));
    check(ResetPoint::Event(5), Ok(4));
    check(ResetPoint::Event(6), Err(NoWayBack::NoSuchPoint));
    check(seconds(-5), Ok(1));
    check(seconds(0), Ok(1));
    check(seconds(1), Ok(2));
    check(seconds(10), Ok(2));
    check(seconds(11), Ok(4));
    check(seconds(20), Ok(4));
    check(seconds(21), Err(NoWayBack::NoSuchPoint));
}

#[test]
fn nothing_but_the_start_can_be_gone_back_to_as_well() {
    let world = World::new(start());
    let early = ResetPoint::Time(Timestamp::from_seconds(-1));
    assert_eq!(back(&world, &early).unwrap().kept.len(), 1);
    assert_eq!(back(&world, &ResetPoint::Beginning).unwrap().kept.len(), 1);
}

#[test]
fn a_state_that_is_done_again_keeps_its_execution_id() {
    let rewound = back(&two_states(), &ResetPoint::State("B".into())).unwrap();
    let mut world = go_on(&rewound);
    assert_eq!(world.run.id, RunId(8));
    assert_eq!(world.run.settings.first_run_id, RunId(7));
    world.wait_until("B-1", wait(WaitFor::All, &[]));
    world.execute("B-1", close(CloseKind::Graceful, Some("again")));
    assert_eq!(world.outputs(), ["B-1 again"]);
    // And once more, from the history of the new run.
    let rewound = back(&world, &ResetPoint::State("B".into())).unwrap();
    assert_eq!(rewound.kept.len(), 3);
    let rewound = back(&world, &ResetPoint::Beginning).unwrap();
    assert_eq!(go_on(&rewound).call("A-1").attempt, 1);
}

#[test]
fn a_call_that_is_made_again_begins_with_its_first_attempt() {
    let mut world = World::with(vec![
        skip_to("A"),
        with_options("B", {
            let mut options = iwf_engine_core::StateOptions {
                skip_wait_until: true,
                ..Default::default()
            };
            options.execute = attempts(1);
            options
        }),
    ]);
    world.fail("A-1");
    world.event(Event::CallClaimed(world.call("B-1"))).unwrap();
    world.signal("c", "s");
    assert_ne!(world.call_state("A-1"), CallState::Due);
    assert_eq!(world.call_state("B-1"), CallState::Claimed);
    let rewound = back(&world, &ResetPoint::Event(5)).unwrap();
    let again = go_on(&rewound);
    for execution in ["A-1", "B-1"] {
        assert_eq!(again.call_state(execution), CallState::Due);
        let execution = again.execution(execution);
        let (_, call) = execution.call().unwrap();
        assert_eq!((call.attempt, call.first_attempt_at), (1, again.now));
    }
}

/// A run in which clients did everything they can after its start.
fn written_by_clients() -> World {
    let mut world = World::with(vec![to("A")]);
    world.signal("c", "signalled");
    let value = Some(payload("published"));
    let channel = "c".into();
    world
        .event(Event::Published(vec![Publication { channel, value }]))
        .unwrap();
    let data = vec![DataAttribute {
        key: "k".into(),
        value: Some(payload("set")),
    }];
    let search = vec![];
    world
        .event(Event::AttributesSet(AttributeWrites { search, data }))
        .unwrap();
    let locking = RpcAnswer::new(AttributeWrites::default(), vec![], go(to("L"))).unwrap();
    world
        .event(Event::RpcReturned {
            rpc: Some(RpcId(1)),
            answer: locking,
        })
        .unwrap();
    world.wait_until("A-1", wait_timers(WaitFor::All, &[60], false));
    world
        .event(Event::TimerSkipped {
            execution: Some(world.execution("A-1").id.clone()),
            choice: TimerChoice::Index(0),
        })
        .unwrap();
    assert!(world.is_executing("A-1"));
    world
}

#[test]
fn what_clients_wrote_after_the_point_happens_again() {
    let world = written_by_clients();
    let rewound = back(&world, &ResetPoint::Beginning).unwrap();
    let mut again = go_on(&rewound);
    assert_eq!(again.run.channels, world.run.channels);
    assert_eq!(again.run.data_attributes, world.run.data_attributes);
    // The states that RPCs started are there, in the first call of their own.
    again.call("L-1");
    // The skip is kept until the timer is there.
    again.wait_until("A-1", wait_timers(WaitFor::All, &[60], false));
    assert!(again.is_executing("A-1"));
    assert!(again.run.head.skips.is_empty());
    assert_eq!(again.history().replay(), Ok(again.run));
}

#[test]
fn what_clients_wrote_after_the_point_may_be_left_out() {
    let world = written_by_clients();
    let again = |signals, updates| {
        let reapply = Reapply { signals, updates };
        let rewound = rewind(world.history(), &ResetPoint::Beginning, reapply).unwrap();
        go_on(&rewound).run
    };
    let has_state = |run: &Run, id: &str| {
        let mut executions = run.executions.values();
        executions.any(|execution| execution.id.to_string() == id)
    };
    let without_signals = again(false, true);
    assert!(without_signals.channels.is_empty() && without_signals.data_attributes.is_empty());
    assert!(has_state(&without_signals, "L-1"));
    assert!(without_signals.head.skips.is_empty());
    let without_updates = again(true, false);
    assert!(!without_updates.channels.is_empty());
    assert!(!has_state(&without_updates, "L-1"));
}

#[test]
fn a_stop_does_not_happen_again() {
    let mut world = two_states();
    world = go_on(&back(&world, &ResetPoint::Beginning).unwrap());
    let kind = StopKind::Fail;
    world.event(Event::Stopped { kind, reason: None }).unwrap();
    let again = go_on(&back(&world, &ResetPoint::Beginning).unwrap());
    assert_eq!(again.status(), Status::Running);
}

#[test]
fn a_lock_that_is_gone_is_forgotten() {
    let mut world = World::with(vec![]);
    let lock = |rpc| iwf_engine_core::RpcLock {
        rpc: RpcId(rpc),
        data_keys: vec!["k".into()],
        search_keys: vec![],
    };
    world.event(Event::RpcLocksWanted(lock(1))).unwrap();
    world.signal("c", "while it is held");
    assert_eq!(world.noted, Some(RpcId(1)));
    world.event(Event::RpcForgotten(RpcId(2))).unwrap();
    assert_eq!(world.run.rpc_in_progress(), Some(RpcId(1)));
    world.event(Event::RpcForgotten(RpcId(1))).unwrap();
    assert_eq!(world.run.rpc_in_progress(), None);
    world.event(Event::RpcLocksWanted(lock(3))).unwrap();
    world.signal("c", "while another is held");
    let names: Vec<_> = world.recorded.iter().map(|one| one.event.name()).collect();
    let expected = [
        "started",
        "rpc_locks_wanted",
        "signal_received",
        "rpc_forgotten",
        "rpc_locks_wanted",
        "signal_received",
    ];
    assert_eq!(names[names.len() - 5..], expected[1..]);
    let point = ResetPoint::Event(u64::try_from(names.len()).unwrap());
    let rewound = back(&world, &point).unwrap();
    assert_eq!(rewound.run.rpc_in_progress(), Some(RpcId(3)));
    assert_eq!(go_on(&rewound).run.rpc_in_progress(), None);
}

#[test]
fn a_skip_that_comes_too_late_is_forgotten() {
    let mut world = World::with(vec![to("A")]);
    let skip = |world: &mut World, choice: TimerChoice| {
        let execution = world.execution("A-1").id.clone();
        world
            .event(Event::TimerSkippedEarly { execution, choice })
            .unwrap();
    };
    world.wait_until("A-1", wait_timers(WaitFor::Any, &[60, 70], false));
    skip(&mut world, TimerChoice::Index(9));
    assert!(!world.is_executing("A-1"));
    skip(&mut world, TimerChoice::Id("t70".into()));
    assert!(world.is_executing("A-1"));
    skip(&mut world, TimerChoice::Index(0));
    assert!(world.run.head.skips.is_empty());
}

#[test]
fn a_time_out_counts_anew() {
    let settings = Settings {
        deadline: Some(Timestamp::from_seconds(30)),
        ..start().settings
    };
    let mut world = World::new(iwf_engine_core::Start {
        settings,
        movement: Some(to("A")),
        ..start()
    });
    world.at(30);
    assert_eq!(world.status(), Status::TimedOut);
    let mut world = go_on(&back(&world, &ResetPoint::Beginning).unwrap());
    let deadline = |world: &World| world.run.settings.deadline.map(Timestamp::seconds);
    assert_eq!(deadline(&world), Some(130));
    world.at(129);
    assert_eq!(world.status(), Status::Running);
    world.at(130);
    assert_eq!(world.status(), Status::TimedOut);
    // A copy of a copy still has what the first run was allowed.
    assert_eq!(world.history().replay(), Ok(world.run.clone()));
    let world = go_on(&back(&world, &ResetPoint::Beginning).unwrap());
    assert_eq!(deadline(&world), Some(130));
}

#[test]
fn a_shortened_history_goes_back_as_far_as_it_is_kept() {
    let whole = two_states();
    let mut run = World::new(iwf_engine_core::Start {
        movement: Some(to("A")),
        ..start()
    });
    for recorded in &whole.recorded[1..3] {
        run.now = recorded.at;
        run.event(recorded.event.clone()).unwrap();
    }
    let mut history = whole.history();
    history.events.drain(..3);
    history.base = Some(Base {
        snapshot: Snapshot::of(&run.run),
        number: 3,
        at: Timestamp::from_seconds(10),
    });
    assert_eq!(history.replay(), Ok(whole.run.clone()));
    let check = |point, kept: Result<usize, NoWayBack>| {
        let found = rewind(history.clone(), &point, ALL);
        assert_eq!(found.map(|rewound| rewound.kept.len()), kept, "{point:?}");
    };
    check(ResetPoint::Beginning, Err(NoWayBack::NotKept));
    check(ResetPoint::State("B".into()), Err(NoWayBack::NotKept));
    check(ResetPoint::State("C".into()), Err(NoWayBack::NoSuchPoint));
    check(ResetPoint::Event(3), Err(NoWayBack::NotKept));
    check(ResetPoint::Event(4), Ok(0));
    check(ResetPoint::Event(5), Ok(1));
    let at = |seconds| ResetPoint::Time(Timestamp::from_seconds(seconds));
    check(at(10), Err(NoWayBack::NotKept));
    check(at(11), Ok(1));
}

#[test]
fn what_cannot_be_replayed_is_an_error() {
    let world = two_states();
    let mut history = world.history();
    history.events.remove(0);
    assert_eq!(history.replay(), Err(Unreplayable { number: 1 }));
    history.events.clear();
    assert_eq!(history.replay(), Err(Unreplayable { number: 1 }));
    let mut history = world.history();
    let mut late = history.events[0].clone();
    late.number = 6;
    late.event = Event::SignalReceived {
        channel: "c".into(),
        value: None,
    };
    history.events.push(late);
    assert_eq!(history.replay(), Err(Unreplayable { number: 6 }));
    let found = rewind(history, &ResetPoint::State("C".into()), ALL);
    let number = 6;
    assert_eq!(found, Err(NoWayBack::Unreplayable(Unreplayable { number })));
}

#[test]
fn a_reset_wakes_the_timers_that_became_due_meanwhile() {
    let mut world = World::with(vec![to("A")]);
    world.wait_until("A-1", wait_timers(WaitFor::Any, &[60], true));
    world.signal("s", "now");
    assert!(world.is_executing("A-1"));
    let reapply = Reapply {
        signals: false,
        updates: false,
    };
    let rewound = rewind(world.history(), &ResetPoint::Event(4), reapply).unwrap();
    assert!(
        rewound
            .run
            .executions
            .values()
            .all(|execution| execution.waiting().is_some())
    );
    let (run, reset) = rewound.go_on(RunId(8), Timestamp::from_seconds(59), None);
    let transition = step(&run, Timestamp::from_seconds(59), reset.clone()).unwrap();
    assert!(transition.effects.is_empty());
    let transition = step(&run, Timestamp::from_seconds(61), reset).unwrap();
    assert_eq!(transition.effects.len(), 1);
}

/// Histories are kept for long: whoever changes one of these changes the stored format.
#[test]
fn the_stored_form_of_an_event_stays() {
    let check = |event: &Event, expected: &[u8]| {
        let bytes = postcard::to_stdvec(event).unwrap();
        assert_eq!(bytes, expected, "{}", event.name());
        assert_eq!(&postcard::from_bytes::<Event>(&bytes).unwrap(), event);
    };
    let call = iwf_engine_core::CallId {
        slot: iwf_engine_core::Slot(1),
        serial: iwf_engine_core::Serial(2),
        api: iwf_engine_core::Api::Execute,
        attempt: 3,
    };
    let id = iwf_engine_core::StateExecutionId {
        state_id: "S".into(),
        number: 4,
    };
    let (channel, value) = ("c".into(), Some(payload("p")));
    check(
        &Event::SignalReceived { channel, value },
        &[1, 1, b'c', 1, 0, 1, 1, b'p', 0],
    );
    check(&Event::CallClaimed(call), &[6, 1, 2, 1, 3]);
    check(&Event::TimeReached, &[8]);
    check(&Event::RpcEnded(RpcId(5)), &[11, 5]);
    check(&Event::ConfigUpdated(None), &[15, 0]);
    check(
        &Event::TimerSkippedEarly {
            execution: id,
            choice: TimerChoice::Index(1),
        },
        &[17, 1, b'S', 4, 1, 2],
    );
    check(&Event::RpcForgotten(RpcId(5)), &[18, 5]);
    let decision = iwf_engine_core::Decision::new(close(CloseKind::Graceful, None), None);
    let answer = iwf_engine_core::ExecuteAnswer {
        attributes: AttributeWrites::default(),
        publications: vec![],
        decision: decision.unwrap(),
    };
    check(
        &Event::ExecuteReturned { call, answer },
        &[4, 1, 2, 1, 3, 0, 0, 0, 1, 1, 0, 0, 0],
    );
}
