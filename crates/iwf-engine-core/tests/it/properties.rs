//! What holds whatever happens in whatever order.

use std::collections::BTreeSet;

use iwf_engine_core::{
    ApiOptions, AttributeWrites, CallId, CallState, Channels, CloseKind, Decision, Event,
    ExecuteAnswer, Head, LoadingKind, LoadingPolicy, Movement, Payload, Phase, Publication,
    Reapply, ResetPoint, Results, RpcAnswer, RpcId, RpcLock, Run, RunId, StateExecution,
    StateMovement, StateOptions, StopKind, TimerChoice, Timestamp, WaitFor, WaitUntilAnswer,
    pending, rewind, step,
};
use proptest::prelude::*;

use crate::world::{World, attempts, close, failed, internal, payload, signal, wait, with_options};

/// Something that happens; which call or timer it is about is chosen when it does.
#[derive(Clone, Debug)]
enum Happening {
    Signal(usize),
    Publish(usize),
    Rpc(Vec<usize>),
    /// A worker answers one of the calls that are owed.
    Answer {
        call: usize,
        how: usize,
        states: Vec<usize>,
    },
    Fail(usize),
    Claim(usize),
    Pass(i64),
    Skip(usize),
    Lock(u64),
    Unlock(u64),
    Stop,
}

fn happening() -> impl Strategy<Value = Happening> {
    let states = || prop::collection::vec(0..5_usize, 0..3);
    prop_oneof![
        4 => (0..3_usize).prop_map(Happening::Signal),
        3 => (0..3_usize).prop_map(Happening::Publish),
        3 => states().prop_map(Happening::Rpc),
        12 => (0..8_usize, 0..7_usize, states())
            .prop_map(|(call, how, states)| Happening::Answer { call, how, states }),
        3 => (0..8_usize).prop_map(Happening::Fail),
        3 => (0..8_usize).prop_map(Happening::Claim),
        3 => (0..5_i64).prop_map(Happening::Pass),
        1 => (0..8_usize).prop_map(Happening::Skip),
        1 => (0..3_u64).prop_map(Happening::Lock),
        1 => (0..3_u64).prop_map(Happening::Unlock),
        1 => Just(Happening::Stop),
    ]
}

fn movement(state: usize) -> StateMovement {
    let lock = LoadingPolicy {
        kind: LoadingKind::AllWithLock,
        partial_keys: vec![],
        locking_keys: vec!["n".into()],
    };
    let locking = ApiOptions::new(None, None, lock, LoadingPolicy::default());
    let options = match state {
        0 => StateOptions::default(),
        1 => StateOptions {
            skip_wait_until: true,
            ..StateOptions::default()
        },
        2 => StateOptions {
            execute: locking,
            ..StateOptions::default()
        },
        3 => StateOptions {
            wait_until: attempts(1),
            proceed_after_wait_until_failure: true,
            ..StateOptions::default()
        },
        _ => StateOptions {
            skip_wait_until: true,
            execute: attempts(1),
            ..StateOptions::default()
        },
    };
    with_options(&format!("S{state}"), options)
}

fn name(channel: usize) -> String {
    format!("c{channel}")
}

fn answer(call: CallId, how: usize, states: &[usize], number: u64) -> Event {
    let publications = vec![Publication {
        channel: name(how % 3).into(),
        value: Some(payload(&format!("m{number}"))),
    }];
    let attributes = AttributeWrites::default();
    if call.api == iwf_engine_core::Api::WaitUntil {
        let channels: Vec<_> = states
            .iter()
            .map(|&channel| {
                if channel % 2 == 0 {
                    signal(&name(channel % 3))
                } else {
                    internal(&name(channel % 3))
                }
            })
            .collect();
        let commands = match how {
            0 | 1 => wait(WaitFor::All, &channels),
            2 | 3 => wait(WaitFor::Any, &channels),
            _ => crate::world::wait_timers(WaitFor::Any, &[i64::try_from(how).unwrap()], true),
        };
        let answer = WaitUntilAnswer {
            attributes,
            publications,
            locals: vec![],
            commands,
        };
        return Event::WaitUntilReturned { call, answer };
    }
    let movements = match (how, states) {
        (5, _) => close(CloseKind::Graceful, Some("out")),
        (6, _) => close(CloseKind::ForceComplete, None),
        (_, []) => close(CloseKind::DeadEnd, None),
        (_, states) => states
            .iter()
            .map(|&state| Movement::State(movement(state)))
            .collect(),
    };
    let decision = Decision::new(movements, None).unwrap();
    let answer = ExecuteAnswer {
        attributes,
        publications,
        decision,
    };
    Event::ExecuteReturned { call, answer }
}

fn owed(run: &Run, choice: usize) -> Option<CallId> {
    let pending = pending(run);
    let calls: Vec<CallId> = pending.calls.into_iter().chain(pending.claimed).collect();
    (!calls.is_empty()).then(|| calls[choice % calls.len()])
}

/// The event for a happening, if it makes sense now. `number` makes every message unique.
fn event(world: &mut World, happening: &Happening, number: u64) -> Option<Event> {
    let value = Some(payload(&format!("m{number}")));
    Some(match happening {
        Happening::Signal(channel) => Event::SignalReceived {
            channel: name(*channel).into(),
            value,
        },
        Happening::Publish(channel) => Event::Published(vec![Publication {
            channel: name(*channel).into(),
            value,
        }]),
        Happening::Rpc(states) => {
            let movements = states
                .iter()
                .map(|&state| Movement::State(movement(state)))
                .collect();
            let answer = RpcAnswer::new(AttributeWrites::default(), vec![], movements).unwrap();
            Event::RpcReturned { rpc: None, answer }
        }
        Happening::Answer { call, how, states } => {
            answer(owed(&world.run, *call)?, *how, states, number)
        }
        Happening::Fail(call) => failed(owed(&world.run, *call)?),
        Happening::Claim(call) => Event::CallClaimed(owed(&world.run, *call)?),
        Happening::Pass(seconds) => {
            world.now = world.now.plus_seconds(*seconds);
            Event::TimeReached
        }
        Happening::Skip(choice) => {
            let executions: Vec<_> = world.run.executions.values().collect();
            let execution = executions.get(choice % executions.len().max(1))?;
            Event::TimerSkipped {
                execution: Some(execution.id.clone()),
                choice: TimerChoice::Index(0),
            }
        }
        Happening::Lock(rpc) => Event::RpcLocksWanted(RpcLock {
            rpc: RpcId(*rpc),
            data_keys: vec!["n".into()],
            search_keys: vec![],
        }),
        Happening::Unlock(rpc) => Event::RpcEnded(RpcId(*rpc)),
        Happening::Stop => Event::Stopped {
            kind: StopKind::Cancel,
            reason: None,
        },
    })
}

/// The messages that executions hold or that still wait, as their unique texts.
fn kept(run: &Run) -> Vec<String> {
    let text = |value: &Option<Payload>| value.as_ref().unwrap().data.clone().unwrap().to_string();
    let mut kept: Vec<String> = run
        .channels
        .messages()
        .map(|(_, message)| text(&message.value))
        .collect();
    for execution in run.executions.values() {
        let commands = match &execution.phase {
            Phase::Waiting(commands)
            | Phase::Execute {
                results: Results::Waited(commands),
                ..
            } => commands,
            Phase::WaitUntil(_) | Phase::Execute { .. } => continue,
        };
        kept.extend(
            commands
                .waiters
                .iter()
                .filter_map(|waiter| waiter.received.as_ref())
                .map(text),
        );
    }
    kept
}

/// What the database keeps: everything but the locks of RPCs.
fn reloaded(run: &Run) -> Run {
    let bytes = postcard::to_stdvec(&run.head).unwrap();
    let head: Head = postcard::from_bytes(&bytes).unwrap();
    let reload = |execution: &std::sync::Arc<StateExecution>| -> StateExecution {
        postcard::from_bytes(&postcard::to_stdvec(&**execution).unwrap()).unwrap()
    };
    let executions = run
        .executions
        .values()
        .map(|execution| (execution.slot, reload(execution).into()));
    Run {
        head,
        executions: executions.collect(),
        rpc_lock: None,
        ..run.clone()
    }
}

fn check(before: &Run, after: &Run, now: Timestamp) {
    // No message is doubled, and what was there before is still there unless its execution ended.
    let kept_after = kept(after);
    let unique: BTreeSet<&String> = kept_after.iter().collect();
    assert_eq!(unique.len(), kept_after.len(), "a message was doubled");

    for lost in kept(before).iter().filter(|text| !unique.contains(text)) {
        let had = |execution: &&std::sync::Arc<StateExecution>| {
            kept(&Run {
                executions: [(execution.slot, (*execution).clone())].into(),
                channels: Channels::default(),
                ..before.clone()
            })
            .contains(lost)
        };
        let holder = before.executions.values().find(had);
        let ended = holder.is_some_and(|holder| {
            after
                .executions
                .values()
                .all(|other| other.serial != holder.serial)
        });
        assert!(ended || !after.is_running(), "message {lost} was lost");
    }

    let mut holders = 0;
    for execution in after.executions.values() {
        let started = after.head.counters[&execution.id.state_id];
        assert!(execution.id.number <= started);
        assert!(execution.serial.0 < after.head.next_serial);
        if let Some(commands) = execution.waiting() {
            assert!(!commands.is_met(), "a met trigger is never left waiting");
            let waiting = commands
                .waiters
                .iter()
                .filter(|waiter| waiter.received.is_none());
            waiting.for_each(|waiter| {
                assert!(
                    after.channels.first(&waiter.channel).is_none(),
                    "a message lies beside its waiter"
                );
            });
        }
        let locks = execution.id.state_id.as_str() == "S2"
            && matches!(&execution.phase, Phase::Execute { call, .. } if !matches!(call.state, CallState::Locking { .. }));
        holders += usize::from(locks);
    }
    holders += usize::from(after.rpc_lock.is_some());
    assert!(holders <= 1, "a key is held twice");

    if after.is_running() {
        assert!(
            !(after.head.is_completing && after.executions.is_empty()),
            "completion was forgotten"
        );
    } else {
        assert!(after.executions.is_empty() && after.channels.is_empty());
        assert_eq!(pending(after), iwf_engine_core::Pending::default());
        if !before.is_running() {
            assert_eq!(before, after, "a closed run stays as it is");
        }
    }
    // Nothing is called before its time.
    for execution in after.executions.values() {
        let was = before
            .executions
            .get(&execution.slot)
            .filter(|was| was.serial == execution.serial);
        if let Some((_, call)) = was.and_then(|was| was.call())
            && let CallState::BackingOff { until } = call.state
            && execution
                .call()
                .is_some_and(|(_, call)| call.state == CallState::Due)
        {
            assert!(until <= now);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_order_of_events_keeps_the_invariants(happenings in prop::collection::vec(happening(), 1..60)) {
        let mut world = World::with(vec![movement(0)]);
        for (number, happening) in (0..).zip(&happenings) {
            let Some(event) = event(&mut world, happening, number) else { continue };
            let before = world.run.clone();
            let first = step(&before, world.now, event.clone());
            prop_assert_eq!(&first, &step(&before, world.now, event.clone()), "a step is a function");
            let _ = world.event(event.clone());
            check(&before, &world.run, world.now);

            // An answer that comes twice changes nothing the second time.
            let is_answer = matches!(event, Event::WaitUntilReturned { .. } | Event::ExecuteReturned { .. } | Event::CallFailed { .. });
            if is_answer {
                let again = step(&world.run, world.now, event).unwrap();
                prop_assert!(again.writes.is_empty() && again.effects.is_empty());
            }
            // What is owed is known from the rows alone.
            let loaded = reloaded(&world.run);
            prop_assert_eq!(pending(&loaded), pending(&world.run));
            prop_assert_eq!(loaded.due_at(), world.run.due_at());
            let without_lock = Run { rpc_lock: None, ..world.run.clone() };
            prop_assert_eq!(loaded, without_lock);
        }
    }

    #[test]
    fn every_effect_is_a_hint_about_what_is_owed(happenings in prop::collection::vec(happening(), 1..60)) {
        let mut world = World::with(vec![movement(0)]);
        let mut told: BTreeSet<CallId> = pending(&world.run).calls.into_iter().collect();
        for (number, happening) in (0..).zip(&happenings) {
            let Some(event) = event(&mut world, happening, number) else { continue };
            if world.event(event).is_err() { continue }
            for effect in &world.effects {
                if let iwf_engine_core::Effect::Call(call) = effect {
                    told.insert(*call);
                }
            }
            // Nothing is owed that nobody was told to do.
            for call in pending(&world.run).calls {
                prop_assert!(told.contains(&call), "{call:?} was never told");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn a_history_makes_the_run_again(happenings in prop::collection::vec(happening(), 1..60)) {
        let mut world = World::with(vec![movement(0)]);
        for (number, happening) in (0..).zip(&happenings) {
            let Some(event) = event(&mut world, happening, number) else { continue };
            let _ = world.event(event);
            if number == 20 {
                // The process dies here, and the lock of an RPC with it.
                world.run = reloaded(&world.run);
            }
        }
        prop_assert_eq!(world.history().replay().unwrap(), reloaded(&world.run));
    }

    #[test]
    fn a_run_goes_on_from_any_point(
        happenings in prop::collection::vec(happening(), 1..40),
        number in 2..40_u64,
    ) {
        let mut world = World::with(vec![movement(0)]);
        for (number, happening) in (0..).zip(&happenings) {
            let Some(event) = event(&mut world, happening, number) else { continue };
            let _ = world.event(event);
        }
        let all = Reapply { signals: true, updates: true };
        let Ok(rewound) = rewind(world.history(), &ResetPoint::Event(number), all) else {
            prop_assert!(number > world.history().last_number());
            return Ok(());
        };
        // What is kept of the history makes the run at the point, and that goes on.
        let mut kept = world.history();
        kept.events.clone_from(&rewound.kept);
        prop_assert_eq!(kept.replay(), Ok(reloaded(&rewound.run)));
        prop_assert!(rewound.run.is_running());
        let (run, reset) = rewound.go_on(RunId(8), world.now, None);
        let owed = run.executions.values().filter(|execution| execution.call().is_some()).count();
        let mut again = World { run, recorded: rewound.kept.clone(), noted: rewound.run.rpc_in_progress(), ..world };
        again.event(reset).unwrap();
        let owed_now = pending(&again.run);
        prop_assert!(owed_now.calls.len() + usize::from(owed_now.is_locking) >= owed.min(1));
        prop_assert!(owed_now.claimed.is_empty());
        for event in rewound.again {
            let before = again.run.clone();
            let _ = again.event(event);
            check(&before, &again.run, again.now);
        }
        prop_assert_eq!(again.history().replay(), Ok(reloaded(&again.run)));
    }
}
