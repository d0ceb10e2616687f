//! Cancel works with the model away, up to the point of no return.

use email_agent_api::{Command, EmailAgent, ErrorCode, Speaker, Stage, StageKind};

use super::house::{House, Say, key};

#[tokio::test]
async fn cancel_does_not_wait_for_the_model() {
    let house = House::new().await;
    let id = house.start().await;
    house.assistant.say([Say::Hang]);
    house.ask(&id, "thank ana@example.com").await;
    house
        .until(&id, "in work", |view| {
            view.queue.iter().any(|request| request.in_work)
        })
        .await;
    house.ask(&id, "and this").await;
    house.press(&id, Command::Cancel).await.unwrap();
    let view = house.view(&id).await;
    assert_eq!(view.stage, Stage::Canceled, "at once, not soon");
    let said: Vec<_> = view
        .conversation
        .iter()
        .map(|turn| (turn.speaker, turn.text.as_str()))
        .collect();
    assert_eq!(
        said[0],
        (Speaker::You, "thank ana@example.com"),
        "what was cut off is not lost"
    );
    assert_eq!(said[1], (Speaker::You, "and this"));
    assert!(view.queue.is_empty());
    assert!(house.post.mails().is_empty());
}

#[tokio::test]
async fn a_canceled_email_can_be_read_and_nothing_else() {
    let house = House::new().await;
    let id = house.drafted().await;
    house
        .press(&id, Command::Approve { version: 1 })
        .await
        .unwrap();
    house.stage(&id, StageKind::Scheduled).await;
    house.press(&id, Command::Cancel).await.unwrap();
    for command in [
        Command::Cancel,
        Command::SendNow { version: 1 },
        Command::Unschedule,
    ] {
        assert_eq!(
            house.press(&id, command).await.unwrap_err().code,
            ErrorCode::TooLate
        );
    }
    let late = house
        .agent
        .send_request(id.clone(), super::house::request("no, wait"))
        .await
        .unwrap_err();
    assert_eq!(late.code, ErrorCode::TooLate);
    let view = house.view(&id).await;
    assert_eq!(
        (view.stage, view.email.body.as_str()),
        (Stage::Canceled, "Obrigado pela conversa!")
    );
    assert!(house.post.mails().is_empty());
}

#[tokio::test]
async fn cancel_and_due_time_at_once_end_in_one_of_two_ways_only() {
    let house = House::new().await;
    for _ in 0..20 {
        let id = house.drafted().await;
        let sent_before = house.post.mails().len();
        house.send_now(&id).await;
        let answer = house.press(&id, Command::Cancel).await;
        let view = house
            .until(&id, "the end", |view| view.stage.kind().is_final())
            .await;
        let sent = house.post.mails().len() - sent_before;
        match answer {
            Ok(_) => assert_eq!((view.stage.kind(), sent), (StageKind::Canceled, 0)),
            // Too late, or (on a busy server) not now; in both cases nothing was canceled.
            Err(error) => {
                assert!(matches!(
                    error.code,
                    ErrorCode::TooLate | ErrorCode::Unavailable
                ));
                assert_eq!((view.stage.kind(), sent), (StageKind::Sent, 1));
            }
        }
    }
}

#[tokio::test]
async fn cancel_twice_with_one_key_is_one_cancel() {
    let house = House::new().await;
    let id = house.start().await;
    let request = email_agent_api::CommandRequest {
        key: key(),
        command: Command::Cancel,
    };
    let first = house
        .agent
        .command(id.clone(), request.clone())
        .await
        .unwrap();
    house
        .until(&id, "the end", |view| view.stage.kind().is_final())
        .await;
    let again = house.agent.command(id.clone(), request).await.unwrap();
    assert_eq!(again, first, "also when the run has ended");
}
