//! The list: it shows what the workflows have come to, and what a person does to it.

use std::slice::from_ref;

use email_agent_api::{
    Arrange, Author, Command, EmailAgent, EmailId, ErrorCode, ListQuery, Poll, Show, StageKind,
    limits::{EMAIL_NAME_CHARS_MAX, LIST_PAGE_EMAILS, SEARCH_CHARS_MAX},
};

use super::house::{Do, House, Say, draft, key, quick, request};

fn listed(rows: &[email_agent_api::EmailSummary]) -> Vec<EmailId> {
    rows.iter().map(|row| row.id.clone()).collect()
}

#[tokio::test]
async fn every_email_is_listed_once_what_needs_the_person_first() {
    let house = House::new().await;
    let canceled = house.start().await;
    house.press(&canceled, Command::Cancel).await.unwrap();
    let drafted = house.drafted().await;
    let mut ids = vec![drafted.clone(), canceled.clone()];
    for _ in 0..LIST_PAGE_EMAILS {
        ids.push(house.start().await);
    }
    let row = house
        .until_listed(&drafted, "ready", |row| {
            row.stage == StageKind::ReadyToApprove
        })
        .await;
    assert_eq!(
        (row.to.as_str(), row.title.as_str()),
        ("ana@example.com", "Obrigado")
    );
    house
        .until_listed(&canceled, "canceled", |row| {
            row.stage == StageKind::Canceled
        })
        .await;
    let mut found = listed(&house.rows(Show::All, "").await);
    assert_eq!(
        (found.first(), found.last()),
        (Some(&drafted), Some(&canceled))
    );
    found.sort();
    ids.sort();
    assert_eq!(found, ids);
    assert_eq!(
        listed(&house.rows(Show::NeedsYou, "").await),
        from_ref(&drafted)
    );
    for found in ["ana@example", "obri", "conversa"] {
        assert_eq!(
            listed(&house.rows(Show::All, found).await),
            from_ref(&drafted),
            "{found}"
        );
    }
    let bad = [
        ("page", Some("nonsense".to_owned()), String::new()),
        ("search", None, "é".repeat(SEARCH_CHARS_MAX + 1)),
    ];
    for (field, page, search) in bad {
        let show = Show::All;
        let query = ListQuery { page, show, search };
        let refused = house.agent.list(query).await.unwrap_err();
        assert_eq!(refused.field.as_deref(), Some(field));
    }
}

#[tokio::test]
async fn the_list_follows_a_life_and_another_process_catches_up() {
    let house = House::new().await;
    let sent = house.drafted().await;
    house.send_now(&sent).await;
    house.stage(&sent, StageKind::Sent).await;
    house
        .until_listed(&sent, "sent", |row| row.stage == StageKind::Sent)
        .await;
    let id = house.drafted().await;
    house.assistant.say([Say::Hang]);
    house.ask(&id, "make it shorter").await;
    house
        .until_listed(&id, "working", |row| row.stage == StageKind::Working)
        .await;
    house.press(&id, Command::Cancel).await.unwrap();
    let row = house
        .until_listed(&id, "canceled", |row| row.stage == StageKind::Canceled)
        .await;
    assert_eq!(row.title, "Obrigado");

    let neighbour = house.neighbour();
    let list = |search: &str| {
        let (show, search) = (Show::All, search.to_owned());
        neighbour.list(ListQuery {
            page: None,
            show,
            search,
        })
    };
    assert!(list("").await.unwrap().emails.is_empty());
    neighbour.fill_catalogue().await.unwrap();
    let known: Vec<_> = list("conversa").await.unwrap().emails;
    let of = |id| known.iter().find(|row| row.id == id).map(|row| row.stage);
    assert_eq!(
        (of(sent), of(id)),
        (Some(StageKind::Sent), Some(StageKind::Canceled))
    );
}

#[tokio::test]
async fn a_row_can_be_named_pinned_and_put_away() {
    let house = House::new().await;
    let (first, second) = (house.drafted().await, house.drafted().await);
    let arrange = |id: &EmailId, change| house.agent.arrange(id.clone(), change);
    let name = "Dinner at Ana’s".to_owned();
    arrange(&first, Arrange::Rename { name: name.clone() })
        .await
        .unwrap();
    arrange(&first, Arrange::Pin).await.unwrap();
    let rows = house.rows(Show::All, "").await;
    assert_eq!(listed(&rows)[0], first);
    assert!(rows[0].pinned && rows[0].name == name);
    assert_eq!(
        listed(&house.rows(Show::All, "dinner").await),
        from_ref(&first)
    );
    arrange(&first, Arrange::Archive).await.unwrap();
    assert_eq!(listed(&house.rows(Show::All, "").await), [second]);
    assert_eq!(
        listed(&house.rows(Show::Archived, "").await),
        from_ref(&first)
    );
    arrange(&first, Arrange::Unarchive).await.unwrap();
    assert_eq!(house.rows(Show::All, "").await.len(), 2);

    for name in ["a\nb".to_owned(), "é".repeat(EMAIL_NAME_CHARS_MAX + 1)] {
        let refused = arrange(&first, Arrange::Rename { name }).await.unwrap_err();
        assert_eq!(refused.field.as_deref(), Some("name"));
    }
    let nobody = arrange(&EmailId::from_random([9; 26]), Arrange::Pin).await;
    assert_eq!(nobody.unwrap_err().code, ErrorCode::NotFound);
}

#[tokio::test]
async fn what_is_deleted_is_not_sent_and_comes_back_as_a_draft() {
    let house = House::new().await;
    let id = house.drafted().await;
    house
        .press(&id, Command::Approve { version: 1 })
        .await
        .unwrap();
    // Pressed at once: the approval may not have taken effect yet.
    house
        .agent
        .arrange(id.clone(), Arrange::Delete)
        .await
        .unwrap();
    assert!(house.rows(Show::All, "").await.is_empty());
    assert_eq!(listed(&house.rows(Show::Deleted, "").await), from_ref(&id));
    house.stage(&id, StageKind::ReadyToApprove).await;
    house
        .agent
        .arrange(id.clone(), Arrange::Restore)
        .await
        .unwrap();
    house
        .until_listed(&id, "ready", |row| row.stage == StageKind::ReadyToApprove)
        .await;
    assert_eq!(house.view(&id).await.version, 1);

    // Whoever goes on with it wants it back.
    house
        .agent
        .arrange(id.clone(), Arrange::Delete)
        .await
        .unwrap();
    house
        .press(&id, Command::Approve { version: 1 })
        .await
        .unwrap();
    house
        .until_listed(&id, "scheduled", |row| row.stage == StageKind::Scheduled)
        .await;
    assert!(house.post.mails().is_empty());
}

#[tokio::test]
async fn an_agent_at_work_that_may_send_by_itself_keeps_its_email() {
    let settings = email_agent::Settings {
        approval: email_agent_api::ApprovalMode::Auto,
        ..quick()
    };
    let house = House::with(settings).await;
    let id = house.start().await;
    house.assistant.say([Say::Hang]);
    house.ask(&id, "thank ana@example.com").await;
    let refused = house.agent.arrange(id.clone(), Arrange::Delete).await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::Conflict);
    assert_eq!(listed(&house.rows(Show::All, "").await), from_ref(&id));
    house.press(&id, Command::Cancel).await.unwrap();
    house.agent.arrange(id, Arrange::Delete).await.unwrap();
    assert!(house.rows(Show::All, "").await.is_empty());
}

#[tokio::test]
async fn what_is_erased_has_ended_and_is_not_shown_by_any_call() {
    let house = House::new().await;
    let scheduled = house.drafted().await;
    house
        .press(&scheduled, Command::Approve { version: 1 })
        .await
        .unwrap();
    house.stage(&scheduled, StageKind::Scheduled).await;
    // It may have arrived, so it cannot be canceled.
    let unsure = house.drafted().await;
    house.post.does([Do::LoseTheAnswer]);
    house.send_now(&unsure).await;
    house.stage(&unsure, StageKind::Unsure).await;
    for id in [&scheduled, &unsure] {
        house
            .agent
            .arrange(id.clone(), Arrange::Erase)
            .await
            .unwrap();
        let gone = house.agent.describe(id.clone(), None).await.unwrap_err();
        assert_eq!(gone.code, ErrorCode::NotFound);
        let copy = house.agent.duplicate(id.clone(), key()).await.unwrap_err();
        assert_eq!(copy.code, ErrorCode::NotFound);
        let words = house.agent.send_request(id.clone(), request("hello")).await;
        assert!(words.is_err());
    }
    house.agent.fill_catalogue().await.unwrap();
    for show in [Show::All, Show::Deleted, Show::Archived] {
        // A server of its own holds the emails of other tests too.
        let rows = listed(&house.rows(show, "").await);
        let ours = |id: &EmailId| *id == scheduled || *id == unsure;
        assert!(!rows.iter().any(ours), "{show:?}");
    }
    assert_eq!(house.post.mails().len(), 1, "only what was on its way");
}

#[tokio::test]
async fn a_copy_begins_as_a_draft_of_the_newest_version() {
    let house = House::new().await;
    let id = house.drafted().await;
    house.assistant.say([Say::Answer(draft("Second", 7_200))]);
    house.ask(&id, "again").await;
    house
        .until(&id, "a second version", |view| view.version == 2)
        .await;
    let once = key();
    let copy = house
        .agent
        .duplicate(id.clone(), once.clone())
        .await
        .unwrap()
        .id;
    assert_ne!(copy, id);
    let again = house.agent.duplicate(id.clone(), once).await.unwrap().id;
    assert_eq!(again, copy, "the same press");
    let view = house.stage(&copy, StageKind::Draft).await;
    assert_eq!((view.version, view.email.body.as_str()), (1, "Second"));
    assert_eq!(
        (view.versions[0].author, view.email.send_at),
        (Author::You, None)
    );
    // It lives like any other: named addresses stay named, and it can be sent.
    house.send_now(&copy).await;
    house.stage(&copy, StageKind::Sent).await;
    assert_eq!(house.post.mails().len(), 1);
    // An email that has ended can be copied as well.
    let next = house.agent.duplicate(copy, key()).await.unwrap().id;
    house.stage(&next, StageKind::Draft).await;
    let Ok(Poll::Changed { view }) = house.agent.describe(id, None).await else {
        panic!("the original is there");
    };
    assert_eq!(view.stage.kind(), StageKind::ReadyToApprove);
}
