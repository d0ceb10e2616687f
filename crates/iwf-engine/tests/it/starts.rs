//! Starting and stopping: who may use an id again, delays, time-outs, retries of workflows.

use serde_json::{Value, json};

use crate::support::{Answer, Stage, close, complete, sub_status};

const ALREADY: &str = "WORKFLOW_ALREADY_STARTED_SUB_STATUS";
const NOT_EXISTS: &str = "WORKFLOW_NOT_EXISTS_SUB_STATUS";

async fn try_start(stage: &Stage, id: &str, options: Value) -> Answer {
    let more = json!({"startStateId": null, "workflowStartOptions": options});
    let request = stage.start_request(id, more);
    stage.post("start", request).await
}

async fn stop(stage: &Stage, id: &str, kind: Value) -> Answer {
    let request = json!({"workflowId": id, "stopType": kind, "reason": "why"});
    stage.post("stop", request).await
}

async fn run(stage: &Stage, id: &str) -> Value {
    let request = json!({"workflowId": id, "needsResults": true});
    stage.post("get", request).await.ok()
}

/// A workflow whose last run ended like this.
async fn ended(stage: &mut Stage, id: &str, how: &str) {
    match how {
        "RUNNING" => drop(try_start(stage, id, json!({})).await.ok()),
        "COMPLETED" => {
            stage.start_execute(id, json!({})).await;
            stage.execute(complete()).await;
            stage.end(id).await;
        }
        how => {
            try_start(stage, id, json!({})).await.ok();
            stop(stage, id, json!(how)).await.ok();
        }
    }
}

#[tokio::test]
async fn who_may_use_an_id_again() {
    let mut stage = Stage::new().await;
    // Whether a start succeeds on: a running workflow, a completed one, others that ended.
    let table = [
        (json!({}), [false, true, true]),
        (
            json!({"idReusePolicy": "ALLOW_IF_NO_RUNNING"}),
            [false, true, true],
        ),
        (
            json!({"workflowIDReusePolicy": "ALLOW_DUPLICATE"}),
            [false, true, true],
        ),
        (
            json!({"idReusePolicy": "ALLOW_IF_PREVIOUS_EXITS_ABNORMALLY"}),
            [false, false, true],
        ),
        (
            json!({"idReusePolicy": "ALLOW_IF_PREVIOUS_EXISTS_ABNORMALLY"}),
            [false, false, true],
        ),
        (
            json!({"workflowIDReusePolicy": "ALLOW_DUPLICATE_FAILED_ONLY"}),
            [false, false, true],
        ),
        (
            json!({"idReusePolicy": "DISALLOW_REUSE"}),
            [false, false, false],
        ),
        (
            json!({"workflowIDReusePolicy": "REJECT_DUPLICATE"}),
            [false, false, false],
        ),
        (
            json!({"idReusePolicy": "ALLOW_TERMINATE_IF_RUNNING"}),
            [true, true, true],
        ),
        (
            json!({"workflowIDReusePolicy": "TERMINATE_IF_RUNNING"}),
            [true, true, true],
        ),
        // The new name wins.
        (
            json!({"idReusePolicy": "DISALLOW_REUSE", "workflowIDReusePolicy": "TERMINATE_IF_RUNNING"}),
            [false, false, false],
        ),
    ];
    for (policy, [running, completed, other]) in table {
        for (how, may_start) in [
            ("RUNNING", running),
            ("COMPLETED", completed),
            ("FAIL", other),
            ("CANCEL", other),
            ("TERMINATE", other),
        ] {
            let id = format!("{policy} {how}");
            ended(&mut stage, &id, how).await;
            let before = run(&stage, &id).await;
            let again = try_start(&stage, &id, policy.clone()).await;
            if may_start {
                assert_ne!(again.ok()["workflowRunId"], before["workflowRunId"], "{id}");
                let old = json!({"workflowId": id, "workflowRunId": before["workflowRunId"]});
                let old = stage.post("get", old).await.ok();
                assert_ne!(old["workflowStatus"], "RUNNING", "{id}");
            } else {
                assert_eq!(sub_status(&again, 400), ALREADY, "{id}");
                assert_eq!(run(&stage, &id).await, before, "{id}");
            }
        }
    }
}

#[tokio::test]
async fn a_request_id_tells_a_repeated_start_from_another() {
    let stage = Stage::new().await;
    let already = |ignore: bool, request_id: Value| json!({"workflowAlreadyStartedOptions": {"ignoreAlreadyStartedError": ignore, "requestId": request_id}});
    let with = try_start(&stage, "with", already(false, json!("r1")))
        .await
        .ok();
    let without = try_start(&stage, "without", json!({})).await.ok();
    for (id, again, existing) in [
        ("with", already(false, json!("r1")), None),
        ("with", already(true, json!("r1")), Some(&with)),
        ("with", already(true, json!(null)), Some(&with)),
        ("with", already(true, json!("r2")), None),
        ("without", already(true, json!(null)), Some(&without)),
        ("without", already(true, json!("r1")), None),
    ] {
        let answer = try_start(&stage, id, again.clone()).await;
        match existing {
            Some(existing) => assert_eq!(answer.ok(), *existing, "{id} {again}"),
            None => assert_eq!(sub_status(&answer, 400), ALREADY, "{id} {again}"),
        }
    }
    // A closed run counts too, where its id may not be used again.
    stop(&stage, "with", json!("CANCEL")).await.ok();
    let mut options = already(true, json!("r1"));
    options["idReusePolicy"] = json!("DISALLOW_REUSE");
    assert_eq!(try_start(&stage, "with", options).await.ok(), with);
}

#[tokio::test]
async fn an_id_is_needed() {
    let stage = Stage::new().await;
    assert_eq!(
        sub_status(&try_start(&stage, "", json!({})).await, 400),
        "UNCATEGORIZED_SUB_STATUS"
    );
    for operation in [
        "get",
        "getWithWait",
        "stop",
        "signal",
        "rpc",
        "dataobjects/get",
    ] {
        let refusal = stage.post(operation, json!({})).await;
        assert_eq!(
            refusal.refused(400),
            "WorkflowId is not set on request.",
            "{operation}"
        );
        assert_eq!(refusal.json()["subStatus"], NOT_EXISTS);
    }
}

#[tokio::test]
async fn each_stop_has_its_status() {
    let stage = Stage::new().await;
    for (kind, wanted, error) in [
        (json!(null), "CANCELED", json!(null)),
        (json!("CANCEL"), "CANCELED", json!(null)),
        (json!("TERMINATE"), "TERMINATED", json!(null)),
        (
            json!("FAIL"),
            "FAILED",
            json!("CLIENT_API_FAILING_WORKFLOW_ERROR_TYPE"),
        ),
    ] {
        let id = kind.to_string();
        let unknown = stop(&stage, &id, kind.clone()).await;
        assert_eq!(sub_status(&unknown, 400), NOT_EXISTS);
        try_start(&stage, &id, json!({})).await.ok();
        assert_eq!(stop(&stage, &id, kind.clone()).await.ok(), json!({}));
        let end = run(&stage, &id).await;
        assert_eq!(end["workflowStatus"], wanted);
        assert_eq!(end["errorType"], error);
        let reason = if error.is_null() {
            json!(null)
        } else {
            json!("why")
        };
        assert_eq!(end["errorMessage"], reason);
        // A closed run can be canceled once more, and nothing else.
        assert_eq!(stop(&stage, &id, json!("CANCEL")).await.ok(), json!({}));
        for kind in ["TERMINATE", "FAIL"] {
            assert_eq!(
                sub_status(&stop(&stage, &id, json!(kind)).await, 400),
                NOT_EXISTS
            );
        }
        assert_eq!(run(&stage, &id).await, end);
    }
}

#[tokio::test]
async fn a_closed_or_older_run_cannot_be_written_to() {
    let stage = Stage::new().await;
    let first = try_start(&stage, "w", json!({})).await.ok();
    stop(&stage, "w", json!("CANCEL")).await.ok();
    try_start(&stage, "w", json!({})).await.ok();
    for (operation, fields) in [
        ("signal", json!({"signalChannelName": "c"})),
        (
            "publishToInternalChannel",
            json!({"messages": [{"channelName": "c"}]}),
        ),
        ("dataobjects/set", json!({"objects": [{"key": "k"}]})),
        ("searchattributes/set", json!({"searchAttributes": []})),
        ("config/update", json!({"workflowConfig": {}})),
        ("triggerContinueAsNew", json!({})),
        ("stop", json!({"stopType": "TERMINATE"})),
    ] {
        let mut request = json!({"workflowId": "w", "workflowRunId": first["workflowRunId"]});
        let request_fields = request.as_object_mut().expect("an object");
        request_fields.extend(fields.as_object().expect("an object").clone());
        let refusal = stage.post(operation, request.clone()).await;
        assert_eq!(sub_status(&refusal, 400), NOT_EXISTS, "{operation}");
        request["workflowRunId"] = json!("not a run id");
        let malformed = stage.post(operation, request.clone()).await;
        assert_eq!(malformed.refused(500), "Invalid RunId.", "{operation}");
        request["workflowRunId"] = json!("");
        assert_eq!(
            stage.post(operation, request).await.ok(),
            json!({}),
            "{operation}"
        );
    }
}

#[tokio::test]
async fn numbers_of_seconds_are_not_negative() {
    let stage = Stage::new().await;
    let request = stage.start_request("w", json!({"workflowTimeoutSeconds": -1}));
    assert_eq!(
        sub_status(&stage.post("start", request).await, 500),
        "UNCATEGORIZED_SUB_STATUS"
    );
    for wrong in [
        json!("7"),
        json!(7.0),
        json!(2_147_483_648_i64),
        json!(true),
    ] {
        let request = stage.start_request("w", json!({"workflowTimeoutSeconds": wrong}));
        assert_eq!(
            stage.post("start", request).await.refused(400),
            "invalid request schema"
        );
    }
}

#[tokio::test]
async fn a_delayed_workflow_answers_at_once() {
    let mut stage = Stage::new().await;
    let options = json!({
        "workflowStartDelaySeconds": 3600, "dataAttributes": [{"key": "k", "value": {"data": "1"}}]
    });
    stage
        .start("w", json!({"workflowStartOptions": options}))
        .await;
    assert_eq!(run(&stage, "w").await["workflowStatus"], "RUNNING");
    let read = stage
        .post("dataobjects/get", json!({"workflowId": "w"}))
        .await;
    assert_eq!(read.ok()["objects"][0]["key"], "k");
    let (asked, answer) = stage
        .rpc("w", json!({}), json!({"output": {"data": "2"}}))
        .await;
    assert_eq!(asked["dataAttributes"][0]["value"], json!({"data": "1"}));
    assert_eq!(answer.ok(), json!({"output": {"data": "2"}}));
    assert_eq!(stop(&stage, "w", json!("TERMINATE")).await.ok(), json!({}));
    assert_eq!(run(&stage, "w").await["workflowStatus"], "TERMINATED");
}

#[tokio::test]
async fn a_failed_workflow_begins_again_under_its_retry_policy() {
    let mut stage = Stage::new().await;
    let retry = json!({"initialIntervalSeconds": 1, "maximumAttempts": 2});
    let options =
        json!({"retryPolicy": retry, "dataAttributes": [{"key": "k", "value": {"data": "1"}}]});
    let first = stage
        .start_execute(
            "w",
            json!({"stateInput": {"data": "in"}, "workflowStartOptions": options}),
        )
        .await;
    let mut fail = close("FORCE_FAILING_WORKFLOW", &json!({"data": "out"}));
    fail["upsertDataObjects"] = json!([{"key": "k", "value": {"data": "2"}}]);
    stage.execute(fail).await;
    let again = stage.execute(complete()).await;
    // The same input and attributes, counted anew; states are told the first run.
    assert_eq!(again["stateInput"], json!({"data": "in"}));
    assert_eq!(again["DataObjects"][0]["value"], json!({"data": "1"}));
    assert_eq!(again["context"]["stateExecutionId"], "A-1");
    assert_eq!(again["context"]["workflowRunId"], first);
    let end = stage.end("w").await;
    assert_eq!(end["workflowStatus"], "COMPLETED");
    // The first run's id leads to the end of the chain, and is told back.
    let by_first = json!({"workflowId": "w", "workflowRunId": first});
    let by_first = stage.post("getWithWait", by_first).await.ok();
    assert_eq!(
        by_first,
        json!({"workflowRunId": first, "workflowStatus": "COMPLETED"})
    );
    assert_ne!(run(&stage, "w").await["workflowRunId"], json!(first));
}
