//! Names of contacts: one is used, several are asked about, whatever the assistant picks.

use email_agent_api::{ApprovalMode, EmailEdit, StageKind};

use super::{World, complete, to};
use crate::assistant::{NameFound, Operation};

fn name(name: &str, candidates: &[&str], certain: bool) -> NameFound {
    NameFound {
        name: name.to_owned(),
        candidates: candidates.iter().map(|one| one.parse().unwrap()).collect(),
        certain,
    }
}

fn two_anas() -> NameFound {
    name(
        "Ana",
        &["Ana Souza <ana@example.com>", "Ana Lima <lima@example.com>"],
        false,
    )
}

#[test]
fn the_one_contact_of_a_name_is_named_by_the_person() {
    let mut world = World::new(ApprovalMode::Ask);
    let ana = name("Ana", &["Ana Souza <ana@example.com>"], true);
    world.turn_with("thank Ana, tomorrow at 9", complete(), &[ana]);
    assert_eq!(world.stage(), StageKind::ReadyToApprove);
    assert!(world.desk.warnings().iter().all(|warning| !warning.blocks));
}

#[test]
fn one_of_two_that_the_assistant_picked_is_asked_about_and_blocks() {
    let mut world = World::new(ApprovalMode::Auto);
    world.turn_with("thank Ana, tomorrow at 9", complete(), &[two_anas()]);
    assert_eq!(world.stage(), StageKind::NeedsAnswer);
    assert!(world.last_turn().contains("Whom do you mean by Ana?"));
    assert!(world.desk.warnings().iter().any(|warning| warning.blocks));
    assert_eq!(world.desk.record.choices.len(), 1);

    let lima = vec![Operation::SetTo(vec![
        "Ana Lima <lima@example.com>".to_owned(),
    ])];
    world.turn("Ana Lima <lima@example.com>", lima);
    assert_eq!(world.desk.record.choices, []);
    assert_eq!(world.stage(), StageKind::Scheduled);
}

#[test]
fn a_question_stays_until_it_is_answered() {
    let mut world = World::new(ApprovalMode::Ask);
    let text = vec![Operation::SetBody("Thank you".to_owned())];
    world.turn_with("thank Ana", text, &[two_anas()]);
    assert_eq!(world.stage(), StageKind::NeedsAnswer);
    world.turn(
        "make the subject Thanks",
        vec![Operation::SetSubject("Thanks".to_owned())],
    );
    assert_eq!(world.desk.record.choices.len(), 1, "nobody is in To yet");
    world.edit(EmailEdit {
        subject: Some("Hi".parse().unwrap()),
        ..EmailEdit::default()
    });
    assert_eq!(
        world.desk.record.choices.len(),
        1,
        "an edit of something else"
    );
    world.edit(to(&["lima@example.com"]));
    assert_eq!(
        (world.desk.record.choices.len(), world.stage()),
        (0, StageKind::Draft)
    );
}

#[test]
fn a_name_that_only_happens_to_stand_there_asks_nothing() {
    let mut world = World::new(ApprovalMode::Ask);
    let text = "write to ana@example.com, tomorrow at 9, that Bo says hello";
    let bo = name("Bo", &["bo@example.com", "bo@example.org"], false);
    world.turn_with(text, complete(), &[bo]);
    assert_eq!(
        (world.stage(), world.desk.record.choices.len()),
        (StageKind::ReadyToApprove, 0)
    );
}

#[test]
fn an_address_of_nobody_known_stays_flagged() {
    let mut world = World::new(ApprovalMode::Auto);
    world.turn_with("thank Ana, tomorrow at 9", complete(), &[]);
    assert_ne!(world.stage(), StageKind::Scheduled);
    assert!(world.desk.warnings().iter().any(|warning| warning.blocks));
}

#[test]
fn a_record_of_an_older_version_can_be_read() {
    let world = World::new(ApprovalMode::Ask);
    let mut json = serde_json::to_value(&world.desk.record).unwrap();
    json.as_object_mut().unwrap().remove("choices");
    let record: crate::desk::Record = serde_json::from_value(json).unwrap();
    assert_eq!(record, world.desk.record);
}
