//! Starting, polling, and knocking at the wrong door.

use email_agent_api::{EmailAgent, EmailId, ErrorCode, Poll, StageKind, StartRequest};

use super::house::{House, key};

#[tokio::test]
async fn the_same_start_is_the_same_email() {
    let house = House::new().await;
    let request = StartRequest {
        key: key(),
        time_zone: "Europe/Lisbon".to_owned(),
    };
    let id = house.agent.start(request.clone()).await.unwrap().id;
    assert_eq!(house.agent.start(request.clone()).await.unwrap().id, id);
    house
        .press(&id, email_agent_api::Command::Cancel)
        .await
        .unwrap();
    assert_eq!(
        house.agent.start(request).await.unwrap().id,
        id,
        "also when it has ended"
    );
    assert_ne!(house.start().await, id);
}

#[tokio::test]
async fn an_unknown_zone_is_refused() {
    let house = House::new().await;
    let error = house
        .agent
        .start(StartRequest {
            key: key(),
            time_zone: "Mars/Olympus".to_owned(),
        })
        .await
        .unwrap_err();
    assert_eq!(
        (error.code, error.field.as_deref()),
        (ErrorCode::BadInput, Some("time_zone"))
    );
}

#[tokio::test]
async fn an_unknown_email_is_not_found_by_any_call() {
    let house = House::new().await;
    let id = EmailId::from_random([9; 26]);
    assert_eq!(
        house
            .agent
            .describe(id.clone(), None)
            .await
            .unwrap_err()
            .code,
        ErrorCode::NotFound
    );
    let words = house
        .agent
        .send_request(id.clone(), super::house::request("hello"))
        .await
        .unwrap_err();
    assert_eq!(words.code, ErrorCode::NotFound);
    let cancel = house
        .press(&id, email_agent_api::Command::Cancel)
        .await
        .unwrap_err();
    assert_eq!(cancel.code, ErrorCode::NotFound);
}

#[tokio::test]
async fn a_poll_says_when_nothing_has_changed() {
    let house = House::new().await;
    let id = house.drafted().await;
    let revision = house.view(&id).await.revision;
    let poll = house
        .agent
        .describe(id.clone(), Some(revision))
        .await
        .unwrap();
    let waiting = None;
    assert_eq!(poll, Poll::Unchanged { revision, waiting });
    let accepted = house
        .press(&id, email_agent_api::Command::Approve { version: 1 })
        .await
        .unwrap();
    assert!(accepted.revision > revision);
    let view = house.stage(&id, StageKind::Scheduled).await;
    assert!(view.revision > accepted.revision);
}
