//! Exclusive locks: who waits for whom.

use iwf_engine_core::{
    ApiOptions, CallState, Event, LoadingKind, LoadingPolicy, Rejection, RpcAnswer, RpcId, RpcLock,
    StateMovement, StateOptions,
};

use crate::world::{World, dead_end, with_options};

/// A state whose execute locks these data attributes.
pub(crate) fn locking(state: &str, keys: &[&str]) -> StateMovement {
    let policy = LoadingPolicy {
        kind: LoadingKind::PartialWithLock,
        partial_keys: vec![],
        locking_keys: keys.iter().map(|&key| key.into()).collect(),
    };
    let execute = ApiOptions::new(None, None, policy, LoadingPolicy::default());
    with_options(
        state,
        StateOptions {
            skip_wait_until: true,
            execute,
            ..StateOptions::default()
        },
    )
}

pub(crate) fn lock(rpc: u64, keys: &[&str]) -> Event {
    let data_keys = keys.iter().map(|&key| key.into()).collect();
    Event::RpcLocksWanted(RpcLock {
        rpc: RpcId(rpc),
        data_keys,
        search_keys: vec![],
    })
}

pub(crate) fn is_waiting(world: &World, execution: &str) -> bool {
    matches!(world.call_state(execution), CallState::Locking { .. })
}

#[test]
fn a_key_is_held_by_one_at_a_time_first_come_first() {
    let mut world = World::with(vec![
        locking("A", &["n"]),
        locking("B", &["n"]),
        locking("C", &["n"]),
    ]);
    assert!(!is_waiting(&world, "A-1") && is_waiting(&world, "B-1") && is_waiting(&world, "C-1"));
    world.execute("A-1", dead_end());
    assert!(!is_waiting(&world, "B-1") && is_waiting(&world, "C-1"));
    world.execute("B-1", dead_end());
    assert!(!is_waiting(&world, "C-1"));
}

#[test]
fn other_keys_do_not_wait() {
    let world = World::with(vec![locking("A", &["n"]), locking("B", &["m"])]);
    assert!(!is_waiting(&world, "B-1"));
}

#[test]
fn all_keys_are_taken_together() {
    let mut world = World::with(vec![
        locking("A", &["n"]),
        locking("B", &["n", "m"]),
        locking("C", &["m"]),
    ]);
    assert!(is_waiting(&world, "B-1"));
    assert!(
        is_waiting(&world, "C-1"),
        "m is reserved for the one who came first"
    );
    world.execute("A-1", dead_end());
    assert!(!is_waiting(&world, "B-1") && is_waiting(&world, "C-1"));
}

#[test]
fn a_lock_is_held_over_retries() {
    let mut world = World::with(vec![locking("A", &["n"]), locking("B", &["n"])]);
    world.fail("A-1");
    assert!(is_waiting(&world, "B-1"));
    world.at(1);
    assert!(is_waiting(&world, "B-1"));
}

#[test]
fn an_rpc_never_waits_for_a_state() {
    let mut world = World::with(vec![locking("A", &["n"])]);
    assert_eq!(world.event(lock(1, &["n"])), Err(Rejection::Locked));
    assert_eq!(world.event(lock(1, &["m"])), Ok(()));
    assert_eq!(
        world.event(lock(2, &["x"])),
        Err(Rejection::Locked),
        "RPCs take turns"
    );
}

#[test]
fn a_state_waits_for_an_rpc() {
    for end in [
        Event::RpcEnded(RpcId(1)),
        Event::RpcReturned {
            rpc: Some(RpcId(1)),
            answer: RpcAnswer::default(),
        },
    ] {
        let mut world = World::with(vec![]);
        world.event(lock(1, &["n"])).unwrap();
        world.rpc(vec![locking("A", &["n"])]);
        assert!(is_waiting(&world, "A-1"));
        world.event(Event::RpcEnded(RpcId(2))).unwrap();
        assert!(is_waiting(&world, "A-1"), "another's end frees nothing");
        world.event(end).unwrap();
        assert!(!is_waiting(&world, "A-1"));
    }
}

#[test]
fn locks_of_an_rpc_that_died_with_its_process_are_free() {
    let mut world = World::with(vec![]);
    world.event(lock(1, &["n"])).unwrap();
    world.rpc(vec![locking("A", &["n"])]);
    world.run.rpc_lock = None;
    assert!(iwf_engine_core::pending(&world.run).needs_attention());
    world.at(0);
    assert!(!is_waiting(&world, "A-1"));
}
