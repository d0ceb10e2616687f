//! What a stopped turn leaves behind, and what it does not touch.

use email_agent_api::{ErrorCode, IdempotencyKey, Speaker};

use super::*;

fn key(name: &str) -> IdempotencyKey {
    name.parse().unwrap()
}

/// A request that is in the book and in hand, as after a commit of the states.
fn in_work(world: &mut World, text: &str) -> InHand {
    let request = world.ask(text).expect("the request is in work");
    world.book.last_sequence = request.sequence - 1;
    world
        .book
        .accept(key("words"), Some(text.to_owned()), world.now)
        .unwrap();
    request
}

#[test]
fn the_words_stay_and_the_email_is_as_it_was() {
    let mut world = drafted(ApprovalMode::Ask);
    let before = world.desk.email();
    let request = in_work(&mut world, "shorter, and copy bob@example.org");
    let meant = world.desk.to_stop(&world.book, &key("words"));
    assert_eq!(meant.unwrap(), request);
    world.desk.stop(&request, world.now);
    assert_eq!(world.desk.email(), before);
    assert_eq!(world.stage(), StageKind::ReadyToApprove, "nothing is asked");
    let turns = &world.desk.conversation;
    let words = &turns[turns.len() - 2];
    assert!(words.unanswered && words.speaker == Speaker::You);
    assert_eq!(words.text, "shorter, and copy bob@example.org");
    assert!(!turns[turns.len() - 1].failed, "it is no failure");
    assert!(
        (world.desk.record.named).contains(&"bob@example.org".to_owned()),
        "the person has named it"
    );
}

#[test]
fn what_the_agent_had_not_begun_does_not_touch_the_approval() {
    let mut world = drafted(ApprovalMode::Ask);
    world.approve();
    world.book.last_sequence = world.desk.record.handled;
    world
        .book
        .accept(key("words"), Some("shorter".to_owned()), world.now)
        .unwrap();
    let request = world.desk.to_stop(&world.book, &key("words")).unwrap();
    world.desk.stop(&request, world.now);
    assert_eq!(world.stage(), StageKind::Scheduled);
}

#[test]
fn what_people_see_is_what_the_states_will_write() {
    let mut world = drafted(ApprovalMode::Ask);
    let request = in_work(&mut world, "shorter");
    world.book.stop(request.sequence, world.now);
    let seen = world.desk.clone().with_stops(&world.book);
    world.desk.stop(&request, world.now);
    assert_eq!(seen, world.desk);
    assert_eq!(
        seen.clone().with_stops(&world.book),
        seen,
        "and it is put down once"
    );
}

#[test]
fn a_turn_that_is_over_cannot_be_stopped() {
    let mut world = drafted(ApprovalMode::Ask);
    let request = in_work(&mut world, "shorter");
    let moment = world.moment();
    world
        .desk
        .answered(&request, TurnOutput::default(), &[], &moment);
    let error = world.desk.to_stop(&world.book, &key("words")).unwrap_err();
    assert_eq!(error.code, ErrorCode::TooLate);
    let command = Command::StopTurn {
        request: key("words"),
    };
    let error = world.desk.allow(&command, false, world.now).unwrap_err();
    assert_eq!(error.code, ErrorCode::TooLate, "nor as a message");
}
