//! Delivering at most once, waiting, giving up, not knowing.

use email_agent_api::{Stage, UnsureAnswer};

use super::*;

#[test]
fn sent_is_the_end_and_has_a_proof() {
    let mut world = drafted(ApprovalMode::Ask);
    world.approve();
    let attempt = world.due();
    assert_eq!(world.stage(), StageKind::Sending);
    let mail = world.desk.outgoing(&attempt).unwrap();
    assert_eq!(
        (mail.to.len(), mail.body.as_str()),
        (1, "Obrigado pela conversa!")
    );
    let moment = world.moment();
    world.desk.delivered(&attempt, accepted(), &moment);
    let Stage::Sent { proof } = &world.desk.record.stage else {
        panic!()
    };
    assert_eq!((proof.version, &proof.message_id), (1, &attempt.message_id));
    assert_eq!(world.desk.flow(), Flow::Close(super::super::Ending::Sent));
}

#[test]
fn what_was_accepted_before_the_point_of_no_return_wins() {
    let armed = || {
        let mut world = drafted(ApprovalMode::Ask);
        world.approve();
        let Flow::Wait { attempt, .. } = world.desk.flow() else {
            panic!()
        };
        (world, attempt)
    };
    let (mut undone, attempt) = armed();
    undone.book.last_sequence = undone.sequence;
    undone
        .book
        .accept("undo".parse().unwrap(), None, undone.now)
        .unwrap();
    let (book, moment) = (undone.book.clone(), undone.moment());
    assert!(!undone.desk.begin(&attempt, &book, &moment, &Count::Room));

    let (mut canceled, attempt) = armed();
    canceled.book.canceled = Some(canceled.now);
    let (book, moment) = (canceled.book.clone(), canceled.moment());
    assert!(!canceled.desk.begin(&attempt, &book, &moment, &Count::Room));
    assert!(canceled.desk.outgoing(&attempt).is_none());
}

#[test]
fn a_late_attempt_of_an_old_version_does_nothing() {
    let mut world = drafted(ApprovalMode::Ask);
    world.approve();
    let Flow::Wait { attempt: old, .. } = world.desk.flow() else {
        panic!()
    };
    world.edit(body("new"));
    world.approve();
    let (book, moment) = (world.book.clone(), world.moment());
    assert!(!world.desk.begin(&old, &book, &moment, &Count::Room));
    assert!(world.desk.outgoing(&old).is_none());
    assert_eq!(world.stage(), StageKind::Scheduled);
}

#[test]
fn a_busy_server_is_waited_for_with_growing_gaps_for_a_day() {
    let mut world = drafted(ApprovalMode::Ask);
    world.send_now();
    world.deliver(busy());
    let first = world.now;
    let Stage::Retrying { retrying } = world.desk.record.stage.clone() else {
        panic!()
    };
    assert_eq!(
        (retrying.attempts, (retrying.next_at - first).num_minutes()),
        (1, 1)
    );
    assert_eq!((retrying.until - first).num_hours(), 24);
    let mut attempts = 1;
    while world.stage() == StageKind::Retrying {
        world.deliver(busy());
        attempts += 1;
    }
    assert_eq!(world.stage(), StageKind::NotSent);
    assert!(
        attempts > 24 && (world.now - first).num_hours() >= 22,
        "{attempts}"
    );
    let complaints = world
        .desk
        .conversation
        .iter()
        .filter(|turn| turn.failed)
        .count();
    assert_eq!(
        complaints, 2,
        "the first and the last are told, not every one"
    );
}

#[test]
fn waiting_can_be_cut_short_or_stopped() {
    let mut world = drafted(ApprovalMode::Ask);
    world.send_now();
    world.deliver(busy());
    world.press(&Command::TryNow);
    let Flow::Wait { attempt, due } = world.desk.flow() else {
        panic!()
    };
    assert_eq!((attempt.number, due), (2, world.now));
    world.deliver(busy());
    world.press(&Command::Unschedule);
    assert_eq!(world.stage(), StageKind::ReadyToApprove);
    assert_eq!(world.desk.flow(), Flow::Listen);
}

#[test]
fn a_final_refusal_stops_at_once_and_can_be_tried_again() {
    let mut world = drafted(ApprovalMode::Ask);
    world.send_now();
    world.deliver(SendOutcome::refused_for_good(
        "The mail server refused the password.",
    ));
    assert_eq!(
        (world.stage(), world.desk.flow()),
        (StageKind::NotSent, Flow::Listen)
    );
    let id = world
        .desk
        .record
        .delivery
        .clone()
        .unwrap()
        .schedule
        .message_id;
    world.press(&Command::TryAgain);
    let attempt = world.due();
    assert_eq!((&attempt.message_id, attempt.number), (&id, 2));
}

#[test]
fn some_refused_never_sends_to_the_others_again() {
    let mut world = World::new(ApprovalMode::Ask);
    world.edit(EmailEdit {
        body: Some("Hello".to_owned()),
        ..to(&["ana@example.com", "bob@exampel.org"])
    });
    world.send_now();
    world.deliver(SendOutcome::Accepted {
        results: results(&[("ana@example.com", true), ("bob@exampel.org", false)]),
    });
    assert_eq!(
        (world.stage(), world.desk.flow()),
        (StageKind::PartlySent, Flow::Listen)
    );
    assert!(
        world
            .desk
            .allow(&Command::Cancel, false, world.now)
            .is_err()
    );

    world.edit(to(&["ana@example.com", "bob@example.org"]));
    world.send_now();
    let attempt = world.due();
    let mail = world.desk.outgoing(&attempt).unwrap();
    assert_eq!(
        mail.to
            .iter()
            .map(email_agent_api::Recipient::address)
            .collect::<Vec<_>>(),
        ["bob@example.org"]
    );
    let moment = world.moment();
    world.desk.delivered(
        &attempt,
        SendOutcome::Accepted {
            results: results(&[("bob@example.org", true)]),
        },
        &moment,
    );
    let Stage::Sent { proof } = &world.desk.record.stage else {
        panic!("{:?}", world.stage())
    };
    assert_eq!(proof.results.len(), 2);
}

#[test]
fn taking_the_refused_address_off_the_list_ends_it() {
    let mut world = World::new(ApprovalMode::Ask);
    world.edit(EmailEdit {
        body: Some("Hello".to_owned()),
        ..to(&["ana@example.com", "bob@exampel.org"])
    });
    world.send_now();
    world.deliver(SendOutcome::Accepted {
        results: results(&[("ana@example.com", true), ("bob@exampel.org", false)]),
    });
    world.edit(to(&["ana@example.com"]));
    assert_eq!(world.stage(), StageKind::Sent);
}

fn unsure() -> World {
    let mut world = drafted(ApprovalMode::Ask);
    world.send_now();
    let attempt = world.due();
    let reason = "The program was interrupted.".to_owned();
    world.desk.interrupted(&attempt, reason, world.now);
    world
}

#[test]
fn what_nobody_knows_is_never_repeated_by_itself() {
    let mut world = unsure();
    assert_eq!(
        (world.stage(), world.desk.flow()),
        (StageKind::Unsure, Flow::Listen)
    );
    assert!(
        world
            .desk
            .allow(&Command::Cancel, false, world.now)
            .is_err(),
        "nobody can promise that"
    );
    assert!(world.ask("shorter").is_none());
    world.edit(body("new"));
    assert_eq!(
        (world.stage(), world.desk.version()),
        (StageKind::Unsure, 1)
    );
}

#[test]
fn a_person_settles_it() {
    let mut arrived = unsure();
    arrived.press(&Command::Settle {
        answer: UnsureAnswer::Arrived,
    });
    assert_eq!(arrived.stage(), StageKind::Sent);

    let mut again = unsure();
    let id = again
        .desk
        .record
        .delivery
        .clone()
        .unwrap()
        .schedule
        .message_id;
    again.press(&Command::Settle {
        answer: UnsureAnswer::SendAgain,
    });
    let attempt = again.due();
    assert_eq!((attempt.message_id, attempt.number), (id, 2));
}

#[test]
fn nothing_can_be_pressed_past_the_point_of_no_return() {
    let mut world = drafted(ApprovalMode::Ask);
    world.send_now();
    world.due();
    for command in [
        Command::Cancel,
        Command::Unschedule,
        Command::Edit {
            base: 1,
            edit: Box::new(body("x")),
            then: None,
        },
    ] {
        let refused = world.desk.allow(&command, false, world.now).unwrap_err();
        assert_eq!(
            refused.code,
            email_agent_api::ErrorCode::TooLate,
            "{command:?}"
        );
    }
}
