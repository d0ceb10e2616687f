//! What execute decides: every way to close, outputs, and decisions that are none.

use serde_json::{Value, json};

use crate::support::{Stage, close, complete, go};

const USER_ERROR: &str = "INVALID_USER_WORKFLOW_CODE_ERROR_TYPE";

fn data(text: &str) -> Value {
    json!({"encoding": "json", "data": text})
}

fn output(execution: &str, value: Value) -> Value {
    let (state, _) = execution.rsplit_once('-').expect("an execution");
    json!({
        "completedStateId": state, "completedStateExecutionId": execution,
        "completedStateOutput": value
    })
}

/// A decision to close if a channel is empty, and otherwise to go on.
fn close_if_empty(kind: &str, channel: &str, otherwise: &Value, publish: &[&str]) -> Value {
    let messages: Vec<Value> = publish
        .iter()
        .map(|name| json!({"channelName": name}))
        .collect();
    json!({
        "stateDecision": {
            "nextStates": otherwise["stateDecision"]["nextStates"],
            "conditionalClose": {
                "conditionalCloseType": kind, "channelName": channel, "closeInput": data("closed")
            }
        },
        "publishToInterStateChannel": messages
    })
}

/// The end of a workflow whose first state decides this.
async fn end_of(stage: &mut Stage, id: &str, decision: Value) -> Value {
    stage.start_execute(id, json!({})).await;
    stage.execute(decision).await;
    let mut end = stage.end(id).await;
    end.as_object_mut()
        .expect("an object")
        .remove("workflowRunId");
    end
}

#[tokio::test]
async fn each_close_has_its_status_and_results() {
    let mut stage = Stage::new().await;
    for (kind, value, wanted) in [
        (
            "GRACEFUL_COMPLETING_WORKFLOW",
            data("1"),
            json!({"workflowStatus": "COMPLETED", "results": [output("A-1", data("1"))]}),
        ),
        (
            "FORCE_COMPLETING_WORKFLOW",
            json!({}),
            json!({"workflowStatus": "COMPLETED", "results": [output("A-1", json!({}))]}),
        ),
        (
            "FORCE_COMPLETING_WORKFLOW",
            json!(null),
            json!({"workflowStatus": "COMPLETED"}),
        ),
        (
            "FORCE_FAILING_WORKFLOW",
            data("why"),
            json!({
                "workflowStatus": "FAILED",
                "errorType": "STATE_DECISION_FAILING_WORKFLOW_ERROR_TYPE",
                "results": [output("A-1", data("why"))]
            }),
        ),
    ] {
        let id = format!("{kind} {value}");
        let end = end_of(&mut stage, &id, close(kind, &value)).await;
        assert_eq!(end, wanted, "{id}");
        // Without being asked for results, get tells the status alone.
        let run = stage.post("get", json!({"workflowId": id})).await.ok();
        let fields = run.as_object().expect("an object").keys();
        assert_eq!(
            fields.collect::<Vec<_>>(),
            ["workflowRunId", "workflowStatus"]
        );
    }
}

#[tokio::test]
async fn a_graceful_end_waits_for_all_and_collects_their_outputs() {
    let mut stage = Stage::new().await;
    stage.start_execute("w", json!({})).await;
    stage
        .execute(json!({"stateDecision": {"nextStates": [
            {"stateId": "B", "stateOptions": {"skipWaitUntil": true}},
            {"stateId": "B", "stateOptions": {"skipWaitUntil": true}}
        ]}}))
        .await;
    let graceful = close("GRACEFUL_COMPLETING_WORKFLOW", &data("mine"));
    let first = stage.call().await;
    let second = stage.call().await;
    let asked = first.answer(graceful);
    let running = stage.post("get", json!({"workflowId": "w"})).await.ok();
    assert_eq!(running["workflowStatus"], "RUNNING");
    // A dead end has no output.
    second.answer(close("DEAD_END", &data("lost")));
    let end = stage.end("w").await;
    let first_id = asked["context"]["stateExecutionId"]
        .as_str()
        .expect("an id");
    assert_eq!(end["workflowStatus"], "COMPLETED");
    assert_eq!(end["results"], json!([output(first_id, data("mine"))]));
}

#[tokio::test]
async fn dead_ends_leave_the_workflow_to_an_rpc() {
    let mut stage = Stage::new().await;
    stage.start_execute("w", json!({})).await;
    stage.execute(close("DEAD_END", &json!(null))).await;
    let (_, answer) = stage.rpc("w", json!({}), go(&["A"])).await;
    assert_eq!(answer.ok(), json!({}));
    let asked = stage.wait_until(json!({})).await;
    assert_eq!(asked["context"]["stateExecutionId"], "A-2");
    stage.execute(complete()).await;
    assert_eq!(stage.end("w").await["workflowStatus"], "COMPLETED");
}

#[tokio::test]
async fn a_close_beside_other_movements_is_the_users_mistake() {
    let mut stage = Stage::new().await;
    for other in ["B", "_SYS_DEAD_END", "_SYS_FORCE_FAILING_WORKFLOW"] {
        let decision = go(&["_SYS_FORCE_COMPLETING_WORKFLOW", other]);
        let end = end_of(&mut stage, other, decision).await;
        assert_eq!(end["workflowStatus"], "FAILED", "{other}");
        assert_eq!(end["errorType"], USER_ERROR);
        assert_eq!(end["results"], json!(null));
    }
}

#[tokio::test]
async fn an_unknown_reserved_id_is_an_ordinary_state() {
    let mut stage = Stage::new().await;
    stage.start_execute("w", json!({})).await;
    stage.execute(go(&["_SYS_x"])).await;
    let asked = stage.wait_until(json!({})).await;
    assert_eq!(asked["workflowStateId"], "_SYS_x");
    assert_eq!(asked["context"]["stateExecutionId"], "_SYS_x-1");
}

#[tokio::test]
async fn a_conditional_close_looks_at_its_channel() {
    let mut stage = Stage::new().await;
    let closed = json!({"workflowStatus": "COMPLETED", "results": [output("A-1", data("closed"))]});
    let internal = "FORCE_COMPLETE_ON_INTERNAL_CHANNEL_EMPTY";
    let signal = "FORCE_COMPLETE_ON_SIGNAL_CHANNEL_EMPTY";
    // Empty: whatever the movements are, they are not looked at.
    for (id, kind, otherwise) in [
        ("internal", internal, go(&["B"])),
        ("signal", signal, go(&["B"])),
        ("dead end", internal, close("DEAD_END", &json!(null))),
        ("nonsense", internal, go(&["_SYS_DEAD_END", "B"])),
    ] {
        let decision = close_if_empty(kind, "c", &otherwise, &[]);
        assert_eq!(end_of(&mut stage, id, decision).await, closed, "{id}");
    }
    // A message on the other kind of channel of that name does not count.
    let decision = close_if_empty(signal, "c", &go(&["B"]), &["c"]);
    assert_eq!(end_of(&mut stage, "other kind", decision).await, closed);
    // Not empty, by the state's own message: on to ordinary states only.
    let decision = close_if_empty(internal, "c", &go(&["B"]), &["c"]);
    stage.start_execute("unmet", json!({})).await;
    stage.execute(decision).await;
    let asked = stage.wait_until(json!({})).await;
    assert_eq!(asked["workflowStateId"], "B");
    stage.execute(complete()).await;
    let end = close("DEAD_END", &json!(null));
    let decision = close_if_empty(internal, "c", &end, &["c"]);
    let end = end_of(&mut stage, "unmet close", decision).await;
    assert_eq!(end["errorType"], USER_ERROR);
    let message = end["errorMessage"].as_str().expect("a message");
    assert!(message.contains("ConditionUnmetDecision"), "{message}");
    // Not supported by anybody.
    let all = close_if_empty(
        "GRACEFUL_COMPLETE_ON_ALL_CHANNELS_EMPTY",
        "c",
        &go(&["B"]),
        &[],
    );
    let end = end_of(&mut stage, "all", all).await;
    assert_eq!(end["errorType"], USER_ERROR);
}

#[tokio::test]
async fn a_decision_without_movements_is_none_and_asked_for_again() {
    let mut stage = Stage::new().await;
    let condition = json!({
        "conditionalCloseType": "FORCE_COMPLETE_ON_INTERNAL_CHANNEL_EMPTY", "channelName": "c"
    });
    let retry = json!({"initialIntervalSeconds": 1, "maximumAttempts": 2});
    for (id, empty) in [
        ("none", json!({})),
        ("empty", json!({"stateDecision": {"nextStates": []}})),
        (
            "condition",
            json!({"stateDecision": {"conditionalClose": condition}}),
        ),
    ] {
        let options =
            json!({"stateOptions": {"skipWaitUntil": true, "executeApiRetryPolicy": retry}});
        stage.start(id, options).await;
        stage.execute(empty.clone()).await;
        let again = stage.execute(empty).await;
        assert_eq!(again["context"]["attempt"], 2);
        let end = stage.end(id).await;
        assert_eq!(end["errorType"], "STATE_API_FAIL_ERROR_TYPE");
        let message = end["errorMessage"].as_str().expect("a message");
        assert!(message.starts_with("err msg: "), "{message}");
        assert!(message.contains(", response: {"), "{message}");
    }
}

#[tokio::test]
async fn movements_of_one_decision_are_numbered_in_their_order() {
    let mut stage = Stage::new().await;
    stage.start_execute("w", json!({})).await;
    let movements: Vec<Value> = (1..=3)
        .map(|number| json!({"stateId": "B", "stateInput": data(&number.to_string()), "stateOptions": {"skipWaitUntil": true}}))
        .collect();
    stage
        .execute(json!({"stateDecision": {"nextStates": movements}}))
        .await;
    for _ in 0..3 {
        let asked = stage.call().await.answer(close("DEAD_END", &json!(null)));
        let number = asked["stateInput"]["data"]
            .as_str()
            .expect("a number")
            .to_owned();
        assert_eq!(asked["context"]["stateExecutionId"], format!("B-{number}"));
    }
}
