//! Stopping a turn: what the call decides, and what the states make of it, in every order.

use email_agent_api::{Command, CommandRequest, ErrorCode, Poll, Speaker, StageKind};
use iwf::{
    Next, State,
    test::{Outcome, RpcTest, StateTest},
};

use super::*;
use crate::workflow::{
    AgentState, AnswerState, Describe, Owed, PressButton, StopState, TurnFailedState, TurnState,
    answer_state::Answer,
    schema::{CONVERSATION, DESK, REQUESTS, VERSIONS},
};

fn call(desk: &Desk, book: Book) -> RpcTest<EmailAgentWorkflow> {
    RpcTest::new(Ports::silent().workflow())
        .now_unix(now().timestamp())
        .workflow_id(id())
        .given(DESK, desk.record.clone())
        .given(VERSIONS, desk.versions.clone())
        .given(CONVERSATION, desk.conversation.clone())
        .given(REQUESTS, book)
}

fn visit<S: State<Workflow = EmailAgentWorkflow>>(
    ports: &Arc<Ports>,
    state: S,
    desk: &Desk,
    book: Book,
) -> StateTest<S> {
    StateTest::new(ports.workflow(), state)
        .now_unix(now().timestamp())
        .workflow_id(id())
        .given(DESK, desk.record.clone())
        .given(VERSIONS, desk.versions.clone())
        .given(CONVERSATION, desk.conversation.clone())
        .given(REQUESTS, book)
}

fn stop(request: &str) -> PressButton {
    PressButton(CommandRequest {
        key: key("stop"),
        command: Command::StopTurn {
            request: key(request),
        },
    })
}

/// The book of [`working`], in which its request was stopped.
fn stopped() -> Book {
    let mut book = book_with("thank ana@example.com", 0);
    book.stop(1, now());
    book
}

fn answer() -> Answer {
    Answer {
        request: in_hand(),
        names: Vec::new(),
        outcome: Ok(complete()),
        attempts: 1,
    }
}

fn is_dead_end(outcome: &Outcome<EmailAgentWorkflow>) -> bool {
    matches!(outcome.decision, Ok(Next::DeadEnd)) && outcome.store.written().is_empty()
}

#[tokio::test]
async fn stop_is_decided_in_the_call() {
    let (answer, store) = call(&working(), book_with("thank ana@example.com", 0))
        .call(stop("words"))
        .await;
    assert!(answer.unwrap().is_ok());
    assert_eq!(store.triggered::<StopState>(), [in_hand()]);
    let book = store.data(REQUESTS).unwrap();
    assert_eq!(book.stopped_at(1), Some(now()));
    assert_eq!(store.written(), ["Requests"]);

    // From this commit on people see it stopped, whatever the states are still doing.
    let (answer, _) = call(&working(), book.clone()).call(Describe(None)).await;
    let described = answer.unwrap();
    assert_eq!(described.owed, Some(Owed::Step), "no answer, but the stop");
    let Poll::Changed { view } = described.poll else {
        panic!("nothing was known")
    };
    assert_eq!(view.stage.kind(), StageKind::NeedsAnswer);
    assert!(view.queue.is_empty());
    assert!(view.conversation[0].unanswered && view.conversation[0].speaker == Speaker::You);
    assert!(view.conversation[1].text.starts_with("You stopped this."));

    // Another press, by another tab, is told so.
    let mut again = stop("words");
    again.0.key = key("other-tab");
    let (answer, _) = call(&working(), book).call(again).await;
    assert_eq!(answer.unwrap().unwrap_err().code, ErrorCode::TooLate);
}

#[tokio::test]
async fn an_answer_that_came_first_is_kept_and_the_stop_is_told() {
    let mut desk = working();
    let moment = Moment {
        now: now(),
        settings: Arc::default(),
        message_id: "<1@example.org>".to_owned(),
    };
    desk.answered(&in_hand(), complete(), &[], &moment);
    let (answer, store) = call(&desk, book_with("thank ana@example.com", 0))
        .call(stop("words"))
        .await;
    assert_eq!(answer.unwrap().unwrap_err().code, ErrorCode::TooLate);
    assert!(store.written().is_empty() && store.triggered::<StopState>().is_empty());
    // A trigger of before finds nothing to stop.
    let late = visit(&Ports::silent(), StopState, &desk, stopped())
        .execute(in_hand(), ())
        .await;
    assert!(is_dead_end(&late));
}

#[tokio::test]
async fn a_stop_that_came_first_makes_every_late_answer_nothing() {
    let ports = Ports::answering(Ok(complete()));
    for desk in [working(), working().with_stops(&stopped())] {
        let answered = visit(&ports, AnswerState, &desk, stopped());
        assert!(is_dead_end(&answered.execute(answer(), ()).await));
        let failed = visit(&ports, TurnFailedState, &desk, stopped());
        assert!(is_dead_end(&failed.execute(in_hand(), ()).await));
        let repeated = visit(&ports, TurnState, &desk, stopped());
        assert!(is_dead_end(&repeated.execute(in_hand(), ()).await));
    }
    assert_eq!(ports.calls(), 0, "a stopped turn asks nobody");
}

#[tokio::test]
async fn the_stop_puts_the_words_down_and_listens() {
    let outcome = visit(&Ports::silent(), StopState, &working(), stopped())
        .execute(in_hand(), ())
        .await;
    assert_eq!(outcome.moved_to::<AgentState>(), Some(()));
    let record = outcome.data(DESK).unwrap();
    assert_eq!((record.handled, record.in_hand), (1, None));
    let turns = outcome.data(CONVERSATION).unwrap();
    assert_eq!(turns[0].text, "thank ana@example.com");
    assert_eq!(turns.len(), 2);
}

#[tokio::test]
async fn cancel_wins_over_a_stop() {
    let book = Book {
        canceled: Some(now()),
        ..stopped()
    };
    let outcome = visit(&Ports::silent(), StopState, &working(), book.clone())
        .execute(in_hand(), ())
        .await;
    assert!(is_dead_end(&outcome), "the end is `CancelState`'s");
    let (answer, _) = call(&working(), book).call(stop("words")).await;
    assert_eq!(answer.unwrap().unwrap_err().code, ErrorCode::TooLate);
}

#[tokio::test]
async fn words_that_nobody_has_taken_up_are_put_down_by_whoever_takes_them() {
    let (answer, store) = call(&new_desk(), book_with("thank ana@example.com", 0))
        .call(stop("words"))
        .await;
    assert!(answer.unwrap().is_ok());
    assert!(store.triggered::<StopState>().is_empty());
    let book = store.data(REQUESTS).unwrap();
    let outcome = visit(&Ports::silent(), AgentState, &new_desk(), book)
        .execute((), words(1, "thank ana@example.com"))
        .await;
    assert_eq!(outcome.moved_to::<AgentState>(), Some(()));
    assert_eq!(outcome.data(CONVERSATION).unwrap().len(), 2);
}

#[tokio::test]
async fn stop_means_one_request_and_no_other() {
    let mut book = book_with("thank ana@example.com", 0);
    book.accept(key("second"), Some("waiting".to_owned()), now())
        .unwrap();
    let (answer, _) = call(&working(), book.clone()).call(stop("second")).await;
    assert_eq!(
        answer.unwrap().unwrap_err().code,
        ErrorCode::Conflict,
        "it only waits, so it can be taken back"
    );
    let (answer, _) = call(&working(), book).call(stop("unknown")).await;
    assert_eq!(answer.unwrap().unwrap_err().code, ErrorCode::TooLate);
}
