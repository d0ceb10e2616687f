//! The worker over HTTP, request and answer as JSON: what a server sees of it.

use crate::{order::Order, script::serve};
use iwf::{Clock, Registry, Worker};
use serde_json::{Value, json};
use std::{
    sync::Arc,
    time::{Duration, UNIX_EPOCH},
};

const WAIT_UNTIL: &str = "/api/v1/workflowState/start";
const EXECUTE: &str = "/api/v1/workflowState/decide";
const RPC: &str = "/api/v1/workflowWorker/rpc";

async fn worker() -> String {
    let registry = Arc::new(Registry::new().add(Order).unwrap());
    let noon = Clock::fixed(UNIX_EPOCH + Duration::from_secs(1_000));
    serve(
        Worker::new(registry)
            .clock(noon)
            .body_bytes_max(10_000)
            .router(),
    )
    .await
}

async fn post(url: &str, path: &str, body: &Value) -> (u16, Value) {
    let sent = reqwest::Client::new()
        .post(format!("{url}{path}"))
        .json(body)
        .send()
        .await;
    let response = sent.unwrap();
    let status = response.status().as_u16();
    if status == 200 {
        assert_eq!(response.headers()["content-type"], "application/json");
    }
    (status, response.json().await.unwrap_or_default())
}

/// A request for one half of a state, with the rest given.
async fn state(path: &str, id: &str, rest: Value) -> (u16, Value) {
    let mut body = json!({
        "context": {"workflowId": "w", "workflowRunId": "r", "workflowStartedTimestamp": 900,
            "stateExecutionId": format!("{id}-1"), "attempt": 3, "firstAttemptTimestamp": 950},
        "workflowType": "OrderWorkflow",
        "workflowStateId": id,
    });
    body.as_object_mut()
        .unwrap()
        .extend(rest.as_object().unwrap().clone());
    post(&worker().await, path, &body).await
}
async fn rpc(name: &str, rest: Value) -> (u16, Value) {
    let mut body = json!({
        "context": {"workflowId": "w", "workflowRunId": "r", "workflowStartedTimestamp": 900},
        "workflowType": "OrderWorkflow",
        "rpcName": name,
        "signalChannelInfos": {},
        "internalChannelInfos": {},
    });
    body.as_object_mut()
        .unwrap()
        .extend(rest.as_object().unwrap().clone());
    post(&worker().await, RPC, &body).await
}
fn value(data: &str) -> Value {
    json!({"encoding": "json", "data": data})
}
fn ship_options() -> Value {
    json!({
        "skipWaitUntil": true,
        "waitUntilApiTimeoutSeconds": 10,
        "executeApiTimeoutSeconds": 90,
        "executeApiRetryPolicy": {"maximumAttempts": 1},
        "executeApiFailurePolicy": "PROCEED_TO_CONFIGURED_STATE",
        "executeApiFailureProceedStateId": "Mend",
        "executeApiFailureProceedStateOptions": {
            "waitUntilApiTimeoutSeconds": 10,
            "executeApiTimeoutSeconds": 10,
            "waitUntilApiRetryPolicy": {"initialIntervalSeconds": 3, "maximumAttempts": 2,
                "maximumAttemptsDurationSeconds": 60},
            "waitUntilApiFailurePolicy": "PROCEED_ON_FAILURE",
        },
        "executeApiDataAttributesLoadingPolicy": {
            "persistenceLoadingType": "LOAD_PARTIAL_WITH_EXCLUSIVE_LOCK",
            "partialLoadingKeys": ["Count"], "lockingKeys": ["Status"]},
    })
}

#[tokio::test]
async fn execute_sends_everything_it_wrote_and_the_options_of_every_target() {
    let given =
        json!({"stateInput": value("4"), "DataObjects": [{"key": "Count", "value": value("3")}]});
    let (status, answer) = state(EXECUTE, "Open", given).await;
    assert_eq!(status, 200, "{answer}");
    let expected = json!({
        "stateDecision": {"nextStates": [
            {"stateId": "Await",
             "stateOptions": {"waitUntilApiTimeoutSeconds": 10, "executeApiTimeoutSeconds": 10}},
            {"stateId": "Ship", "stateInput": value("4"), "stateOptions": ship_options(),
             "waitForKey": "first"},
        ]},
        "upsertDataObjects": [
            {"key": "Count", "value": value("14")},
            {"key": "Line:1", "value": value("\"tea\"")},
            {"key": "Status", "value": value("\"open\"")},
        ],
        "upsertSearchAttributes": [
            {"key": "Due", "valueType": "DATETIME", "stringValue": "1970-01-01T00:00:00.000+00:00"},
            {"key": "Owner", "valueType": "KEYWORD", "stringValue": "ana"},
        ],
        "recordEvents": [{"key": "opened", "value": value("3")}],
        "publishToInterStateChannel": [{"channelName": "Parcel:a", "value": value("7")}],
    });
    assert_eq!(answer, expected);
}

#[tokio::test]
async fn wait_until_sends_commands_and_locals() {
    let (status, answer) = state(WAIT_UNTIL, "Await", json!({})).await;
    assert_eq!(status, 200, "{answer}");
    let expected = json!({
        "commandRequest": {
            "commandWaitingType": "ANY_COMPLETED",
            "timerCommands": [{"commandId": "patience", "durationSeconds": 5}],
            "signalCommands": [{"signalChannelName": "Paid"}],
            "interStateChannelCommands": [{"channelName": "Changes"}],
        },
        "upsertStateLocals": [{"key": "since", "value": value("1000")}],
    });
    assert_eq!(answer, expected);
}

#[tokio::test]
async fn a_moment_ahead_is_sent_as_it_is() {
    let (_, answer) = state(WAIT_UNTIL, "Mend", json!({"stateInput": value("1")})).await;
    let timer = &answer["commandRequest"]["timerCommands"];
    assert_eq!(*timer, json!([{"firingUnixTimestampSeconds": 5_000}]));
}

#[tokio::test]
async fn execute_reads_results_and_locals() {
    let given = json!({
        "stateLocals": [{"key": "since", "value": {"encoding": "json/plain", "data": "40"}}],
        "commandResults": {
            "timerResults": [{"commandId": "patience", "timerStatus": "SCHEDULED"}],
            "signalResults": [{"commandId": "", "signalChannelName": "Paid",
                "signalRequestStatus": "RECEIVED", "signalValue": {}}],
            "interStateChannelResults": [{"commandId": "", "channelName": "Changes",
                "requestStatus": "RECEIVED", "value": value("{\"text\":\"more\"}")}],
            "stateStartApiSucceeded": true, "stateWaitUntilFailed": false,
        },
    });
    let (_, answer) = state(EXECUTE, "Await", given).await;
    let expected = json!({"stateDecision": {"nextStates": [
        {"stateId": "_SYS_GRACEFUL_COMPLETING_WORKFLOW", "stateInput": value("\"40 false more true\"")},
    ]}});
    assert_eq!(answer, expected);
}

#[tokio::test]
async fn a_wait_that_failed_is_told() {
    let given = json!({"stateInput": value("1"),
        "commandResults": {"stateStartApiSucceeded": false, "stateWaitUntilFailed": true}});
    let (_, answer) = state(EXECUTE, "Mend", given).await;
    let close = &answer["stateDecision"]["nextStates"][0];
    let expected = json!({"stateId": "_SYS_FORCE_COMPLETING_WORKFLOW",
        "stateInput": value("\"Err(WaitFailed)\"")});
    assert_eq!(*close, expected);
}

#[tokio::test]
async fn an_error_is_a_failed_attempt_and_nothing_is_written() {
    let (status, answer) = state(EXECUTE, "Open", json!({"stateInput": value("-1")})).await;
    assert_eq!(status, 500);
    let detail = "the shelf is empty (attempt 3 of execute)";
    assert_eq!(answer, json!({"detail": detail, "errorType": "retry"}));
}

#[tokio::test]
async fn a_panic_is_a_failed_attempt() {
    let (status, answer) = state(EXECUTE, "Open", json!({"stateInput": value("-2")})).await;
    let detail = "no shelf at all (attempt 3 of execute)";
    assert_eq!(
        (status, answer),
        (500, json!({"detail": detail, "errorType": "panic"}))
    );
    let (status, answer) = rpc("add", json!({"input": value("{\"by\":-2}")})).await;
    assert_eq!(
        (status, answer),
        (500, json!({"detail": "below zero", "errorType": "panic"}))
    );
}

#[tokio::test]
async fn giving_up_is_a_decision_and_keeps_what_was_written() {
    let (status, answer) = state(EXECUTE, "Open", json!({"stateInput": value("-3")})).await;
    assert_eq!(status, 200, "{answer}");
    let expected = json!({
        "stateDecision": {"nextStates": [
            {"stateId": "_SYS_FORCE_FAILING_WORKFLOW", "stateInput": value("\"broken for good\"")},
        ]},
        "upsertDataObjects": [{"key": "Status", "value": value("\"failed\"")}],
    });
    assert_eq!(answer, expected);
}

#[tokio::test]
async fn closing_on_a_condition_names_the_channel() {
    let (_, answer) = state(EXECUTE, "Open", json!({"stateInput": value("-4")})).await;
    let expected = json!({"stateDecision": {
        "nextStates": [{"stateId": "Ship", "stateInput": value("1"), "stateOptions": ship_options()}],
        "conditionalClose": {
            "conditionalCloseType": "FORCE_COMPLETE_ON_INTERNAL_CHANNEL_EMPTY",
            "channelName": "Changes", "closeInput": value("\"idle\"")},
    }});
    assert_eq!(answer, expected);
}

#[tokio::test]
async fn what_was_not_loaded_is_not_taken_for_unset() {
    let (status, answer) = state(EXECUTE, "Ship", json!({"stateInput": value("1")})).await;
    let close = &answer["stateDecision"]["nextStates"][0];
    assert_eq!(
        (status, &close["stateInput"]),
        (200, &value("\"shipped None\""))
    );
    let (status, answer) = state(EXECUTE, "Ship", json!({"stateInput": value("-1")})).await;
    let detail = answer["detail"].as_str().unwrap();
    assert!(
        status == 500 && detail.starts_with("`Line:1` was not loaded"),
        "{detail}"
    );
}

#[tokio::test]
async fn an_rpc_reads_writes_and_triggers() {
    let given = json!({"input": value("{\"by\":5}"),
        "dataAttributes": [{"key": "Count", "value": value("98")}]});
    let (status, answer) = rpc("add", given).await;
    assert_eq!(status, 200, "{answer}");
    let expected = json!({
        "output": value("103"),
        "stateDecision": {"nextStates": [
            {"stateId": "Ship", "stateInput": value("103"), "stateOptions": ship_options()},
        ]},
        "upsertDataAttributes": [{"key": "Count", "value": value("103")}],
    });
    assert_eq!(answer, expected);
}

#[tokio::test]
async fn an_rpc_that_only_reads_writes_nothing() {
    let given = json!({"dataAttributes": [{"key": "Status", "value": value("\"paid\"")}],
        "internalChannelInfos": {"Changes": {"size": 2}}});
    assert_eq!(
        rpc("look", given).await,
        (200, json!({"output": value("[\"paid\",2]")}))
    );
}

#[tokio::test]
async fn an_rpc_without_output_sends_none() {
    let expected = json!({"publishToInterStateChannel": [
        {"channelName": "Changes", "value": value("{\"text\":\"poked\"}")}]});
    assert_eq!(rpc("poke", json!({})).await, (200, expected));
}

#[tokio::test]
async fn an_rpc_error_keeps_its_kind() {
    let (status, answer) = rpc("add", json!({"input": value("{\"by\":0}")})).await;
    assert_eq!(
        (status, answer),
        (
            500,
            json!({"detail": "0 adds nothing", "errorType": "nothing"})
        )
    );
}

#[tokio::test]
async fn input_of_another_type_is_told() {
    let (status, answer) = rpc("add", json!({"input": value("\"five\"")})).await;
    let detail = answer["detail"].as_str().unwrap();
    assert!(
        status == 500 && detail.starts_with("the value of `input of add`"),
        "{detail}"
    );
}

#[tokio::test]
async fn strange_requests_are_refused() {
    let url = worker().await;
    let http = reqwest::Client::new();
    let to = |path: &str| format!("{url}{path}");
    let broken = http.post(to(EXECUTE)).body("{").send().await.unwrap();
    assert_eq!(broken.status(), 400);
    let long = http
        .post(to(EXECUTE))
        .body(" ".repeat(10_001))
        .send()
        .await
        .unwrap();
    assert_eq!(long.status(), 413);
    let read = http.get(to(EXECUTE)).send().await.unwrap();
    assert_eq!(read.status(), 405);
    let (status, answer) = post(&url, EXECUTE, &json!({"workflowType": "Nobody"})).await;
    assert_eq!(
        (status, &answer["errorType"]),
        (500, &json!("unknown_workflow"))
    );
    let nobody = json!({"workflowType": "OrderWorkflow", "workflowStateId": "Nobody"});
    let (status, answer) = post(&url, EXECUTE, &nobody).await;
    let detail = answer["detail"].as_str().unwrap();
    assert!(
        status == 500 && detail.contains("has no state `Nobody`"),
        "{detail}"
    );
}
