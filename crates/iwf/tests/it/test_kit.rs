//! The test kit shows what a state or an RPC did.

use crate::order::{
    Add, Await, CHANGES, COUNT, Change, LINE, Look, Open, Order, PARCEL, STATUS, Ship, Status,
};
use iwf::{
    Fired, RawCommand, WaitFor,
    test::{RpcTest, StateTest},
};

#[tokio::test]
async fn a_state_shows_what_it_wrote_and_where_it_goes() {
    let outcome = StateTest::new(Order, Open)
        .given(COUNT, 3)
        .attempt(2)
        .execute(4, ())
        .await;
    assert_eq!(outcome.data(COUNT), Some(14));
    assert_eq!(outcome.data(LINE.at("1")).as_deref(), Some("tea"));
    assert_eq!(outcome.published(PARCEL.at("a")), [7]);
    assert_eq!(outcome.store.written(), ["Count", "Line:1", "Status"]);
    assert_eq!(
        outcome
            .store
            .recorded("opened")
            .and_then(|event| event.json()),
        Some("2")
    );
    assert_eq!(outcome.moves_to::<Await>(), [()]);
    assert_eq!(outcome.moves_to::<Ship>(), [4]);
    assert_eq!(
        outcome.moved_to::<Ship>(),
        None,
        "it is not the only movement"
    );
}

#[tokio::test]
async fn errors_are_told_apart() {
    let outcome = StateTest::new(Order, Open).execute(-1, ()).await;
    assert!(outcome.is_retried());
    let outcome = StateTest::new(Order, Open).execute(-3, ()).await;
    assert_eq!(outcome.failed(), Some("broken for good"));
}

#[tokio::test]
async fn a_wait_shows_its_commands() {
    let waited = StateTest::new(Order, Await)
        .now_unix(100)
        .wait_until(())
        .await;
    let request = waited.request.unwrap();
    assert_eq!(request.wait_for, WaitFor::Any);
    assert_eq!(
        request.commands[0],
        ("patience".to_owned(), RawCommand::Timer { secs: 5 })
    );
    assert_eq!(request.commands.len(), 3);
}

#[tokio::test]
async fn what_a_wait_brings_is_an_ordinary_value() {
    let change = Change {
        text: "more".into(),
    };
    let test = StateTest::new(Order, Await).given_local("since", &40);
    let outcome = test.execute((), (Some(Fired), Some(change), None)).await;
    assert_eq!(
        outcome.completed().map(String::as_str),
        Some("40 true more false")
    );
}

#[tokio::test]
async fn an_rpc_shows_answer_writes_and_triggers() {
    let (answer, store) = RpcTest::new(Order)
        .given(COUNT, 98)
        .call(Add { by: 5 })
        .await;
    assert_eq!(answer.unwrap(), 103);
    assert_eq!(store.data(COUNT), Some(103));
    assert_eq!(store.triggered::<Ship>(), [103]);
    let (answer, store) = RpcTest::new(Order).call(Add { by: 0 }).await;
    assert_eq!(answer.unwrap_err().kind, "nothing");
    assert!(store.written().is_empty() && store.published.is_empty());
}

#[tokio::test]
async fn an_rpc_sees_what_waits_on_a_channel() {
    let test = RpcTest::new(Order)
        .given(STATUS, Status::Paid)
        .waiting(CHANGES, 2);
    let (answer, _) = test.call(Look).await;
    assert_eq!(answer.unwrap(), (Some(Status::Paid), 2));
}
