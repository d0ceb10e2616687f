//! How long emails stay, and erasing everything, through the door that the pages use.

use std::{sync::Arc, time::Duration};

use chrono::{TimeDelta, Utc};
use email_agent::service::retention;
use email_agent_api::{
    Arrange, AttachRequest, Command, ContactQuery, EmailAgent, EmailId, ErrorCode, FileName,
    MediaType, NewFile, Retention, SaveContact, Show, StageKind,
};
use email_agent_store::CatalogueEntry;

use super::{
    engines,
    house::{Do, House, key},
};

const PATIENCE: Duration = Duration::from_mins(1);

/// Looks until nothing is left of it.
async fn until_gone(house: &House, id: &EmailId) {
    let begun = std::time::Instant::now();
    while !house.store.is_erased(id.clone()).await.unwrap() {
        assert!(begun.elapsed() < PATIENCE, "it is never erased");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn is_there(house: &House, id: &EmailId) -> bool {
    house.agent.describe(id.clone(), None).await.is_ok()
}

/// Deleted so many days ago.
async fn deleted(house: &House, days: i64) -> EmailId {
    let id = house.start().await;
    let arranged = house.agent.arrange(id.clone(), Arrange::Delete).await;
    arranged.unwrap();
    let then = Utc::now() - TimeDelta::days(days);
    house.store.delete(id.clone(), Some(then)).await.unwrap();
    id
}

/// Canceled so many days ago, as far as the list can tell.
async fn canceled(house: &House, days: i64) -> EmailId {
    let id = house.start().await;
    house.press(&id, Command::Cancel).await.unwrap();
    house
        .until_listed(&id, "canceled", |row| row.stage == StageKind::Canceled)
        .await;
    let then = Utc::now() - TimeDelta::days(days);
    let entry = CatalogueEntry {
        id: id.clone(),
        states_revision: 1_000,
        book_revision: 1_000,
        canceled: true,
        stage: StageKind::Canceled,
        to: String::new(),
        everybody: String::new(),
        title: String::new(),
        body: String::new(),
        send_at: None,
        due: None,
        started_at: then,
        changed_at: then,
    };
    assert!(house.store.catalogue(entry).await.unwrap());
    id
}

#[tokio::test]
async fn a_time_that_is_chosen_counts_at_once_and_is_stored() {
    let house = House::new().await;
    let usual = house.agent.retention().await.unwrap();
    assert_eq!(usual, Retention::default());
    let [eight, two] = [deleted(&house, 8).await, deleted(&house, 2).await];
    let [old, pinned, young] = [
        canceled(&house, 40).await,
        canceled(&house, 40).await,
        canceled(&house, 20).await,
    ];
    let pin = house.agent.arrange(pinned.clone(), Arrange::Pin);
    pin.await.unwrap();
    let keeping = tokio::spawn({
        let agent = Arc::clone(&house.agent);
        async move { agent.keep_in_order().await }
    });
    until_gone(&house, &eight).await;
    for id in [&two, &old, &pinned, &young] {
        assert!(is_there(&house, id).await, "only what was deleted long ago");
    }

    let shorter = Retention {
        deleted_days: 1,
        finished_days: Some(30),
    };
    house.agent.save_retention(shorter).await.unwrap();
    assert_eq!(retention::load(&house.store).await.unwrap(), shorter);
    until_gone(&house, &two).await;
    until_gone(&house, &old).await;
    for id in [&pinned, &young] {
        assert!(is_there(&house, id).await, "pinned, or over for days only");
    }
    let list = house.agent.list(email_agent_api::ListQuery::default());
    assert_eq!(list.await.unwrap().erase_after_days, 1);
    keeping.abort();

    let never_offered = Retention {
        deleted_days: 0,
        ..shorter
    };
    let refused = house.agent.save_retention(never_offered).await.unwrap_err();
    assert_eq!(refused.field.as_deref(), Some("deleted_days"));
    assert_eq!(house.agent.retention().await.unwrap(), shorter);
}

#[tokio::test]
async fn everything_is_erased_and_nothing_scheduled_leaves() {
    if engines::server_url().is_some() {
        // The emails of other tests are in this list too.
        return;
    }
    let house = House::new().await;
    let scheduled = house.drafted().await;
    let approve = Command::Approve { version: 1 };
    house.press(&scheduled, approve).await.unwrap();
    house.stage(&scheduled, StageKind::Scheduled).await;
    let draft = house.drafted().await;
    let file = NewFile {
        name: FileName::cleaned("a.txt"),
        media_type: MediaType::cleaned("text/plain"),
        bytes: b"private".to_vec(),
    };
    let request = AttachRequest {
        key: key(),
        base: 1,
        files: vec![file],
    };
    house.agent.attach(draft.clone(), request).await.unwrap();
    let view = house
        .until(&draft, "a file", |view| view.version == 2)
        .await;
    let attached = view.email.attachments[0].id.clone();
    let archived = house.start().await;
    let archive = house.agent.arrange(archived.clone(), Arrange::Archive);
    archive.await.unwrap();
    let bin = deleted(&house, 0).await;
    let contact = SaveContact {
        recipient: "Ana <ana@example.com>".parse().unwrap(),
        replaces: None,
    };
    house.agent.save_contact(contact).await.unwrap();

    let erased = house.agent.erase_everything().await.unwrap();
    assert_eq!((erased.emails, erased.contacts), (4, 1));
    assert!(erased.kept.is_empty(), "{erased:?}");
    for id in [&scheduled, &draft, &archived, &bin] {
        let gone = house.agent.describe(id.clone(), None).await.unwrap_err();
        assert_eq!(gone.code, ErrorCode::NotFound);
    }
    for show in Show::EACH {
        assert!(house.rows(show, "").await.is_empty(), "{show:?}");
    }
    let file = house.store.file(draft, attached).await.unwrap();
    assert_eq!(file, None);
    let contacts = house.agent.contacts(ContactQuery::default()).await;
    assert_eq!(contacts.unwrap().book.count, 0);
    assert!(house.post.mails().is_empty());

    let again = house.agent.erase_everything().await.unwrap();
    assert_eq!(again, email_agent_api::Erased::default());
}

#[tokio::test]
async fn what_is_being_handed_over_stays_and_is_named() {
    if engines::server_url().is_some() {
        return;
    }
    let house = House::new().await;
    let leaving = house.drafted().await;
    house.post.does([Do::Hang]);
    house.send_now(&leaving).await;
    house.stage(&leaving, StageKind::Sending).await;
    let other = house.drafted().await;
    let erased = house.agent.erase_everything().await.unwrap();
    assert_eq!(erased.emails, 1);
    let [kept] = erased.kept.as_slice() else {
        panic!("one stays: {erased:?}");
    };
    assert_eq!((&kept.id, kept.title.as_str()), (&leaving, "Obrigado"));
    assert!(kept.why.contains("mail server"), "{}", kept.why);
    assert!(is_there(&house, &leaving).await && !is_there(&house, &other).await);
}
