//! The draft: its versions side by side, and what it says in another language.

use email_agent_api::{
    Command, CompareRequest, EmailAgent, EmailId, ErrorCode, PieceKind, ReadBackRequest, StageKind,
};

use super::house::{House, Say, key, quick, rewrite};

fn question(version: u32) -> ReadBackRequest {
    ReadBackRequest {
        key: key(),
        version,
        language: "en-GB".parse().unwrap(),
    }
}

async fn read_back(house: &House, id: &EmailId, version: u32) -> Result<(), ErrorCode> {
    let asked = house.agent.read_back(id.clone(), question(version)).await;
    asked.map(drop).map_err(|error| error.code)
}

#[tokio::test]
async fn two_versions_are_compared_word_by_word_also_after_the_end() {
    let house = House::new().await;
    let id = house.drafted().await;
    house
        .assistant
        .say([Say::Answer(rewrite("Obrigado pela ajuda!"))]);
    house.ask(&id, "shorter").await;
    house
        .until(&id, "version 2", |view| view.version == 2)
        .await;
    house.press(&id, Command::Cancel).await.unwrap();
    house.stage(&id, StageKind::Canceled).await;

    let compare = async |from, to| {
        let request = CompareRequest { from, to };
        house.agent.compare(id.clone(), request).await
    };
    let comparison = compare(1, 2).await.unwrap();
    assert_eq!(comparison.fields.len(), 1);
    let pieces: Vec<_> = comparison.fields[0]
        .pieces
        .iter()
        .map(|piece| (piece.kind, piece.text.as_str()))
        .collect();
    assert_eq!(
        pieces,
        [
            (PieceKind::Same, "Obrigado pela "),
            (PieceKind::Removed, "conversa"),
            (PieceKind::Added, "ajuda"),
            (PieceKind::Same, "!"),
        ]
    );
    let whole = compare(0, 1).await.unwrap();
    let names: Vec<_> = whole
        .fields
        .iter()
        .map(|diff| diff.field.as_str())
        .collect();
    assert_eq!(names, ["to", "subject", "body", "send_at"]);
    let unknown = compare(1, 3).await.unwrap_err();
    assert_eq!(
        (unknown.code, unknown.field.as_deref()),
        (ErrorCode::BadInput, Some("to"))
    );
    let nobody = EmailId::from_random([9; 26]);
    let request = CompareRequest { from: 0, to: 1 };
    let error = house.agent.compare(nobody, request).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::NotFound);
}

#[tokio::test]
async fn a_draft_is_read_back_beside_everything_else() {
    let house = House::new().await;
    let id = house.drafted().await;
    let version = house.view(&id).await.version;
    house
        .press(&id, Command::Approve { version })
        .await
        .unwrap();
    house.stage(&id, StageKind::Scheduled).await;
    house.assistant.reads([Say::Hang]);
    read_back(&house, &id, version).await.unwrap();
    let view = house
        .until(&id, "the question is in work", |_| {
            house.assistant.read() == 1
        })
        .await;
    assert!(view.reading.unwrap().is_pending());
    // The schedule stands, and other things are done meanwhile.
    assert_eq!(view.stage.kind(), StageKind::Scheduled);
    house.press(&id, Command::Unschedule).await.unwrap();
    house.stage(&id, StageKind::ReadyToApprove).await;
    assert_eq!(
        read_back(&house, &id, version).await,
        Ok(()),
        "the same question once more"
    );
    assert_eq!(house.assistant.read(), 1);
}

#[tokio::test]
async fn a_reading_survives_the_death_of_the_program_and_makes_no_version() {
    let house = House::new().await;
    let id = house.drafted().await;
    house.assistant.reads([Say::Hang]);
    read_back(&house, &id, 1).await.unwrap();
    house
        .until(&id, "the assistant was asked", |_| {
            house.assistant.read() == 1
        })
        .await;
    house.assistant.reads(["Thank you!"].map(reading));
    let house = house.restart().await;
    let view = house
        .until(&id, "the reading", |view| {
            view.reading
                .as_ref()
                .is_some_and(|reading| !reading.is_pending())
        })
        .await;
    let reading = view.reading.unwrap();
    assert_eq!(
        (reading.text.as_str(), reading.failed, reading.version),
        ("Thank you!", false, 1)
    );
    assert_eq!((view.version, view.conversation.len()), (1, 2));
    // It belongs to its version: the next one has none, and the mail knows nothing of it.
    house.assistant.say([Say::Answer(rewrite("Obrigado!"))]);
    house.ask(&id, "shorter").await;
    let view = house
        .until(&id, "version 2", |view| view.version == 2)
        .await;
    assert_eq!(view.reading, None);
    house.send_now(&id).await;
    house.stage(&id, StageKind::Sent).await;
    assert_eq!(house.post.mails()[0].body, "Obrigado!");
}

#[tokio::test]
async fn a_reading_that_fails_says_why_and_can_be_asked_for_again() {
    let house = House::with(email_agent::Settings {
        reading_attempts: 2,
        reading_timeout: std::time::Duration::from_secs(1),
        ..quick()
    })
    .await;
    let id = house.drafted().await;
    let failed = async |told: &str| {
        read_back(&house, &id, 1).await.unwrap();
        let view = house
            .until(&id, told, |view| {
                let reading = view.reading.as_ref();
                reading.is_some_and(|one| one.failed && one.text.contains(told))
            })
            .await;
        assert_eq!(view.stage.kind(), StageKind::ReadyToApprove);
    };
    house.assistant.reads([Say::Permanent]);
    failed("The key was refused.").await;
    house.assistant.reads([Say::Temporary, Say::Hang]);
    failed("2 attempts in a row").await;
    house.assistant.reads(["\0 \n"].map(reading));
    failed("nothing that can be read").await;
    house.assistant.reads(["Thank you!"].map(reading));
    read_back(&house, &id, 1).await.unwrap();
    house
        .until(&id, "the answer", |view| {
            view.reading
                .as_ref()
                .is_some_and(|one| one.text == "Thank you!")
        })
        .await;
}

#[tokio::test]
async fn only_the_newest_version_can_be_asked_about() {
    let house = House::new().await;
    let empty = house.start().await;
    assert_eq!(read_back(&house, &empty, 0).await, Err(ErrorCode::Conflict));
    let id = house.drafted().await;
    assert_eq!(read_back(&house, &id, 2).await, Err(ErrorCode::Conflict));
    house.press(&id, Command::Cancel).await.unwrap();
    house.stage(&id, StageKind::Canceled).await;
    assert_eq!(read_back(&house, &id, 1).await, Err(ErrorCode::TooLate));
}

/// An answer that says this of the draft.
fn reading(text: &str) -> Say {
    Say::Answer(email_agent::assistant::TurnOutput {
        reply: text.to_owned(),
        ..email_agent::assistant::TurnOutput::default()
    })
}
