//! Stop ends a turn at once, with the model away, between retries, and through a restart.

use email_agent_api::{Accepted, AgentError, Command, EmailId, ErrorCode, Speaker, StageKind};

use super::house::{House, Say, draft};

async fn in_work(house: &House, id: &EmailId) -> email_agent_api::IdempotencyKey {
    let view = house
        .until(id, "in work", |view| {
            view.queue.iter().any(|request| request.in_work)
        })
        .await;
    view.queue[0].key.clone()
}

async fn stop(house: &House, id: &EmailId) -> Result<Accepted, AgentError> {
    let request = in_work(house, id).await;
    house.press(id, Command::StopTurn { request }).await
}

#[tokio::test]
async fn stop_does_not_wait_for_the_model_and_the_queue_goes_on() {
    let house = House::new().await;
    let id = house.start().await;
    house
        .assistant
        .say([Say::Hang, Say::Answer(draft("Olá", 3_600))]);
    house.ask(&id, "thank ana@example.com").await;
    in_work(&house, &id).await;
    house.ask(&id, "write to ana@example.com").await;
    stop(&house, &id).await.unwrap();
    let view = house.view(&id).await;
    assert!(
        !(view.queue.iter()).any(|request| request.text.starts_with("thank")),
        "at once, not soon"
    );
    let view = house.stage(&id, StageKind::ReadyToApprove).await;
    let said: Vec<_> = (view.conversation.iter())
        .map(|turn| (turn.speaker, turn.text.as_str()))
        .collect();
    assert_eq!(said[0], (Speaker::You, "thank ana@example.com"));
    assert!(said[1].1.starts_with("You stopped this."));
    assert_eq!(said[2], (Speaker::You, "write to ana@example.com"));
    assert_eq!((said.len(), view.version), (4, 1));
}

#[tokio::test]
async fn stop_works_while_the_engine_waits_for_the_next_attempt() {
    let mut settings = super::house::quick();
    settings.assistant_retry.first_gap = std::time::Duration::from_secs(2);
    let house = House::with(settings).await;
    let id = house.start().await;
    house.assistant.say([Say::Temporary]);
    house.ask(&id, "thank ana@example.com").await;
    in_work(&house, &id).await;
    house.until_heard(1).await;
    stop(&house, &id).await.unwrap();
    assert_eq!(
        house.view(&id).await.stage.kind(),
        StageKind::NeedsAnswer,
        "at once"
    );
    // The next turn has to wait too, so the attempt of the stopped one comes due before it.
    house
        .assistant
        .say([Say::Temporary, Say::Answer(draft("Olá", 3_600))]);
    house.ask(&id, "write to ana@example.com").await;
    house.stage(&id, StageKind::ReadyToApprove).await;
    let asked: Vec<_> = (house.assistant.heard().into_iter())
        .map(|turn| turn.request)
        .collect();
    assert_eq!(
        asked,
        [
            "thank ana@example.com",
            "write to ana@example.com",
            "write to ana@example.com"
        ],
        "the stopped one was asked once"
    );
}

#[tokio::test]
async fn a_stop_survives_the_end_of_the_program() {
    let house = House::new().await;
    let id = house.start().await;
    house.assistant.say([Say::Hang]);
    house.ask(&id, "thank ana@example.com").await;
    stop(&house, &id).await.unwrap();
    let house = house.restart().await;
    let view = house.stage(&id, StageKind::NeedsAnswer).await;
    assert_eq!(view.conversation.len(), 2);
    house.assistant.say([Say::Answer(draft("Olá", 3_600))]);
    house.ask(&id, "write to ana@example.com").await;
    let view = house.stage(&id, StageKind::ReadyToApprove).await;
    assert_eq!((view.conversation.len(), view.version), (4, 1));
    assert_eq!(house.assistant.heard().len(), 2, "the stopped turn is over");
}

#[tokio::test]
async fn stop_and_answer_at_once_end_in_one_of_two_ways_only() {
    let house = House::new().await;
    for round in 0..20 {
        let id = house.start().await;
        house.assistant.say([Say::Answer(draft("Olá", 3_600))]);
        let key = house.ask(&id, "thank ana@example.com").await;
        for _ in 0..round {
            tokio::task::yield_now().await;
        }
        let answer = house.press(&id, Command::StopTurn { request: key }).await;
        let view = house
            .until(&id, "the turn is over", |view| {
                view.queue.is_empty() && view.stage.kind() != StageKind::Working
            })
            .await;
        let stopped = view.conversation[0].unanswered;
        match answer {
            Ok(_) => assert!(stopped && view.version == 0, "round {round}: {view:#?}"),
            Err(error) => {
                assert!(matches!(
                    error.code,
                    ErrorCode::TooLate | ErrorCode::Unavailable
                ));
                assert!(!stopped && view.version == 1, "round {round}: {view:#?}");
            }
        }
        // Where the stop came first the script still holds its line for the next round.
        house.assistant.forget();
    }
}
