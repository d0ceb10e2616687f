//! Each state alone: what it waits for, writes and decides, without a server.

use email_agent_api::{Command, StageKind};
use iwf::{
    Fired, Next, RawCommand, State, Workflow,
    test::{Outcome, StateTest},
};

use super::*;
use crate::{
    desk::Ending,
    workflow::{
        AgentState, AnswerState, CancelState, ClosingState, InitState, OutcomeUnknownState,
        ScheduleState, SendingState, StartInput, TurnFailedState, TurnState,
        answer_state::Answer,
        schedule_state::Wait,
        schema::{
            CONVERSATION, CURRENT_REQUEST, DESK, EMAIL_BODY, EMAIL_RECIPIENT, EMAIL_SUBJECT,
            PREVIOUS_RESPONSE_ID, REQUESTS, SCHEDULED_TIME, STATUS, SUMMARY, USER_INPUT, VERSIONS,
        },
    },
};

/// This state, on this desk and book.
fn on<S: State<Workflow = EmailAgentWorkflow>>(
    ports: &Arc<Ports>,
    state: S,
    desk: &Desk,
    book: Book,
) -> StateTest<S> {
    let test = StateTest::new(ports.workflow(), state)
        .now_unix(now().timestamp())
        .workflow_id(id())
        .given(DESK, desk.record.clone())
        .given(VERSIONS, desk.versions.clone())
        .given(CONVERSATION, desk.conversation.clone())
        .given(SUMMARY, desk.summary())
        .given(REQUESTS, book);
    match &desk.previous_response_id {
        Some(id) => test.given(PREVIOUS_RESPONSE_ID, id.clone()),
        None => test,
    }
}

fn keeps_to_its_own<W: Workflow>(outcome: &Outcome<W>) {
    let written = outcome.store.written();
    assert!(
        !written.iter().any(|key| OF_RPCS.contains(key)),
        "a state wrote {written:?}"
    );
}

#[tokio::test]
async fn init_puts_an_empty_email_on_the_desk() {
    let input = StartInput {
        time_zone: "Europe/Lisbon".to_owned(),
        approval: ApprovalMode::Auto,
    };
    let ports = Ports::silent();
    let outcome = StateTest::new(ports.workflow(), InitState)
        .now_unix(now().timestamp())
        .execute(input, ())
        .await;
    assert_eq!(outcome.moved_to::<AgentState>(), Some(()));
    let record = outcome.data(DESK).unwrap();
    assert_eq!(
        (record.approval, record.time_zone.as_str()),
        (ApprovalMode::Auto, "Europe/Lisbon")
    );
    assert_eq!(outcome.data(STATUS), Some(StageKind::New));
    assert!(outcome.data(SUMMARY).is_some() && outcome.data(CONVERSATION).is_some());
    keeps_to_its_own(&outcome);
}

#[tokio::test]
async fn agent_state_commits_that_words_are_in_work_before_the_model_is_asked() {
    let ports = Ports::silent();
    let outcome = on(&ports, AgentState, &new_desk(), book_with("hello", 0))
        .execute((), words(1, "hello"))
        .await;
    assert_eq!(
        outcome.moved_to::<TurnState>().map(|held| held.sequence),
        Some(1)
    );
    assert_eq!(outcome.data(STATUS), Some(StageKind::Working));
    assert_eq!(outcome.data(CURRENT_REQUEST).as_deref(), Some("hello"));
    assert_eq!(ports.calls(), 0);
    keeps_to_its_own(&outcome);
}

#[tokio::test]
async fn agent_state_passes_over_words_that_were_taken_back() {
    let book = Book {
        last_sequence: 1,
        ..Book::default()
    };
    let outcome = on(&Ports::silent(), AgentState, &new_desk(), book)
        .execute((), words(1, "hello"))
        .await;
    assert_eq!(outcome.moved_to::<AgentState>(), Some(()));
    assert_eq!(outcome.data(DESK).unwrap().handled, 1);
}

#[tokio::test]
async fn turn_state_hands_the_answer_on_and_writes_nothing() {
    for (answer, outcome) in [
        (Ok(complete()), Ok(complete())),
        (
            Err(AssistantError::Permanent {
                message: "No.".to_owned(),
            }),
            Err("No.".to_owned()),
        ),
    ] {
        let ports = Ports::answering(answer);
        let visit = on(&ports, TurnState, &working(), book_with("thank", 0))
            .execute(in_hand(), ())
            .await;
        let answer = visit.moved_to::<AnswerState>().unwrap();
        assert_eq!((answer.request, answer.outcome), (in_hand(), outcome));
        assert_eq!(visit.store.written(), Vec::<&str>::new());
    }
}

#[tokio::test]
async fn answer_state_writes_the_answer_and_the_attributes_of_the_article() {
    let answer = Answer {
        request: in_hand(),
        names: Vec::new(),
        outcome: Ok(complete()),
        attempts: 2,
    };
    let outcome = on(
        &Ports::silent(),
        AnswerState,
        &working(),
        book_with("thank", 0),
    )
    .execute(answer, ())
    .await;
    assert_eq!(outcome.moved_to::<AgentState>(), Some(()));
    assert_eq!(outcome.data(STATUS), Some(StageKind::ReadyToApprove));
    assert_eq!(
        outcome.data(EMAIL_RECIPIENT).as_deref(),
        Some("ana@example.com")
    );
    assert_eq!(outcome.data(EMAIL_SUBJECT).as_deref(), Some("Hi"));
    assert_eq!(outcome.data(EMAIL_BODY).as_deref(), Some("Olá"));
    assert_eq!(
        outcome.data(SCHEDULED_TIME),
        Some(Some(now().timestamp() + 3_600))
    );
    assert_eq!(
        outcome.data(PREVIOUS_RESPONSE_ID).as_deref(),
        Some("resp-1")
    );
    keeps_to_its_own(&outcome);
}

#[tokio::test]
async fn turn_state_leaves_passing_failures_to_the_engine_and_writes_nothing() {
    let ports = Ports::answering(Err(AssistantError::Temporary {
        message: "Busy.".to_owned(),
    }));
    let outcome = on(&ports, TurnState, &working(), book_with("thank", 0))
        .execute(in_hand(), ())
        .await;
    assert!(outcome.is_retried());
    assert_eq!(outcome.store.written(), Vec::<&str>::new());
}

#[tokio::test]
async fn turn_state_does_not_ask_for_an_email_that_was_canceled() {
    let ports = Ports::answering(Ok(complete()));
    let book = Book {
        canceled: Some(now()),
        ..book_with("thank", 0)
    };
    let outcome = on(&ports, TurnState, &working(), book)
        .execute(in_hand(), ())
        .await;
    assert!(matches!(outcome.decision, Ok(Next::DeadEnd)));
    assert_eq!(ports.calls(), 0);
}

#[tokio::test]
async fn turn_failed_state_says_so_and_listens_again() {
    let outcome = on(
        &Ports::silent(),
        TurnFailedState,
        &working(),
        book_with("thank", 0),
    )
    .execute(in_hand(), ())
    .await;
    assert_eq!(outcome.moved_to::<AgentState>(), Some(()));
    let turns = outcome.data(CONVERSATION).unwrap();
    assert_eq!(turns[0].text, "thank ana@example.com");
    assert!(turns[1].failed && turns[1].text.contains("5 attempts"));
    assert_eq!(outcome.data(DESK).unwrap().handled, 1);
}

#[tokio::test]
async fn schedule_state_waits_for_the_due_time_or_the_person() {
    let (desk, attempt, due) = scheduled();
    let waiting = on(&Ports::silent(), ScheduleState, &desk, Book::default())
        .wait_until(Wait { attempt, due })
        .await;
    let commands: Vec<_> = waiting
        .request
        .unwrap()
        .commands
        .into_iter()
        .map(|(_, command)| command)
        .collect();
    let timer = RawCommand::TimerAt {
        unix_secs: due.timestamp(),
    };
    assert_eq!(
        commands,
        [
            timer,
            RawCommand::Channel {
                name: "UserInput".to_owned()
            }
        ]
    );
}

#[tokio::test]
async fn schedule_state_sends_when_due_and_listens_first() {
    let (desk, attempt, due) = scheduled();
    let wait = Wait {
        attempt: attempt.clone(),
        due,
    };
    let run = async |got| {
        on(&Ports::silent(), ScheduleState, &desk, Book::default())
            .execute(wait.clone(), got)
            .await
    };
    assert_eq!(
        run((Some(Fired), None)).await.moved_to::<SendingState>(),
        Some(attempt.clone())
    );
    let undone = run((Some(Fired), Some(button(3, Command::Unschedule)))).await;
    assert_eq!(
        undone.moved_to::<AgentState>(),
        Some(()),
        "both at once: the person wins"
    );
    keeps_to_its_own(&undone);
}

#[tokio::test]
async fn schedule_state_ignores_a_timer_of_another_schedule() {
    let (desk, mut attempt, due) = scheduled();
    attempt.version = 0;
    let wait = Wait { attempt, due };
    let outcome = on(&Ports::silent(), ScheduleState, &desk, Book::default())
        .execute(wait, (Some(Fired), None))
        .await;
    assert_eq!(outcome.moved_to::<SendingState>(), None);
    assert!(outcome.moved_to::<ScheduleState>().is_some());
}

#[tokio::test]
async fn sending_state_commits_the_intent_before_it_sends() {
    let (desk, attempt, _) = scheduled();
    let ports = Ports::silent();
    let intent = on(&ports, SendingState, &desk, Book::default())
        .wait_until(attempt.clone())
        .await;
    assert_eq!(intent.data(STATUS), Some(StageKind::Sending));
    assert!(intent.request.unwrap().commands.is_empty());
    assert_eq!(ports.calls(), 0);

    let begun = Desk {
        record: intent.store.data(DESK).unwrap(),
        ..desk
    };
    let sent = on(&ports, SendingState, &begun, Book::default())
        .execute(attempt, ())
        .await;
    assert_eq!(ports.calls(), 1);
    assert_eq!(sent.data(STATUS), Some(StageKind::Sent));
    assert!(matches!(
        sent.decision,
        Ok(Next::CompleteIfEmpty {
            output: Ending::Sent,
            ..
        })
    ));
    keeps_to_its_own(&sent);
}

#[tokio::test]
async fn sending_state_gives_way_to_what_was_accepted_before() {
    let (desk, attempt, _) = scheduled();
    let ports = Ports::silent();
    let book = book_with("wait", desk.record.handled);
    let intent = on(&ports, SendingState, &desk, book.clone())
        .wait_until(attempt.clone())
        .await;
    assert_eq!(intent.store.written(), Vec::<&str>::new());
    let outcome = on(&ports, SendingState, &desk, book)
        .execute(attempt.clone(), ())
        .await;
    assert!(
        outcome.moved_to::<ScheduleState>().is_some(),
        "where the words are taken"
    );
    let canceled = Book {
        canceled: Some(now()),
        ..Book::default()
    };
    let outcome = on(&ports, SendingState, &desk, canceled)
        .execute(attempt, ())
        .await;
    assert!(matches!(outcome.decision, Ok(Next::DeadEnd)));
    assert_eq!(ports.calls(), 0, "nothing was handed over");
}

#[tokio::test]
async fn sending_state_does_not_repeat_what_was_handed_over_before() {
    let (desk, attempt, _) = scheduled();
    let (ports, store) = (Ports::silent(), Store::in_memory().unwrap());
    // The file of sends says that an attempt as this one was handed over before.
    let sending = email_agent_store::Sending {
        message_id: attempt.message_id.clone(),
        attempt: attempt.number,
    };
    assert!(store.hand_over(sending, now()).await.unwrap());
    let workflow = EmailAgentWorkflow::new(Office {
        store,
        ..ports.office()
    });
    let outcome = StateTest::new(workflow, SendingState)
        .now_unix(now().timestamp())
        .workflow_id(id())
        .given(DESK, desk.record.clone())
        .given(VERSIONS, desk.versions.clone())
        .given(CONVERSATION, desk.conversation.clone())
        .given(SUMMARY, desk.summary())
        .given(REQUESTS, Book::default())
        .wait_until(attempt)
        .await;
    assert_eq!(outcome.data(STATUS), Some(StageKind::Held));
    assert_eq!(ports.calls(), 0);
}

#[tokio::test]
async fn every_recovery_state_fits_the_state_it_recovers() {
    let registry = crate::registry(Ports::silent().office());
    assert!(
        registry.is_ok(),
        "recovery states fit: {:?}",
        registry.err()
    );
}

#[tokio::test]
async fn outcome_unknown_state_asks_a_person() {
    let (mut desk, attempt, _) = scheduled();
    let moment = Moment {
        now: now(),
        settings: Arc::default(),
        message_id: String::new(),
    };
    assert!(desk.begin(&attempt, &Book::default(), &moment, &Count::Room));
    let outcome = on(
        &Ports::silent(),
        OutcomeUnknownState,
        &desk,
        Book::default(),
    )
    .execute(attempt.clone(), ())
    .await;
    assert_eq!(outcome.data(STATUS), Some(StageKind::Unsure));
    assert_eq!(outcome.moved_to::<AgentState>(), Some(()));

    let (untouched, ..) = scheduled();
    let outcome = on(
        &Ports::silent(),
        OutcomeUnknownState,
        &untouched,
        Book::default(),
    )
    .execute(attempt, ())
    .await;
    assert!(
        outcome.moved_to::<ScheduleState>().is_some(),
        "without an intent nothing has left"
    );
}

#[tokio::test]
async fn closing_state_answers_what_came_too_late() {
    let mut desk = new_desk();
    desk.record.stage = Stage::Canceled;
    let outcome = on(&Ports::silent(), ClosingState, &desk, book_with("wait!", 0))
        .execute(Ending::Canceled, words(1, "wait!"))
        .await;
    assert!(matches!(
        outcome.decision,
        Ok(Next::CompleteIfEmpty {
            output: Ending::Canceled,
            ..
        })
    ));
    let turns = outcome.data(CONVERSATION).unwrap();
    assert_eq!(turns[0].text, "wait!");
    assert!(turns[1].failed);
    assert_eq!(outcome.published(USER_INPUT), []);
}

#[tokio::test]
async fn cancel_state_ends_at_once_and_writes_nothing_that_others_are_writing() {
    let outcome = on(&Ports::silent(), CancelState, &working(), Book::default())
        .execute((), ())
        .await;
    assert!(matches!(
        outcome.decision,
        Ok(Next::CompleteNow(Ending::Canceled))
    ));
    let mut written = outcome.store.written();
    written.sort_unstable();
    assert_eq!(written, ["Status", "Summary"]);
}
