//! Versions, approval, and what retires a schedule.

use email_agent_api::{ErrorCode, Stage};

use super::*;

#[test]
fn nothing_leaves_before_this_very_version_is_approved() {
    let mut world = drafted(ApprovalMode::Ask);
    assert_eq!(world.stage(), StageKind::ReadyToApprove);
    assert_eq!(world.desk.flow(), Flow::Listen);
    world.approve();
    assert_eq!(world.stage(), StageKind::Scheduled);
    let Flow::Wait { attempt, due } = world.desk.flow() else {
        panic!()
    };
    assert_eq!((attempt.version, attempt.number), (1, 1));
    assert_eq!(due.to_rfc3339(), "2026-11-24T09:00:00+00:00");
}

#[test]
fn in_automatic_mode_a_complete_email_is_armed_by_itself() {
    assert_eq!(drafted(ApprovalMode::Auto).stage(), StageKind::Scheduled);
    let mut world = World::new(ApprovalMode::Auto);
    world.turn("write to ana@example.com", complete()[..3].to_vec());
    assert_eq!(world.stage(), StageKind::Draft, "no time yet");
    world.edit(EmailEdit {
        send_at: Some(wall("2026-11-24T10:00:00")),
        ..EmailEdit::default()
    });
    assert_eq!(world.stage(), StageKind::Scheduled);
    world.press(&Command::Unschedule);
    assert_eq!(
        world.stage(),
        StageKind::ReadyToApprove,
        "not armed again by itself"
    );
}

#[test]
fn in_automatic_mode_a_gap_or_an_invented_address_or_a_question_stops_it() {
    let mut gap = World::new(ApprovalMode::Auto);
    let mut operations = complete();
    operations[2] = Operation::SetBody("Best, [Your Name]".to_owned());
    gap.turn("write to ana@example.com", operations);
    assert_eq!(gap.stage(), StageKind::ReadyToApprove);

    let mut invented = World::new(ApprovalMode::Auto);
    invented.turn("write to Ana", complete());
    assert_eq!(invented.stage(), StageKind::Draft);

    let mut asking = World::new(ApprovalMode::Auto);
    let request = asking.ask("write to ana@example.com").unwrap();
    let output = TurnOutput {
        asks: true,
        operations: complete(),
        ..TurnOutput::default()
    };
    let moment = asking.moment();
    asking.desk.answered(&request, output, &[], &moment);
    assert_eq!(asking.stage(), StageKind::NeedsAnswer);
}

#[test]
fn an_invented_address_blocks_until_it_is_kept_by_hand() {
    let mut world = World::new(ApprovalMode::Ask);
    world.turn("write to Ana", complete());
    let refused = world
        .desk
        .allow(&Command::Approve { version: 1 }, false, world.now)
        .unwrap_err();
    assert_eq!(
        (refused.code, refused.field.as_deref()),
        (ErrorCode::BadInput, Some("to"))
    );
    world.edit(to(&["ana@example.com"]));
    assert_eq!(
        (world.desk.version(), world.stage()),
        (1, StageKind::ReadyToApprove),
        "keeping changes nothing else"
    );
}

#[test]
fn a_change_makes_a_version_and_retires_the_schedule() {
    let mut world = drafted(ApprovalMode::Ask);
    world.approve();
    world.edit(body("mine"));
    assert_eq!(
        (world.desk.version(), world.stage()),
        (2, StageKind::ReadyToApprove)
    );
    assert!(world.desk.record.delivery.is_none());
    let wrong = world
        .desk
        .allow(&Command::Approve { version: 1 }, false, world.now)
        .unwrap_err();
    assert_eq!(wrong.code, ErrorCode::Conflict);
    world.press(&Command::Restore { version: 1 });
    assert_eq!(
        (world.desk.version(), world.desk.email().body.as_str()),
        (3, "Obrigado pela conversa!")
    );
}

#[test]
fn an_edit_that_changes_nothing_leaves_the_schedule() {
    let mut world = drafted(ApprovalMode::Ask);
    world.approve();
    world.edit(body("Obrigado pela conversa!"));
    assert_eq!(
        (world.desk.version(), world.stage()),
        (1, StageKind::Scheduled)
    );
}

#[test]
fn words_while_scheduled_retire_it_and_the_new_version_needs_approval() {
    let mut world = drafted(ApprovalMode::Ask);
    world.approve();
    let request = world.ask("make it shorter, at 10 instead").unwrap();
    assert_eq!(world.stage(), StageKind::Working);
    assert!(
        world.desk.record.delivery.is_none(),
        "the old version cannot leave meanwhile"
    );
    let output = TurnOutput {
        operations: vec![Operation::SetBody("Obrigado!".to_owned())],
        ..TurnOutput::default()
    };
    let moment = world.moment();
    world.desk.answered(&request, output, &[], &moment);
    assert_eq!(
        (world.desk.version(), world.stage()),
        (2, StageKind::ReadyToApprove)
    );
}

#[test]
fn send_now_has_an_undo_window_and_undo_keeps_everything() {
    let mut world = drafted(ApprovalMode::Ask);
    world.send_now();
    assert_eq!(world.stage(), StageKind::UndoWindow);
    let Flow::Wait { due, .. } = world.desk.flow() else {
        panic!()
    };
    assert_eq!((due - world.now).num_seconds(), 10);
    world.press(&Command::Unschedule);
    assert_eq!(
        (world.desk.version(), world.stage()),
        (1, StageKind::ReadyToApprove)
    );
}

#[test]
fn bringing_a_scheduled_version_forward_keeps_its_message_id() {
    let mut world = drafted(ApprovalMode::Ask);
    world.approve();
    let id = |world: &World| {
        world
            .desk
            .record
            .delivery
            .clone()
            .unwrap()
            .schedule
            .message_id
    };
    let fixed = id(&world);
    world.send_now();
    assert_eq!(id(&world), fixed);
    world.approve();
    assert_eq!(
        (world.stage(), id(&world)),
        (StageKind::Scheduled, fixed.clone())
    );
    world.edit(body("new"));
    world.approve();
    assert_ne!(id(&world), fixed, "another version is another mail");
}

#[test]
fn approving_twice_is_one_schedule() {
    let mut world = drafted(ApprovalMode::Ask);
    world.approve();
    let before = world.desk.record.delivery.clone();
    world.approve();
    assert_eq!(world.desk.record.delivery, before);
    assert_eq!(
        world
            .desk
            .conversation
            .iter()
            .filter(|turn| turn.text.contains("is approved"))
            .count(),
        1
    );
}

#[test]
fn a_time_that_has_passed_is_not_approved() {
    let mut world = drafted(ApprovalMode::Ask);
    world.now = "2026-11-24T09:00:00Z".parse().unwrap();
    let refused = world
        .desk
        .allow(&Command::Approve { version: 1 }, false, world.now)
        .unwrap_err();
    assert_eq!(refused.field.as_deref(), Some("send_at"));
    assert!(
        world
            .desk
            .allow(&Command::SendNow { version: 1 }, false, world.now)
            .is_ok()
    );
    world.approve();
    assert_eq!(world.stage(), StageKind::ReadyToApprove);
    assert!(
        world.last_turn().contains("is over"),
        "{}",
        world.last_turn()
    );
}

#[test]
fn an_edit_that_was_overtaken_is_put_on_top_and_said() {
    let mut world = drafted(ApprovalMode::Ask);
    world.turn("shorter", vec![Operation::SetBody("Obrigado!".to_owned())]);
    let edit = EmailEdit {
        subject: Some("Mine".parse().unwrap()),
        ..EmailEdit::default()
    };
    world.press(&Command::Edit {
        base: 1,
        edit: Box::new(edit.clone()),
        then: None,
    });
    let email = world.desk.email();
    assert_eq!(
        (
            world.desk.version(),
            email.subject.as_str(),
            email.body.as_str()
        ),
        (3, "Mine", "Obrigado!")
    );
    assert!(
        world
            .desk
            .conversation
            .iter()
            .any(|turn| turn.text.contains("put on top as version 3"))
    );
    let refused = world
        .desk
        .allow(
            &Command::Edit {
                base: 1,
                edit: Box::new(edit),
                then: None,
            },
            false,
            world.now,
        )
        .unwrap_err();
    assert_eq!(
        refused.code,
        ErrorCode::Conflict,
        "who can still be asked is asked"
    );
}

#[test]
fn nothing_can_be_approved_while_the_agent_works() {
    let world = drafted(ApprovalMode::Ask);
    let refused = world
        .desk
        .allow(&Command::SendNow { version: 1 }, true, world.now)
        .unwrap_err();
    assert_eq!(refused.code, ErrorCode::Conflict);
    assert!(matches!(world.desk.record.stage, Stage::ReadyToApprove));
}

#[test]
fn an_incomplete_email_is_not_sent() {
    let mut world = World::new(ApprovalMode::Ask);
    let field = |world: &World| {
        let refused = world.desk.allow(
            &Command::SendNow {
                version: world.desk.version(),
            },
            false,
            world.now,
        );
        refused.unwrap_err().field.unwrap()
    };
    assert_eq!(field(&world), "to");
    world.edit(to(&["ana@example.com"]));
    assert_eq!(
        (world.stage(), field(&world).as_str()),
        (StageKind::Draft, "body")
    );
    world.edit(body("Hello"));
    world.send_now();
    assert_eq!(
        world.stage(),
        StageKind::UndoWindow,
        "by hand alone, without any model"
    );
}
