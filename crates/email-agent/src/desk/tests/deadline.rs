//! A time after which an email must not leave, and an edit that is approved in the same press.

use chrono::TimeDelta;
use email_agent_api::{AfterEdit, ErrorCode, HoldReason, SendWish, Stage};

use super::*;

fn until(local: &str) -> EmailEdit {
    EmailEdit {
        not_after: Some(wall(local)),
        ..EmailEdit::default()
    }
}

/// Approved for tomorrow at nine, and worthless after ten.
fn approved_until_ten() -> World {
    let mut world = drafted(ApprovalMode::Ask);
    world.edit(until("2026-11-24T10:00:00"));
    world.approve();
    assert_eq!(world.stage(), StageKind::Scheduled);
    world
}

fn begins(world: &mut World, minutes_late: i64) -> bool {
    let Flow::Wait { attempt, due } = world.desk.flow() else {
        panic!("nothing is armed: {:?}", world.stage())
    };
    world.now = world.now.max(due + TimeDelta::minutes(minutes_late));
    let (book, moment) = (world.book.clone(), world.moment());
    world.desk.begin(&attempt, &book, &moment, &Count::Room)
}

#[test]
fn in_time_a_deadline_changes_nothing() {
    let mut world = approved_until_ten();
    assert!(begins(&mut world, 20));
}

#[test]
fn after_the_deadline_it_stays_here_until_a_person_lifts_it() {
    let mut world = approved_until_ten();
    world.settings.safety.ask_when_late_minutes = None;
    assert!(!begins(&mut world, 61));
    let Stage::Held { held } = &world.desk.record.stage else {
        panic!("it is held: {:?}", world.stage())
    };
    assert_eq!(held.why, HoldReason::PastDeadline);

    let version = world.desk.version();
    for command in [Command::SendNow { version }, Command::Approve { version }] {
        let refused = world.desk.allow(&command, false, world.now).unwrap_err();
        assert_eq!(refused.field.as_deref(), Some("not_after"));
    }
    world.press(&Command::Resume);
    assert_eq!(world.desk.flow(), Flow::Listen);

    world.edit(EmailEdit {
        clear_not_after: true,
        ..EmailEdit::default()
    });
    world.send_now();
    assert!(begins(&mut world, 0));
}

#[test]
fn no_attempt_is_waited_for_that_would_come_too_late() {
    let mut world = approved_until_ten();
    world.settings.safety.ask_when_late_minutes = None;
    assert!(begins(&mut world, 60), "the deadline itself is in time");
    let Some(attempt) = world.desk.record.delivery.as_ref().map(|one| Attempt {
        version: one.schedule.version,
        message_id: one.schedule.message_id.clone(),
        number: one.attempts,
    }) else {
        panic!("an attempt has begun")
    };
    let moment = world.moment();
    world.desk.delivered(&attempt, busy(), &moment);
    assert_eq!(world.stage(), StageKind::NotSent);
    assert!(world.last_turn().contains("after the deadline"));
}

#[test]
fn a_send_time_after_the_deadline_is_not_approved() {
    let mut world = drafted(ApprovalMode::Ask);
    world.edit(until("2026-11-24T08:00:00"));
    assert_eq!(world.stage(), StageKind::Draft);
    let version = world.desk.version();
    let refused = world
        .desk
        .allow(&Command::Approve { version }, false, world.now)
        .unwrap_err();
    assert_eq!(refused.field.as_deref(), Some("not_after"));
}

#[test]
fn the_agent_can_set_a_deadline_and_take_it_back() {
    let mut world = drafted(ApprovalMode::Ask);
    let noon = SendTime::At {
        date: None,
        time: "12:30:00".parse().unwrap(),
        zone: None,
    };
    world.turn(
        "not after half past twelve",
        vec![Operation::SetNotAfter(noon)],
    );
    let wish: Option<SendWish> = world.desk.email().not_after;
    assert_eq!(
        wish.map(|wish| wish.to_text()).as_deref(),
        Some("Mon 23 Nov 2026, 12:30 (Europe/Lisbon)")
    );
    world.turn("no deadline", vec![Operation::ClearNotAfter]);
    assert_eq!(world.desk.email().not_after, None);
}

fn edit_and(then: AfterEdit, base: u32, body: &str) -> Command {
    Command::Edit {
        base,
        edit: Box::new(super::body(body)),
        then: Some(then),
    }
}

#[test]
fn an_edit_is_approved_in_one_press() {
    let mut world = drafted(ApprovalMode::Ask);
    let base = world.desk.version();
    world.press(&edit_and(AfterEdit::Approve, base, "Mine."));
    let Stage::Scheduled { schedule } = &world.desk.record.stage else {
        panic!("it is scheduled: {:?}", world.stage())
    };
    assert_eq!(schedule.version, base + 1);
    assert_eq!(world.desk.email().body, "Mine.");

    world.press(&edit_and(AfterEdit::SendNow, base + 1, "Mine, now."));
    assert_eq!(world.stage(), StageKind::UndoWindow);
}

#[test]
fn what_nobody_has_looked_at_is_not_approved_with_the_edit() {
    let mut world = drafted(ApprovalMode::Ask);
    let base = world.desk.version();
    let gap = edit_and(AfterEdit::Approve, base, "Dear [Name],");
    let refused = world.desk.allow(&gap, false, world.now).unwrap_err();
    assert_eq!(refused.code, ErrorCode::BadInput);
    world.press(&gap);
    assert_eq!(world.desk.version(), base, "nothing was changed");

    // Something came in between: the edit is kept, the approval is not.
    world.edit(EmailEdit {
        subject: Some("Other".parse().unwrap()),
        ..EmailEdit::default()
    });
    world.press(&edit_and(AfterEdit::Approve, base, "Mine."));
    assert_eq!(world.desk.email().body, "Mine.");
    assert_eq!(world.stage(), StageKind::ReadyToApprove);
    assert!(world.last_turn().contains("was not approved"));
}
