//! Turns of the assistant, good and bad.

use email_agent_api::{Speaker, Turn};

use super::*;

fn said(world: &World) -> Vec<(Speaker, &str)> {
    world
        .desk
        .conversation
        .iter()
        .map(|Turn { speaker, text, .. }| (*speaker, text.as_str()))
        .collect()
}

#[test]
fn a_turn_is_what_was_asked_and_what_was_answered() {
    let world = drafted(ApprovalMode::Ask);
    assert_eq!(
        said(&world),
        [
            (Speaker::You, "write to ana@example.com, tomorrow at 9"),
            (Speaker::Agent, "Done.")
        ]
    );
    assert_eq!(
        world.desk.conversation[1].changed,
        ["to", "subject", "body", "send_at"]
    );
    assert_eq!(
        (world.desk.record.handled, &world.desk.record.in_hand),
        (1, &None)
    );
}

#[test]
fn a_failed_turn_keeps_the_words_and_the_email() {
    let mut world = drafted(ApprovalMode::Ask);
    let before = world.desk.email();
    let request = world.ask("shorter, and copy bob@example.org").unwrap();
    let moment = world.moment();
    world
        .desk
        .unanswered(&request, "The key was refused.", &moment);
    assert_eq!(
        (world.stage(), world.desk.email()),
        (StageKind::NeedsAnswer, before)
    );
    let turns = said(&world);
    assert_eq!(
        turns[2],
        (Speaker::You, "shorter, and copy bob@example.org")
    );
    assert!(world.desk.conversation[3].failed);
    assert!(
        world
            .desk
            .record
            .named
            .contains(&"bob@example.org".to_owned())
    );
}

#[test]
fn the_past_is_asked_about_and_never_sent_at_once() {
    let mut world = World::new(ApprovalMode::Auto);
    let mut operations = complete();
    operations[3] = Operation::SetSendTime(SendTime::At {
        date: "2026-11-22".parse().ok(),
        time: "09:00:00".parse().unwrap(),
        zone: None,
    });
    world.turn("to ana@example.com, yesterday at 9", operations);
    assert_eq!(
        (world.stage(), world.desk.email().send_at),
        (StageKind::NeedsAnswer, None)
    );
    assert!(
        world.last_turn().contains("in the past"),
        "{}",
        world.last_turn()
    );
}

#[test]
fn a_delay_counts_from_when_it_was_said() {
    let mut world = World::new(ApprovalMode::Ask);
    let request = world.ask("in two hours").unwrap();
    let said_at = world.now;
    world.now += chrono::Duration::minutes(5);
    assert_eq!(
        world
            .desk
            .turn_input(&request, Vec::new(), &world.moment())
            .now,
        said_at
    );
}

#[test]
fn the_model_can_unschedule_and_cancel_but_not_send() {
    let mut world = drafted(ApprovalMode::Auto);
    world.turn("don't send it yet", vec![Operation::Unschedule]);
    assert_eq!(world.stage(), StageKind::ReadyToApprove);
    world.turn("forget it", vec![Operation::Cancel]);
    assert_eq!(
        world.desk.flow(),
        Flow::Close(super::super::Ending::Canceled)
    );
}

#[test]
fn words_that_come_too_late_are_answered_and_kept() {
    let mut world = drafted(ApprovalMode::Ask);
    world.send_now();
    world.deliver(accepted());
    assert!(world.ask("wait, shorter").is_none());
    assert_eq!(world.stage(), StageKind::Sent);
    let turns = said(&world);
    assert_eq!(turns[turns.len() - 2], (Speaker::You, "wait, shorter"));
    assert!(world.desk.conversation.last().unwrap().failed);
}

#[test]
fn an_empty_answer_says_something() {
    let mut world = World::new(ApprovalMode::Ask);
    let request = world.ask("hm").unwrap();
    let moment = world.moment();
    world
        .desk
        .answered(&request, TurnOutput::default(), &[], &moment);
    assert_eq!(world.last_turn(), "I have nothing to change.");
    assert_eq!(world.stage(), StageKind::NeedsAnswer);
}

#[test]
fn a_turn_knows_the_version_that_it_made() {
    let mut world = drafted(ApprovalMode::Ask);
    assert_eq!(world.desk.conversation[1].version, Some(1));
    world.turn("thanks", Vec::new());
    assert_eq!(
        world.desk.conversation.last().unwrap().version,
        None,
        "nothing was changed"
    );
    world.edit(body("By hand"));
    world.press(&Command::Restore { version: 1 });
    let brought_back = world.desk.conversation.last().unwrap();
    assert_eq!(
        (brought_back.version, brought_back.changed.as_slice()),
        (Some(3), &["body".to_owned()][..])
    );
}
