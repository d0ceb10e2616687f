//! What RPCs and other calls from outside write, and what others see of it.

use iwf_engine_core::{
    AttributeWrites, CommandRequest, DataAttribute, Decision, Event, ExecuteAnswer,
    ExecutingStateIds, LoadingKind, LoadingPolicy, Movement, RawSearchValue, RpcAnswer,
    RpcMayNotClose, SearchAttribute, Status, WaitUntilAnswer,
};

use crate::world::{World, dead_end, go, payload, skip_to, to};

fn data(keys: &[&str]) -> AttributeWrites {
    let attribute = |&key: &&str| DataAttribute {
        key: key.into(),
        value: Some(payload(key)),
    };
    AttributeWrites {
        search: vec![],
        data: keys.iter().map(attribute).collect(),
    }
}

fn untyped() -> AttributeWrites {
    let raw = RawSearchValue::default();
    let search = vec![SearchAttribute {
        key: "k".into(),
        raw,
        indexed: None,
    }];
    AttributeWrites {
        search,
        data: vec![],
    }
}

#[test]
fn an_rpc_may_start_states_but_not_close() {
    assert!(RpcAnswer::new(data(&[]), vec![], go(to("A"))).is_ok());
    let mut movements: Vec<Movement> = go(to("A"));
    movements.extend(dead_end());
    assert_eq!(
        RpcAnswer::new(data(&[]), vec![], movements),
        Err(RpcMayNotClose)
    );
}

#[test]
fn a_search_attribute_without_type_fails_a_run_only_if_a_state_writes_it() {
    let mut world = World::with(vec![to("A"), skip_to("B")]);
    world.event(Event::AttributesSet(untyped())).unwrap();
    let answer = RpcAnswer::new(untyped(), vec![], vec![]).unwrap();
    world
        .event(Event::RpcReturned { rpc: None, answer })
        .unwrap();
    assert_eq!(world.status(), Status::Running);
    assert!(world.run.head.search_attributes.contains_key("k"));
    let by_wait_until = Event::WaitUntilReturned {
        call: world.call("A-1"),
        answer: WaitUntilAnswer {
            attributes: untyped(),
            publications: vec![],
            locals: vec![],
            commands: CommandRequest::new(None, vec![], vec![], vec![]).unwrap(),
        },
    };
    let by_execute = Event::ExecuteReturned {
        call: world.call("B-1"),
        answer: ExecuteAnswer {
            attributes: untyped(),
            publications: vec![],
            decision: Decision::new(dead_end(), None).unwrap(),
        },
    };
    let running = world.run.clone();
    for event in [by_wait_until, by_execute] {
        world.run = running.clone();
        world.event(event).unwrap();
        assert_eq!(world.status(), Status::Failed);
        let outcome = world.run.head.outcome.as_deref().unwrap();
        assert_eq!(outcome.error_type, None);
        let message = outcome.error_message.as_deref().unwrap();
        assert!(message.contains("attribute k "), "{message}");
    }
}

#[test]
fn loading_policies() {
    let mut world = World::with(vec![]);
    world
        .event(Event::AttributesSet(data(&["a", "b", "c"])))
        .unwrap();
    let load = |kind, partial: &[&str], locking: &[&str]| {
        let keys = |keys: &[&str]| keys.iter().map(|&key| key.into()).collect();
        let policy = LoadingPolicy {
            kind,
            partial_keys: keys(partial),
            locking_keys: keys(locking),
        };
        let loaded = world.run.load_data_attributes(&policy);
        loaded
            .iter()
            .map(|attribute| attribute.key.to_string())
            .collect::<String>()
    };
    assert_eq!(load(LoadingKind::All, &["a"], &[]), "abc");
    assert_eq!(load(LoadingKind::Partial, &["c", "a", "x"], &[]), "ac");
    assert_eq!(load(LoadingKind::Partial, &[], &[]), "abc");
    assert_eq!(load(LoadingKind::PartialWithLock, &["a"], &["b"]), "ab");
    assert_eq!(load(LoadingKind::PartialWithLock, &[], &[]), "");
    assert_eq!(load(LoadingKind::AllWithLock, &[], &["b"]), "abc");
    assert_eq!(load(LoadingKind::None, &["a"], &["b"]), "");
}

#[test]
fn the_mode_of_executing_state_ids_can_be_changed() {
    let mut world = World::with(vec![to("A"), skip_to("B")]);
    let ids = |world: &World| {
        let ids = world.run.executing_state_ids().into_iter();
        ids.map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(ids(&world), ["A"]);
    for (mode, wanted) in [
        (None, vec!["A"]),
        (Some(ExecutingStateIds::All), vec!["A", "B"]),
        (Some(ExecutingStateIds::Disabled), vec![]),
    ] {
        world.event(Event::ConfigUpdated(mode)).unwrap();
        assert_eq!(ids(&world), wanted, "{mode:?}");
    }
}
