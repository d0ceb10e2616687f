//! Each RPC alone: what it accepts, refuses, writes and publishes, without a server.

use email_agent_api::{
    Command, CommandRequest, DraftNote, ErrorCode, NewRequest, Poll, Removal,
    limits::QUEUE_REQUESTS_MAX,
};
use iwf::{Store, test::RpcTest};

use super::*;
use crate::workflow::{
    CancelState, Describe, Described, PressButton, RemoveRequest, SaveDraft, SendRequest,
    schema::{CONVERSATION, DESK, REQUEST_DRAFT, REQUESTS, USER_INPUT, VERSIONS},
};

fn on(desk: &Desk, book: Book) -> RpcTest<EmailAgentWorkflow> {
    RpcTest::new(Ports::silent().workflow())
        .now_unix(now().timestamp())
        .workflow_id(id())
        .given(DESK, desk.record.clone())
        .given(VERSIONS, desk.versions.clone())
        .given(CONVERSATION, desk.conversation.clone())
        .given(REQUESTS, book)
}

fn keeps_to_its_own(store: &Store) {
    let written = store.written();
    assert!(
        written.iter().all(|key| OF_RPCS.contains(key)),
        "an RPC wrote {written:?}"
    );
}

fn request(name: &str, text: &str) -> SendRequest {
    SendRequest(NewRequest {
        key: key(name),
        text: text.to_owned(),
        time_zone: "UTC".to_owned(),
        draft_sequence: 7,
    })
}

fn press(name: &str, command: Command) -> PressButton {
    PressButton(CommandRequest {
        key: key(name),
        command,
    })
}

#[tokio::test]
async fn send_request_queues_the_words_and_empties_the_composer() {
    let test = on(&working(), book_with("before", 0)).given(REQUEST_DRAFT, "hello".to_owned());
    let (answer, store) = test.call(request("new", "hello\0")).await;
    assert!(answer.unwrap().is_ok());
    let published = store.published_on(USER_INPUT);
    assert_eq!((published.len(), published[0].sequence), (1, 2));
    assert!(
        matches!(&published[0].what, What::Request { text, removed: 1, .. } if text == "hello")
    );
    assert_eq!(store.data(REQUEST_DRAFT).as_deref(), Some(""));
    keeps_to_its_own(&store);
}

#[tokio::test]
async fn a_repeat_has_the_same_answer_and_no_second_effect() {
    let (first, store) = on(&new_desk(), Book::default())
        .call(request("new", "hello"))
        .await;
    let (again, store) = on(&new_desk(), store.data(REQUESTS).unwrap())
        .call(request("new", "hello"))
        .await;
    assert_eq!(first.unwrap(), again.unwrap());
    assert!(store.written().is_empty() && store.published.is_empty());
}

#[tokio::test]
async fn a_refusal_writes_nothing() {
    let mut full = Book::default();
    for n in 0..QUEUE_REQUESTS_MAX {
        full.accept(key(&format!("k{n}")), Some("x".to_owned()), now())
            .unwrap();
    }
    let (answer, store) = on(&new_desk(), full).call(request("new", "hello")).await;
    assert_eq!(answer.unwrap().unwrap_err().code, ErrorCode::TooMany);
    assert!(store.published.is_empty());
    let (answer, store) = on(&new_desk(), Book::default())
        .call(press("k", Command::TryNow))
        .await;
    assert_eq!(answer.unwrap().unwrap_err().code, ErrorCode::TooLate);
    assert!(store.written().is_empty());
}

#[tokio::test]
async fn cancel_is_decided_in_the_call() {
    let (answer, store) = on(&working(), book_with("before", 0))
        .call(press("k", Command::Cancel))
        .await;
    assert!(answer.unwrap().is_ok());
    assert_eq!(store.triggered::<CancelState>(), [()]);
    let book = store.data(REQUESTS).unwrap();
    assert!(book.canceled.is_some());
    keeps_to_its_own(&store);
    let (late, _) = on(&working(), book).call(request("late", "no, wait")).await;
    assert_eq!(late.unwrap().unwrap_err().code, ErrorCode::TooLate);
}

#[tokio::test]
async fn cancel_past_the_point_of_no_return_is_refused() {
    let (mut desk, ..) = scheduled();
    desk.record.stage = Stage::Sending;
    let (answer, store) = on(&desk, Book::default())
        .call(press("k", Command::Cancel))
        .await;
    assert_eq!(answer.unwrap().unwrap_err().code, ErrorCode::TooLate);
    assert!(store.triggered::<CancelState>().is_empty() && store.written().is_empty());
}

#[tokio::test]
async fn commands_travel_on_the_channel() {
    let (desk, ..) = scheduled();
    let (answer, store) = on(
        &desk,
        Book {
            last_sequence: 2,
            ..Book::default()
        },
    )
    .call(press("k", Command::Unschedule))
    .await;
    assert!(answer.unwrap().is_ok());
    let published = store.published_on(USER_INPUT);
    assert_eq!(
        (published[0].sequence, &published[0].what),
        (3, &What::Command(Command::Unschedule))
    );
    keeps_to_its_own(&store);
}

#[tokio::test]
async fn removing_knows_what_is_in_work() {
    let mut book = book_with("in work", 0);
    book.accept(key("second"), Some("waiting".to_owned()), now())
        .unwrap();
    let remove = |name| RemoveRequest(Removal { key: key(name) });
    let (answer, store) = on(&working(), book.clone()).call(remove("second")).await;
    assert!(answer.unwrap().is_ok());
    assert!(!store.data(REQUESTS).unwrap().has(2));
    let (answer, _) = on(&working(), book).call(remove("words")).await;
    assert_eq!(answer.unwrap().unwrap_err().code, ErrorCode::TooLate);
}

#[tokio::test]
async fn save_draft_needs_nothing_but_its_own_attributes() {
    let note = DraftNote {
        text: "half a sent".to_owned(),
        sequence: 1,
    };
    let test = RpcTest::new(Ports::silent().workflow()).workflow_id(id());
    let (answer, store) = test.call(SaveDraft(note)).await;
    assert_eq!(answer.unwrap().unwrap().sequence, 1);
    keeps_to_its_own(&store);
}

#[tokio::test]
async fn describe_tells_the_truth_about_what_waits() {
    let (desk, ..) = scheduled();
    let describe = async |book: Book| {
        let (answer, store) = on(&desk, book).call(Describe(None)).await;
        assert!(store.written().is_empty());
        let Ok(Described {
            poll: Poll::Changed { view },
            ..
        }) = answer
        else {
            panic!("{answer:?}")
        };
        view
    };
    assert!(matches!(
        describe(Book::default()).await.stage,
        Stage::Scheduled { .. }
    ));
    let words = describe(book_with("shorter", desk.record.handled)).await;
    assert!(
        matches!(words.stage, Stage::Working { .. }),
        "words that wait are worked on next"
    );
    assert_eq!((words.queue.len(), words.queue[0].in_work), (1, false));
    let mut pressed = Book {
        last_sequence: desk.record.handled,
        ..Book::default()
    };
    pressed.accept(key("k"), None, now()).unwrap();
    let pressed = describe(pressed).await;
    assert!(pressed.command_pending && matches!(pressed.stage, Stage::Scheduled { .. }));
    let canceled = describe(Book {
        canceled: Some(now()),
        ..Book::default()
    })
    .await;
    assert_eq!(
        (canceled.stage, canceled.command_pending),
        (Stage::Canceled, false)
    );
}

#[tokio::test]
async fn describe_is_short_when_nothing_has_changed() {
    let desk = new_desk();
    let (answer, _) = on(
        &desk,
        Book {
            revision: 5,
            ..Book::default()
        },
    )
    .call(Describe(Some(5)))
    .await;
    let poll = Poll::Unchanged {
        revision: 5,
        waiting: None,
    };
    assert_eq!(answer.unwrap(), Described { poll, owed: None });
}
