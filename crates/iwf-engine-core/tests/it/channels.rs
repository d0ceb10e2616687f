//! Who gets which message.

use iwf_engine_core::{Event, Publication, WaitFor};

use crate::world::{World, dead_end, internal, payload, signal, to, wait};

fn some(texts: &[&str]) -> Vec<Option<String>> {
    texts
        .iter()
        .map(|text| (!text.is_empty()).then(|| (*text).to_owned()))
        .collect()
}

#[test]
fn the_earliest_registered_waiter_wins_not_the_lowest_execution() {
    let mut world = World::with(vec![to("A"), to("A"), to("A")]);
    for execution in ["A-3", "A-2", "A-1"] {
        world.wait_until(execution, wait(WaitFor::All, &[signal("c")]));
    }
    for value in ["1", "2", "3"] {
        world.signal("c", value);
    }
    assert_eq!(world.received("A-3"), some(&["1"]));
    assert_eq!(world.received("A-2"), some(&["2"]));
    assert_eq!(world.received("A-1"), some(&["3"]));
}

#[test]
fn taking_is_eager_and_starves_later_waiters() {
    let mut world = World::with(vec![to("A"), to("B")]);
    world.wait_until("A-1", wait(WaitFor::All, &[signal("c"), signal("d")]));
    world.wait_until("B-1", wait(WaitFor::All, &[signal("c")]));
    world.signal("c", "1");
    assert_eq!(world.received("A-1"), some(&["1", ""]));
    assert!(!world.is_executing("B-1"));
    world.signal("c", "2");
    assert_eq!(world.received("B-1"), some(&["2"]));
    assert!(world.is_executing("B-1"));
}

#[test]
fn any_takes_every_message_that_is_there() {
    let mut world = World::with(vec![]);
    for (channel, value) in [("a", "1"), ("a", "2"), ("b", "3"), ("a", "4")] {
        world.signal(channel, value);
    }
    world.rpc(vec![to("A")]);
    world.wait_until(
        "A-1",
        wait(
            WaitFor::Any,
            &[signal("a"), signal("a"), signal("b"), signal("c")],
        ),
    );
    assert_eq!(world.received("A-1"), some(&["1", "2", "3", ""]));
    assert_eq!(world.run.channels.first(&signal("a")).unwrap().sequence, 3);
}

#[test]
fn what_any_did_not_take_it_never_takes() {
    let mut world = World::with(vec![to("A")]);
    world.wait_until("A-1", wait(WaitFor::Any, &[signal("a"), signal("b")]));
    world.signal("b", "1");
    assert!(world.is_executing("A-1"));
    world.signal("a", "2");
    assert_eq!(world.received("A-1"), some(&["", "1"]));
    assert!(world.run.channels.first(&signal("a")).is_some());
}

#[test]
fn signals_and_internal_channels_are_separate() {
    let mut world = World::with(vec![to("A")]);
    world.wait_until("A-1", wait(WaitFor::All, &[internal("c")]));
    world.signal("c", "1");
    assert!(!world.is_executing("A-1"));
}

#[test]
fn leftovers_stay_for_later_executions() {
    let mut world = World::with(vec![to("A")]);
    world.signal("c", "1");
    world.signal("c", "2");
    world.wait_until("A-1", wait(WaitFor::All, &[signal("c")]));
    world.execute("A-1", crate::world::go(to("A")));
    world.wait_until("A-2", wait(WaitFor::All, &[signal("c")]));
    assert_eq!(world.received("A-2"), some(&["2"]));
    world.execute("A-2", dead_end());
    assert!(world.run.channels.is_empty());
}

#[test]
fn what_a_client_publishes_comes_in_its_order() {
    let mut world = World::with(vec![to("A")]);
    let publications = ["1", "2"].map(|value| Publication {
        channel: "c".into(),
        value: Some(payload(value)),
    });
    world.event(Event::Published(publications.into())).unwrap();
    world.wait_until("A-1", wait(WaitFor::All, &[internal("c"), internal("c")]));
    assert_eq!(world.received("A-1"), some(&["1", "2"]));
}
