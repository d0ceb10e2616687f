//! What the catalogue takes, and in which order it gives it back.

use chrono::{DateTime, TimeDelta, Utc};
use email_agent_api::{EmailId, ListQuery, Show, StageKind, limits::LIST_PAGE_EMAILS};

use crate::{CatalogueEntry, Expiry, Store};

fn now() -> DateTime<Utc> {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

fn id(number: u8) -> EmailId {
    let mut bytes = [0; 26];
    (bytes[0], bytes[1]) = (number & 31, number >> 5);
    EmailId::from_random(bytes)
}

fn entry(number: u8, stage: StageKind) -> CatalogueEntry {
    CatalogueEntry {
        id: id(number),
        states_revision: 1,
        book_revision: 0,
        canceled: false,
        stage,
        to: "Ana Souza <ana@example.com>".to_owned(),
        everybody: "Ana Souza <ana@example.com>, bo@example.org".to_owned(),
        title: "Obrigada pela conversa".to_owned(),
        body: "Até amanhã! 明日の会議".to_owned(),
        send_at: None,
        due: None,
        started_at: now(),
        changed_at: now(),
    }
}

/// The ids of a part, over all its pages.
async fn listed(store: &Store, show: Show, search: &str) -> Vec<EmailId> {
    let mut query = ListQuery {
        show,
        search: search.to_owned(),
        page: None,
    };
    let mut ids = Vec::new();
    loop {
        let page = store.list(query.clone()).await.unwrap().unwrap();
        assert!(page.emails.len() <= LIST_PAGE_EMAILS as usize);
        ids.extend(page.emails.into_iter().map(|email| email.id));
        match page.next {
            Some(next) => query.page = Some(next),
            None => return ids,
        }
    }
}

#[tokio::test]
async fn what_needs_the_person_comes_first_then_what_leaves_next() {
    let store = Store::in_memory().unwrap();
    let later = |number, stage, hours, minutes| CatalogueEntry {
        due: Some(now() + TimeDelta::hours(hours)),
        changed_at: now() + TimeDelta::minutes(minutes),
        ..entry(number, stage)
    };
    for entry in [
        later(1, StageKind::Sent, 1, 1),
        later(2, StageKind::Sent, 0, 2),
        later(3, StageKind::Scheduled, 9, 0),
        later(4, StageKind::Retrying, 2, 0),
        entry(5, StageKind::Draft),
        later(6, StageKind::ReadyToApprove, 3, 0),
        entry(7, StageKind::Working),
        later(8, StageKind::Canceled, 1, 0),
    ] {
        store.catalogue(entry).await.unwrap();
    }
    let expected = [6, 5, 4, 3, 7, 2, 1, 8].map(id);
    assert_eq!(listed(&store, Show::All, "").await, expected);
    store.pin(id(8), true).await.unwrap();
    assert_eq!(listed(&store, Show::All, "").await[0], id(8));
    for (show, expected) in [
        (Show::NeedsYou, [6, 5].map(id).to_vec()),
        (Show::Scheduled, vec![id(3)]),
        (Show::Working, vec![id(7)]),
        (Show::Sent, [2, 1].map(id).to_vec()),
        (Show::Problems, vec![id(4)]),
        (Show::Archived, vec![]),
    ] {
        assert_eq!(listed(&store, show, "").await, expected, "{show:?}");
    }
}

#[tokio::test]
async fn a_page_holds_so_many_and_the_next_one_goes_on_from_there() {
    let store = Store::in_memory().unwrap();
    let size = u8::try_from(LIST_PAGE_EMAILS).unwrap();
    for number in 0..size {
        store
            .catalogue(entry(number, StageKind::Draft))
            .await
            .unwrap();
    }
    let first = store.list(ListQuery::default()).await.unwrap().unwrap();
    assert_eq!((first.emails.len(), first.next), (usize::from(size), None));
    for number in size..=2 * size {
        store
            .catalogue(entry(number, StageKind::Draft))
            .await
            .unwrap();
    }
    let first = store.list(ListQuery::default()).await.unwrap().unwrap();
    // What comes on top meanwhile moves nothing on the page after it.
    store
        .catalogue(CatalogueEntry {
            changed_at: now() + TimeDelta::hours(1),
            ..entry(200, StageKind::Draft)
        })
        .await
        .unwrap();
    let second = ListQuery {
        page: first.next,
        ..ListQuery::default()
    };
    let second = store.list(second).await.unwrap().unwrap();
    assert_eq!(second.emails[0].id, id(size));
    assert_eq!(
        listed(&store, Show::All, "").await.len(),
        2 * usize::from(size) + 2
    );
    for bad in ["nonsense", "1.2.3.4", "1.2.3.4.5.6", "1.2.3.4.x"] {
        let query = ListQuery {
            page: Some(bad.to_owned()),
            ..ListQuery::default()
        };
        assert!(store.list(query).await.unwrap().is_none(), "{bad}");
    }
}

#[tokio::test]
async fn a_search_finds_the_beginnings_of_words_whatever_their_accents() {
    let store = Store::in_memory().unwrap();
    store.catalogue(entry(1, StageKind::Draft)).await.unwrap();
    store
        .rename(id(1), "Dinner, \"the\" one".to_owned())
        .await
        .unwrap();
    for found in [
        "ana",
        "ANA SOU",
        "ana@example.com",
        "bo@ex",
        "obrig",
        "ate amanha",
        "会議",
        "dinner the",
        "\"the\"",
        " ",
    ] {
        assert_eq!(listed(&store, Show::All, found).await, [id(1)], "{found}");
    }
    for missed in ["nobody", "ana nobody", "NOT", "会社", "na"] {
        assert!(
            listed(&store, Show::All, missed).await.is_empty(),
            "{missed}"
        );
    }
    // What is typed is never an operator of the search, and never too long for it.
    let long = "x ".repeat(10_000);
    for odd in [
        "a* OR b",
        "(",
        "title:ana",
        "^ana",
        "a AND",
        "-",
        "NEAR(",
        "'; DROP",
        long.as_str(),
    ] {
        listed(&store, Show::All, odd).await;
    }
    store.rename(id(1), String::new()).await.unwrap();
    assert!(listed(&store, Show::All, "dinner").await.is_empty());
}

#[tokio::test]
async fn what_is_older_changes_nothing() {
    let store = Store::in_memory().unwrap();
    let at = |states_revision, book_revision, stage| CatalogueEntry {
        states_revision,
        book_revision,
        ..entry(1, stage)
    };
    for (states, book, stage, is_written) in [
        (5, 3, StageKind::Draft, true),
        (5, 2, StageKind::New, false),
        (4, 9, StageKind::Working, false),
        // The same step again, with another end, after a crash.
        (5, 3, StageKind::ReadyToApprove, true),
        (6, 0, StageKind::Scheduled, true),
    ] {
        let written = store.catalogue(at(states, book, stage)).await.unwrap();
        assert_eq!(written, is_written, "{states} {book}");
    }
    assert_eq!(listed(&store, Show::Scheduled, "").await, [id(1)]);
    // A cancel is the end, whatever a state says that was at work.
    let canceled = CatalogueEntry {
        canceled: true,
        ..at(6, 4, StageKind::Canceled)
    };
    assert!(store.catalogue(canceled).await.unwrap());
    assert!(!store.catalogue(at(7, 0, StageKind::Sent)).await.unwrap());
    assert!(store.seen(id(1)).await.unwrap().unwrap().ended);
}

#[tokio::test]
async fn an_email_that_was_set_back_is_believed_if_nothing_happens_meanwhile() {
    let store = Store::in_memory().unwrap();
    let at = |states_revision| CatalogueEntry {
        states_revision,
        ..entry(1, StageKind::Draft)
    };
    store.catalogue(at(9)).await.unwrap();
    let seen = store.seen(id(1)).await.unwrap().unwrap();
    store.catalogue(at(10)).await.unwrap();
    assert!(!store.catalogue_again(at(2), seen).await.unwrap());
    let seen = store.seen(id(1)).await.unwrap().unwrap();
    assert!(store.catalogue_again(at(2), seen).await.unwrap());
    let seen = store.seen(id(1)).await.unwrap().unwrap();
    assert_eq!(seen.states_revision, 2);
}

#[tokio::test]
async fn what_a_person_has_arranged_stays_when_the_email_goes_on() {
    let store = Store::in_memory().unwrap();
    store.catalogue(entry(1, StageKind::Draft)).await.unwrap();
    assert!(store.rename(id(1), "Mine".to_owned()).await.unwrap());
    assert!(store.pin(id(1), true).await.unwrap());
    assert!(store.archive(id(1), true).await.unwrap());
    let next = CatalogueEntry {
        states_revision: 2,
        ..entry(1, StageKind::Sent)
    };
    store.catalogue(next).await.unwrap();
    let query = ListQuery {
        show: Show::Archived,
        search: "mine".to_owned(),
        page: None,
    };
    let row = store.list(query).await.unwrap().unwrap().emails.remove(0);
    assert_eq!(
        (row.name.as_str(), row.pinned, row.archived, row.stage),
        ("Mine", true, true, StageKind::Sent)
    );
    assert!(!store.pin(id(2), true).await.unwrap(), "no such row");
}

#[tokio::test]
async fn what_is_deleted_is_apart_and_what_is_erased_does_not_come_back() {
    let store = Store::in_memory().unwrap();
    for number in [1, 2] {
        store
            .catalogue(entry(number, StageKind::Draft))
            .await
            .unwrap();
    }
    store.delete(id(1), Some(now())).await.unwrap();
    assert_eq!(listed(&store, Show::All, "").await, [id(2)]);
    assert_eq!(listed(&store, Show::Deleted, "ana").await, [id(1)]);
    assert!(store.seen(id(1)).await.unwrap().unwrap().deleted);
    let deleted_before = |then| Expiry {
        deleted_before: Some(then),
        finished_before: None,
    };
    let at_once = deleted_before(now());
    assert!(store.expired(at_once).await.unwrap().is_empty());
    let later = deleted_before(now() + TimeDelta::milliseconds(1));
    assert_eq!(store.expired(later).await.unwrap(), [id(1)]);
    assert!(store.has_expired(id(1), later).await.unwrap());
    assert!(!store.has_expired(id(2), later).await.unwrap());
    store.delete(id(1), None).await.unwrap();
    assert_eq!(listed(&store, Show::All, "").await.len(), 2);

    store.erase(id(1)).await.unwrap();
    assert!(store.is_erased(id(1)).await.unwrap());
    assert!(!store.catalogue(entry(1, StageKind::Draft)).await.unwrap());
    assert_eq!(listed(&store, Show::All, "ana").await, [id(2)]);
    store.uncatalogue(id(2)).await.unwrap();
    assert!(store.catalogue(entry(2, StageKind::Draft)).await.unwrap());
}

#[tokio::test]
async fn what_is_over_for_long_has_been_there_too_long_unless_it_is_pinned() {
    let store = Store::in_memory().unwrap();
    let stages = [
        StageKind::Sent,
        StageKind::Canceled,
        StageKind::Draft,
        StageKind::Unsure,
        StageKind::Sent,
        StageKind::Sent,
    ];
    for (number, stage) in (1..).zip(stages) {
        store.catalogue(entry(number, stage)).await.unwrap();
    }
    store.archive(id(2), true).await.unwrap();
    store.pin(id(5), true).await.unwrap();
    // Deleted a moment ago: it stays as long as deleted emails do.
    store.delete(id(6), Some(now())).await.unwrap();
    let expiry = |finished_before| Expiry {
        deleted_before: Some(now()),
        finished_before,
    };
    let later = expiry(Some(now() + TimeDelta::milliseconds(1)));
    assert_eq!(store.expired(later).await.unwrap(), [1, 2].map(id));
    assert!(store.expired(expiry(Some(now()))).await.unwrap().is_empty());
    assert!(store.expired(expiry(None)).await.unwrap().is_empty());
    store.pin(id(1), true).await.unwrap();
    assert!(!store.has_expired(id(1), later).await.unwrap());
}

#[tokio::test]
async fn files_go_with_what_has_ended_and_stay_with_what_may_still_leave() {
    use email_agent_api::{Attachment, FileContent};

    let store = Store::in_memory().unwrap();
    let file = Attachment::example(1, "a.txt", 1).id;
    for (number, stage) in [(1, StageKind::Sent), (2, StageKind::Scheduled)] {
        store.catalogue(entry(number, stage)).await.unwrap();
        let content = FileContent {
            attachment: Attachment::example(1, "a.txt", 1),
            bytes: vec![1],
        };
        store.keep_files(id(number), vec![content]).await.unwrap();
        store.uncatalogue(id(number)).await.unwrap();
    }
    assert_eq!(store.file(id(1), file.clone()).await.unwrap(), None);
    assert!(store.file(id(2), file.clone()).await.unwrap().is_some());
    store.erase(id(2)).await.unwrap();
    assert_eq!(store.file(id(2), file).await.unwrap(), None);
}
