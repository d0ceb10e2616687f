//! Turns: retried, failed, queued, taken back; drafts of words.

use email_agent_api::{
    DraftNote, EmailAgent, ErrorCode, NewRequest, Removal, Speaker, Stage, StageKind,
};

use super::house::{House, Say, draft, key, quick, request, rewrite};

fn texts(view: &email_agent_api::EmailView, speaker: Speaker) -> Vec<&str> {
    let turns = view
        .conversation
        .iter()
        .filter(|turn| turn.speaker == speaker);
    turns.map(|turn| turn.text.as_str()).collect()
}

#[tokio::test]
async fn a_request_becomes_a_draft_and_the_conversation_is_continued() {
    let house = House::new().await;
    let id = house.drafted().await;
    house.assistant.say([Say::Answer(rewrite("Obrigado!"))]);
    house.ask(&id, "shorter").await;
    let view = house
        .until(&id, "version 2", |view| view.version == 2)
        .await;
    assert_eq!(
        (view.email.body.as_str(), view.stage.kind()),
        ("Obrigado!", StageKind::ReadyToApprove)
    );
    assert_eq!(
        texts(&view, Speaker::You),
        ["thank ana@example.com", "shorter"]
    );
    let heard = house.assistant.heard();
    assert_eq!(
        heard[1].previous_response_id.as_deref(),
        Some("resp-Obrigado pela conversa!")
    );
    assert_eq!(
        (heard[1].conversation.len(), heard[1].email.body.as_str()),
        (2, "Obrigado pela conversa!")
    );
    assert_eq!(heard[1].time_zone, chrono_tz::Europe::Lisbon);
}

#[tokio::test]
async fn a_passing_failure_is_retried_and_no_turn_is_doubled() {
    let house = House::new().await;
    let id = house.start().await;
    house.assistant.say([
        Say::Temporary,
        Say::Temporary,
        Say::Answer(draft("Olá", 3_600)),
    ]);
    house.ask(&id, "thank ana@example.com").await;
    let view = house.stage(&id, StageKind::ReadyToApprove).await;
    assert_eq!(house.assistant.heard().len(), 3);
    assert_eq!((view.conversation.len(), view.version), (2, 1));
}

#[tokio::test]
async fn after_the_last_attempt_it_says_so_and_keeps_the_words() {
    let house = House::new().await;
    let id = house.start().await;
    house
        .assistant
        .say([Say::Temporary, Say::Temporary, Say::Temporary]);
    house.ask(&id, "thank ana@example.com").await;
    let view = house.stage(&id, StageKind::NeedsAnswer).await;
    assert_eq!(texts(&view, Speaker::You), ["thank ana@example.com"]);
    assert!(view.conversation.last().unwrap().failed && view.queue.is_empty());
    house.assistant.say([Say::Answer(draft("Olá", 3_600))]);
    house.ask(&id, "again").await;
    house.stage(&id, StageKind::ReadyToApprove).await;
}

#[tokio::test]
async fn a_lasting_failure_is_told_at_once() {
    let house = House::new().await;
    let id = house.start().await;
    house.assistant.say([Say::Permanent]);
    house.ask(&id, "thank ana@example.com").await;
    let view = house.stage(&id, StageKind::NeedsAnswer).await;
    assert!(
        view.conversation
            .last()
            .unwrap()
            .text
            .contains("The key was refused.")
    );
    assert_eq!(house.assistant.heard().len(), 1);
}

#[tokio::test]
async fn a_turn_that_takes_too_long_is_tried_again() {
    let house = House::with(email_agent::Settings {
        assistant_timeout: std::time::Duration::from_secs(1),
        ..quick()
    })
    .await;
    let id = house.start().await;
    house
        .assistant
        .say([Say::Hang, Say::Answer(draft("Olá", 3_600))]);
    house.ask(&id, "thank ana@example.com").await;
    let view = house.stage(&id, StageKind::ReadyToApprove).await;
    assert_eq!(
        (house.assistant.heard().len(), view.conversation.len()),
        (2, 2)
    );
}

#[tokio::test]
async fn requests_queue_in_order_and_can_be_taken_back_until_they_are_in_work() {
    let house = House::new().await;
    let id = house.start().await;
    house.assistant.say([
        Say::Temporary,
        Say::Answer(draft("one", 3_600)),
        Say::Answer(rewrite("three")),
    ]);
    let one = house.ask(&id, "one, to ana@example.com").await;
    house
        .until(&id, "one is in work", |view| {
            view.queue.iter().any(|request| request.in_work)
        })
        .await;
    let two = house.ask(&id, "two").await;
    house.ask(&id, "three").await;
    let view = house.view(&id).await;
    assert!(matches!(view.stage, Stage::Working { .. }));
    let queue: Vec<_> = view
        .queue
        .iter()
        .map(|request| (request.text.as_str(), request.in_work))
        .collect();
    assert_eq!(
        queue,
        [
            ("one, to ana@example.com", true),
            ("two", false),
            ("three", false)
        ]
    );

    house
        .agent
        .remove_request(id.clone(), Removal { key: two.clone() })
        .await
        .unwrap();
    house
        .agent
        .remove_request(id.clone(), Removal { key: two })
        .await
        .unwrap();
    let refused = house
        .agent
        .remove_request(id.clone(), Removal { key: one })
        .await
        .unwrap_err();
    assert_eq!(refused.code, ErrorCode::TooLate);

    let view = house
        .until(&id, "all done", |view| {
            view.version == 2 && view.queue.is_empty()
        })
        .await;
    assert_eq!(
        texts(&view, Speaker::You),
        ["one, to ana@example.com", "three"]
    );
}

#[tokio::test]
async fn an_edit_that_waits_for_the_agent_is_put_on_top() {
    let house = House::new().await;
    let id = house.drafted().await;
    house
        .assistant
        .say([Say::Temporary, Say::Answer(rewrite("by the agent"))]);
    house.ask(&id, "shorter").await;
    house
        .until(&id, "in work", |view| {
            view.queue.iter().any(|request| request.in_work)
        })
        .await;
    let edit = email_agent_api::EmailEdit {
        subject: Some("By hand".parse().unwrap()),
        ..Default::default()
    };
    house
        .press(
            &id,
            email_agent_api::Command::Edit {
                base: 1,
                edit: Box::new(edit),
                then: None,
            },
        )
        .await
        .unwrap();
    assert!(house.view(&id).await.command_pending);
    let view = house
        .until(&id, "version 3", |view| {
            view.version == 3 && !view.command_pending
        })
        .await;
    assert_eq!(
        (view.email.subject.as_str(), view.email.body.as_str()),
        ("By hand", "by the agent")
    );
}

#[tokio::test]
async fn the_same_key_is_the_same_request() {
    let house = House::new().await;
    let id = house.start().await;
    house.assistant.say([
        Say::Answer(draft("one", 3_600)),
        Say::Answer(rewrite("two")),
    ]);
    let request = request("thank ana@example.com");
    let first = house
        .agent
        .send_request(id.clone(), request.clone())
        .await
        .unwrap();
    assert_eq!(
        house
            .agent
            .send_request(id.clone(), request.clone())
            .await
            .unwrap(),
        first
    );
    house.stage(&id, StageKind::ReadyToApprove).await;
    assert_eq!(
        house.agent.send_request(id.clone(), request).await.unwrap(),
        first
    );
    let marker = house.ask(&id, "two").await;
    let view = house
        .until(&id, "version 2", |view| view.version == 2)
        .await;
    assert_eq!(
        texts(&view, Speaker::You),
        ["thank ana@example.com", "two"],
        "{marker:?}"
    );
}

#[tokio::test]
async fn unsent_words_are_kept_and_a_late_save_cannot_bring_them_back() {
    let house = House::new().await;
    let id = house.start().await;
    let save = async |text: &str, sequence| {
        house
            .agent
            .save_draft(
                id.clone(),
                DraftNote {
                    text: text.to_owned(),
                    sequence,
                },
            )
            .await
            .unwrap()
            .sequence
    };
    assert_eq!(
        (
            save("thank", 1).await,
            save("thank ana", 3).await,
            save("thank a", 2).await
        ),
        (1, 3, 3)
    );
    let draft = house.view(&id).await.request_draft;
    assert_eq!((draft.text.as_str(), draft.sequence), ("thank ana", 3));
    assert_eq!(
        (
            save("", 4).await,
            house.view(&id).await.request_draft.text.as_str()
        ),
        (4, "")
    );

    save("thank ana@example.com", 5).await;
    house.assistant.say([Say::Permanent]);
    let sent = NewRequest {
        draft_sequence: 6,
        ..request("thank ana@example.com")
    };
    house.agent.send_request(id.clone(), sent).await.unwrap();
    assert_eq!(
        save("thank ana@example.com", 6).await,
        6,
        "the request was made of this note"
    );
    assert_eq!(house.view(&id).await.request_draft.text, "");
}

#[tokio::test]
async fn bad_words_are_refused_with_a_sentence() {
    let house = House::new().await;
    let id = house.start().await;
    let code = async |text: String| {
        house
            .agent
            .send_request(
                id.clone(),
                NewRequest {
                    key: key(),
                    text,
                    ..request("")
                },
            )
            .await
            .unwrap_err()
            .code
    };
    assert_eq!(code(" \n\t".to_owned()).await, ErrorCode::BadInput);
    assert_eq!(code("\0".to_owned()).await, ErrorCode::BadInput);
    assert_eq!(code("a".repeat(200_000)).await, ErrorCode::TooLarge);
    assert_eq!(house.view(&id).await.stage, Stage::New);
}
