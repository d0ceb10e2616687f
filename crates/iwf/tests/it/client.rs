//! The typed client: the requests it makes, and the answers it understands.

use crate::{
    order::{
        Add, Await, CHANGES, COUNT, Change, DUE, LINE, OWNER, Order, PAID, Poke, STATUS, Ship,
        Status,
    },
    script::{Answer, Server, error, ok, refused},
};
use iwf::{
    ApiError, ClosedStatus, Config, DataUpdate, IdReuse, Reset, ResetTo, Retry, RunStatus,
    StartOptions, Stop, TimerAt, WorkflowRef,
};
use serde_json::{Value, json};
use std::time::{Duration, UNIX_EPOCH};

async fn order(answers: impl IntoIterator<Item = Answer>) -> (Server, WorkflowRef<Order>) {
    let server = Server::answering(answers).await;
    let order = server.client().workflow("w");
    (server, order)
}
fn value(data: &str) -> Value {
    json!({"encoding": "json", "data": data})
}
fn still_running() -> Answer {
    refused(420, "LONG_POLL_TIME_OUT_SUB_STATUS")
}

#[tokio::test]
async fn a_start_says_all() {
    let server = Server::answering([ok(json!({"workflowRunId": "r"}))]).await;
    let options = StartOptions::new()
        .timeout(Duration::from_mins(1))
        .id_reuse(IdReuse::Never)
        .delay(Duration::from_secs(9))
        .cron("0 9 * * *")
        .retry(Retry::attempts(3))
        .data(STATUS, Status::Open)
        .data(LINE.at("1"), "tea".into())
        .search(OWNER, "ana".into())
        .config(Config {
            continue_as_new_threshold: Some(0),
            ..Config::default()
        })
        .request_id("once")
        .waits_for::<Ship, _>()
        .waits_for_visit::<Await, _>(2);
    server
        .client()
        .start::<Order>("w", 4, options)
        .await
        .unwrap();
    let asked = server.asked_once();
    assert_eq!(asked.path, "/api/v1/workflow/start");
    let expected = json!({
        "workflowId": "w",
        "iwfWorkflowType": "OrderWorkflow",
        "workflowTimeoutSeconds": 60,
        "iwfWorkerUrl": "http://worker",
        "startStateId": "Open",
        "stateInput": value("4"),
        "stateOptions": {"skipWaitUntil": true, "waitUntilApiTimeoutSeconds": 10,
            "executeApiTimeoutSeconds": 10},
        "waitForCompletionStateIds": ["Ship"],
        "waitForCompletionStateExecutionIds": ["Await-2"],
        "workflowStartOptions": {
            "idReusePolicy": "DISALLOW_REUSE",
            "cronSchedule": "0 9 * * *",
            "workflowStartDelaySeconds": 9,
            "retryPolicy": {"maximumAttempts": 3},
            "searchAttributes": [{"key": "Owner", "valueType": "KEYWORD", "stringValue": "ana"}],
            "dataAttributes": [{"key": "Status", "value": value("\"open\"")},
                {"key": "Line:1", "value": value("\"tea\"")}],
            "workflowConfigOverride": {"continueAsNewThreshold": 0},
            "workflowAlreadyStartedOptions": {"ignoreAlreadyStartedError": true, "requestId": "once"},
        },
    });
    assert_eq!(asked.body, expected);
}

#[tokio::test]
async fn a_taken_id_is_told() {
    let server = Server::answering([refused(400, "WORKFLOW_ALREADY_STARTED_SUB_STATUS")]).await;
    let started = server
        .client()
        .start::<Order>("w", 4, StartOptions::new())
        .await;
    assert!(
        matches!(started, Err(ApiError::AlreadyStarted)),
        "{started:?}"
    );
}

#[tokio::test]
async fn only_known_workflows_and_real_ids_start() {
    let server = Server::answering([]).await;
    let client = server.client();
    let foreign = client
        .start::<iwf::doc_example::Other>("w", 1, StartOptions::new())
        .await;
    assert!(
        matches!(foreign, Err(ApiError::NotRegistered("Other"))),
        "{foreign:?}"
    );
    let nameless = client.start::<Order>("", 1, StartOptions::new()).await;
    assert!(
        matches!(nameless, Err(ApiError::Rejected { .. })),
        "{nameless:?}"
    );
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn a_call_sends_locks_and_waits_for_them() {
    let locked = || refused(450, "WORKER_API_ERROR");
    let (server, order) = order([locked(), locked(), ok(json!({"output": value("5")}))]).await;
    assert_eq!(order.call(Add { by: 5 }).await.unwrap(), 5);
    let asked = server.asked();
    assert_eq!(asked.len(), 3);
    let expected = json!({
        "workflowId": "w", "rpcName": "add", "input": value("{\"by\":5}"), "timeoutSeconds": 7,
        "dataAttributesLoadingPolicy":
            {"persistenceLoadingType": "LOAD_ALL_WITH_PARTIAL_LOCK", "lockingKeys": ["Count"]},
    });
    assert_eq!(asked[2].body, expected);
}

#[tokio::test]
async fn without_patience_a_lock_conflict_is_told_at_once() {
    let server = Server::answering([refused(450, "WORKER_API_ERROR")]).await;
    let client = server.client().lock_patience(Duration::ZERO);
    let called = client.workflow::<Order>("w").call(Add { by: 5 }).await;
    assert!(matches!(called, Err(ApiError::LockConflict)), "{called:?}");
}

#[tokio::test]
async fn a_blind_call_loads_nothing_and_sends_no_input() {
    let (server, order) = order([ok(json!({}))]).await;
    order.call(Poke).await.unwrap();
    let none = json!({"persistenceLoadingType": "LOAD_NONE"});
    let expected = json!({"workflowId": "w", "rpcName": "poke",
        "dataAttributesLoadingPolicy": none, "searchAttributesLoadingPolicy": none});
    assert_eq!(server.asked_once().body, expected);
}

#[tokio::test]
async fn a_handler_error_reaches_the_caller() {
    let told = json!({"detail": "worker API error", "subStatus": "WORKER_API_ERROR",
        "originalWorkerErrorDetail": "0 adds nothing", "originalWorkerErrorType": "nothing",
        "originalWorkerErrorStatus": 500});
    let (_, order) = order([error(420, told)]).await;
    let Err(ApiError::Worker {
        kind,
        detail,
        status,
    }) = order.call(Add { by: 0 }).await
    else {
        panic!("a worker error is expected")
    };
    assert_eq!(
        (kind.as_str(), detail.as_str(), status),
        ("nothing", "0 adds nothing", 500)
    );
}

#[tokio::test]
async fn messages_are_sent_in_order() {
    let (server, order) = order([ok(json!({})), ok(json!({}))]).await;
    order.signal(PAID, ()).await.unwrap();
    let change = |text: &str| Change { text: text.into() };
    order
        .publish_many(CHANGES, vec![change("a"), change("b")])
        .await
        .unwrap();
    let asked = server.asked();
    assert_eq!(
        asked[0].body,
        json!({"workflowId": "w", "signalChannelName": "Paid"})
    );
    let message = |data: &str| json!({"channelName": "Changes", "value": value(data)});
    let expected = json!({"workflowId": "w",
        "messages": [message("{\"text\":\"a\"}"), message("{\"text\":\"b\"}")]});
    assert_eq!(asked[1].body, expected);
}

#[tokio::test]
async fn attributes_are_read_and_written() {
    let found = json!({"objects": [{"key": "Count", "value": value("3")}, {"key": "Status"}]});
    let due = json!({"searchAttributes": [
        {"key": "Due", "valueType": "DATETIME", "stringValue": "1970-01-01T00:00:05Z"}]});
    let (server, order) = order([
        ok(found),
        ok(json!({})),
        ok(due),
        ok(json!({})),
        ok(json!({})),
    ])
    .await;

    let read = order.read_many([COUNT.key(), STATUS.key()]).await.unwrap();
    assert_eq!(read.get(COUNT).unwrap(), Some(3));
    assert_eq!(read.get(STATUS).unwrap(), None);
    assert_eq!(order.read(COUNT).await.unwrap(), None);
    let due = UNIX_EPOCH + Duration::from_secs(5);
    assert_eq!(order.read_search(DUE).await.unwrap(), Some(due));
    let writes = DataUpdate::new()
        .set(COUNT, 4)
        .set(LINE.at("1"), "tea".into());
    order.write_many(writes).await.unwrap();
    order.write_search(DUE, due).await.unwrap();

    let asked = server.asked();
    assert_eq!(
        asked[0].body,
        json!({"workflowId": "w", "keys": ["Count", "Status"]})
    );
    let keys = json!([{"key": "Due", "valueType": "DATETIME"}]);
    assert_eq!(asked[2].body, json!({"workflowId": "w", "keys": keys}));
    let objects = json!([{"key": "Count", "value": value("4")}, {"key": "Line:1", "value": value("\"tea\"")}]);
    assert_eq!(
        asked[3].body,
        json!({"workflowId": "w", "objects": objects})
    );
    let text = &asked[4].body["searchAttributes"][0]["stringValue"];
    assert_eq!(*text, json!("1970-01-01T00:00:05.000+00:00"));
}

#[tokio::test]
async fn a_result_is_waited_for_over_many_polls() {
    let done = json!({"workflowRunId": "r", "workflowStatus": "COMPLETED", "results": [
        {"completedStateId": "A", "completedStateExecutionId": "A-1"},
        {"completedStateId": "B", "completedStateExecutionId": "B-1",
         "completedStateOutput": value("\"end\"")}]});
    let (server, order) = order([still_running(), still_running(), ok(done)]).await;
    assert_eq!(order.result().await.unwrap(), "end");
    let asked = server.asked();
    assert_eq!(asked.len(), 3);
    let expected = json!({"workflowId": "w", "needsResults": true, "waitTimeSeconds": 20});
    assert_eq!(
        (asked[0].path.as_str(), &asked[0].body),
        ("/api/v1/workflow/getWithWait", &expected)
    );
}

#[tokio::test]
async fn patience_has_an_end() {
    let (_, order) = order([still_running()]).await;
    let waited = order.result_within(Duration::ZERO).await;
    assert!(matches!(waited, Err(ApiError::StillRunning)), "{waited:?}");
}

#[tokio::test]
async fn an_open_workflow_has_no_result_yet() {
    let open = || ok(json!({"workflowRunId": "r", "workflowStatus": "RUNNING"}));
    let (_, order) = order([open(), open()]).await;
    assert_eq!(order.try_result().await.unwrap(), None);
    assert_eq!(order.describe().await.unwrap().status, RunStatus::Running);
}

#[tokio::test]
async fn an_end_that_is_no_completion_is_an_error_with_its_reason() {
    let failed = json!({"workflowRunId": "r", "workflowStatus": "FAILED",
        "errorType": "STATE_DECISION_FAILING_WORKFLOW_ERROR_TYPE",
        "results": [{"completedStateId": "A", "completedStateExecutionId": "A-1",
            "completedStateOutput": value("\"gave up\"")}]});
    let (_, order) = order([ok(failed)]).await;
    let Err(ApiError::Uncompleted {
        status,
        kind,
        message,
        ..
    }) = order.result().await
    else {
        panic!("a failure is expected")
    };
    assert_eq!(status, ClosedStatus::Failed);
    assert_eq!(kind.as_deref(), Some("StateDecisionFailingWorkflow"));
    assert_eq!(message.as_deref(), Some("gave up"));
}

#[tokio::test]
async fn several_values_want_outputs() {
    let done = || {
        let result = |id: &str| {
            json!({"completedStateId": "A", "completedStateExecutionId": id,
            "completedStateOutput": value("\"x\"")})
        };
        ok(json!({"workflowRunId": "r", "workflowStatus": "COMPLETED",
            "results": [result("A-1"), result("A-2")]}))
    };
    let (_, order) = order([done(), done()]).await;
    assert!(matches!(order.result().await, Err(ApiError::Decode { .. })));
    let outputs = order.outputs().await.unwrap();
    assert_eq!(outputs[1].state_execution_id, "A-2");
    assert_eq!(outputs[1].value.decode::<String>().unwrap(), "x");
}

#[tokio::test]
async fn states_are_waited_for_by_visit_and_by_key() {
    let (server, order) = order([still_running(), ok(json!({})), ok(json!({}))]).await;
    order.wait_for_state::<Ship, _>(2).await.unwrap();
    order.wait_for_key::<Ship, _>("first").await.unwrap();
    let asked = server.asked();
    let expected = json!({"workflowId": "w", "stateExecutionId": "Ship-2", "waitTimeSeconds": 20});
    assert_eq!(asked[1].body, expected);
    let expected = json!({"workflowId": "w", "stateId": "Ship", "waitForKey": "first",
        "waitTimeSeconds": 20});
    assert_eq!(asked[2].body, expected);
}

#[tokio::test]
async fn operations_name_what_they_need() {
    let done = || ok(json!({"workflowRunId": "r2"}));
    let (server, order) = order([done(), done(), done(), done(), done()]).await;
    order.stop(Stop::Fail, "wrong").await.unwrap();
    order
        .skip_timer::<Await, _>(1, TimerAt::Id("patience".into()))
        .await
        .unwrap();
    order
        .skip_timer::<Await, _>(1, TimerAt::Index(0))
        .await
        .unwrap();
    let to = ResetTo::Time(UNIX_EPOCH);
    let run = order
        .reset(Reset::to(to, "again").skip_messages())
        .await
        .unwrap();
    assert_eq!(run, "r2");
    order
        .clone()
        .run("r1")
        .update_config(Config::default())
        .await
        .unwrap();
    let bodies: Vec<Value> = server.asked().into_iter().map(|asked| asked.body).collect();
    let expected = [
        json!({"workflowId": "w", "reason": "wrong", "stopType": "FAIL"}),
        json!({"workflowId": "w", "workflowStateExecutionId": "Await-1", "timerCommandId": "patience"}),
        json!({"workflowId": "w", "workflowStateExecutionId": "Await-1", "timerCommandIndex": 0}),
        json!({"workflowId": "w", "resetType": "HISTORY_EVENT_TIME", "reason": "again",
            "historyEventTime": "1970-01-01T00:00:00.000+00:00", "skipSignalReapply": true}),
        json!({"workflowId": "w", "workflowRunId": "r1", "workflowConfig": {}}),
    ];
    assert_eq!(bodies, expected);
}

#[tokio::test]
async fn a_search_goes_on_page_by_page() {
    let page = |ids: &[&str], token: &str| {
        let runs: Vec<_> = ids
            .iter()
            .map(|id| json!({"workflowId": id, "workflowRunId": "r"}))
            .collect();
        ok(json!({"workflowExecutions": runs, "nextPageToken": token}))
    };
    let server = Server::answering([page(&["a", "b"], "t"), page(&[], "")]).await;
    let mut pages = server.client().search("Owner = 'ana'").page_size(2);
    assert_eq!(pages.next_page().await.unwrap().unwrap().len(), 2);
    assert_eq!(pages.next_page().await.unwrap().unwrap().len(), 0);
    assert_eq!(pages.next_page().await.unwrap(), None);
    let asked = server.asked();
    assert_eq!(
        asked[0].body,
        json!({"query": "Owner = 'ana'", "pageSize": 2})
    );
    let expected = json!({"query": "Owner = 'ana'", "pageSize": 2, "nextPageToken": "t"});
    assert_eq!(asked[1].body, expected);
}
