//! What dies with the worker is made again, but for a mail on its way: that one is never repeated.

use email_agent::{AssistantRetry, Settings};
use email_agent_api::{EmailAgent, Fault, OfferedFault, StageKind};

use super::{
    engines::server_url,
    house::{Do, House, Say, draft, quick},
};

fn is_on(house: &House, fault: Fault) -> bool {
    let offered = house.agent.drill();
    offered.contains(&OfferedFault { fault, is_on: true })
}

#[tokio::test]
async fn a_turn_that_dies_with_the_worker_is_asked_again() {
    // The worker of a server elsewhere is not killed for show.
    if server_url().is_some() {
        return;
    }
    let house = House::with(Settings {
        // As people have it: an outage is over before the assistant is given up on.
        assistant_retry: AssistantRetry::default(),
        ..quick()
    })
    .await;
    let id = house.start().await;
    house
        .assistant
        .say([Say::Hang, Say::Answer(draft("Obrigado!", 3_600))]);
    house.ask(&id, "thank ana@example.com").await;
    house.until_heard(1).await;
    house.agent.cause(Fault::Worker).unwrap();
    assert!(is_on(&house, Fault::Worker));
    let view = house.stage(&id, StageKind::ReadyToApprove).await;
    assert_eq!((view.version, house.assistant.heard().len()), (1, 2));
    assert!(!is_on(&house, Fault::Worker));
}

#[tokio::test]
async fn a_mail_that_was_on_its_way_when_the_worker_died_is_for_a_person_to_settle() {
    if server_url().is_some() {
        return;
    }
    let house = House::new().await;
    let id = house.drafted().await;
    house.post.does([Do::Hang]);
    house.send_now(&id).await;
    house
        .until(&id, "on its way", |_| house.post.mails().len() == 1)
        .await;
    house.agent.cause(Fault::Worker).unwrap();
    house.stage(&id, StageKind::Unsure).await;
    assert_eq!(house.post.mails().len(), 1, "it is not repeated");
}
