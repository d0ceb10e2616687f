//! Whom emails went to is remembered, found by name, asked about, and forgotten.

use std::time::Duration;

use email_agent::assistant::{Operation, TurnOutput};
use email_agent_api::{
    ContactQuery, Contacts, EmailAgent, EmailId, EmailView, Recipient, SaveContact, StageKind,
};

use super::house::{House, Say, draft};

async fn contacts(house: &House) -> Contacts {
    house.agent.contacts(ContactQuery::default()).await.unwrap()
}

async fn know(house: &House, who: &str) {
    let contact = SaveContact {
        recipient: who.parse().unwrap(),
        replaces: None,
    };
    house.agent.save_contact(contact).await.unwrap();
}

/// An email to ana@example.com is sent.
async fn sent(house: &House) -> EmailId {
    let id = house.drafted().await;
    house.send_now(&id).await;
    house.stage(&id, StageKind::Sent).await;
    id
}

/// Remembering happens on the side, so it may come a moment after "sent".
async fn until_known(house: &House, times: u32) -> Contacts {
    let known = async {
        loop {
            let found = contacts(house).await;
            if found.contacts.iter().any(|one| one.times_used == times) {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), known)
        .await
        .expect("the recipient is remembered")
}

fn addresses(view: &EmailView) -> Vec<&str> {
    view.email.to.iter().map(Recipient::address).collect()
}

#[tokio::test]
async fn who_got_an_email_is_called_by_name_in_the_next_one() {
    let house = House::new().await;
    let first = house.drafted().await;
    assert_eq!(house.view(&first).await.new_recipients, ["ana@example.com"]);
    house.send_now(&first).await;
    house.stage(&first, StageKind::Sent).await;
    until_known(&house, 1).await;

    let id = house.start().await;
    house
        .assistant
        .say([Say::Answer(draft("Outra vez!", 3_600))]);
    house.ask(&id, "thank Ana once more").await;
    let view = house.stage(&id, StageKind::ReadyToApprove).await;
    assert_eq!(addresses(&view), ["ana@example.com"]);
    assert_eq!(
        (view.new_recipients, view.warnings, view.choices),
        (vec![], vec![], vec![])
    );
    let heard = house.assistant.heard();
    let names = &heard.last().unwrap().names;
    assert!(
        names.len() == 1 && names[0].certain && names[0].name == "Ana",
        "{names:?}"
    );
}

#[tokio::test]
async fn one_of_two_is_asked_for_and_the_question_survives_a_restart() {
    let house = House::new().await;
    know(&house, "Ana Souza <ana@example.com>").await;
    know(&house, "Ana Lima <lima@example.com>").await;
    let id = house.start().await;
    house.assistant.say([Say::Answer(TurnOutput {
        reply: "Qual Ana?".to_owned(),
        asks: true,
        operations: vec![Operation::SetBody("Obrigado".to_owned())],
        ..TurnOutput::default()
    })]);
    house.ask(&id, "agradece à Ana").await;
    house.stage(&id, StageKind::NeedsAnswer).await;

    let house = house.restart().await;
    let view = house.view(&id).await;
    let [choice] = &view.choices[..] else {
        panic!("{:?}", view.choices)
    };
    assert_eq!(
        (
            choice.name.as_str(),
            choice.candidates.len(),
            addresses(&view).len()
        ),
        ("Ana", 2, 0)
    );
    let lima = choice
        .candidates
        .iter()
        .find(|one| one.address() == "lima@example.com")
        .unwrap();
    let to = Operation::SetTo(vec![lima.to_string()]);
    house.assistant.say([Say::Answer(TurnOutput {
        operations: vec![to],
        ..TurnOutput::default()
    })]);
    house.ask(&id, &lima.to_string()).await;
    let view = house.stage(&id, StageKind::Draft).await;
    assert_eq!(
        (view.choices, view.warnings.iter().any(|one| one.blocks)),
        (vec![], false)
    );
    assert_eq!(house.assistant.heard().last().unwrap().asked.len(), 1);
}

#[tokio::test]
async fn what_the_assistant_makes_up_stays_flagged_whatever_is_known() {
    let house = House::new().await;
    know(&house, "Bob <bob@example.com>").await;
    let id = house.start().await;
    house.assistant.say([Say::Answer(draft("Hi", 3_600))]);
    house.ask(&id, "write to Bob").await;
    let view = house.until(&id, "a draft", |view| view.version == 1).await;
    assert_eq!(addresses(&view), ["ana@example.com"]);
    assert!(view.warnings.iter().any(|one| one.blocks));
    assert_ne!(view.stage.kind(), StageKind::ReadyToApprove);
}

#[tokio::test]
async fn nothing_is_remembered_if_the_person_does_not_want_it_and_all_can_be_erased() {
    let house = House::new().await;
    house.agent.remember_contacts(false).await.unwrap();
    sent(&house).await;
    let book = house.agent.remember_contacts(true).await.unwrap();
    assert_eq!((book.remembers, book.count), (true, 0));
    sent(&house).await;
    let found = until_known(&house, 1).await;
    assert_eq!(found.contacts[0].recipient.address(), "ana@example.com");
    let book = house.agent.erase_contacts().await.unwrap();
    assert_eq!(book.count, 0);
    let again = house
        .agent
        .contacts(ContactQuery {
            page: Some("x".to_owned()),
            ..ContactQuery::default()
        })
        .await;
    assert_eq!(again.unwrap_err().field.as_deref(), Some("page"));
}
