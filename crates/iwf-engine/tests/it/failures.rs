//! Workers that fail: what counts as a failure, what is told of it, and options by either name.

use serde_json::{Value, json};

use crate::support::{Answer, Stage, complete};

fn once(mut options: Value) -> Value {
    options["executeApiRetryPolicy"] = json!({"maximumAttempts": 1});
    options["skipWaitUntil"] = json!(true);
    json!({"stateOptions": options})
}

/// What is told of a workflow whose only attempt was answered like this.
async fn failed(stage: &mut Stage, status: u16, content_type: &'static str, body: &str) -> String {
    stage.start("w", once(json!({}))).await;
    stage.call().await.reply(status, content_type, body);
    let end = stage.end("w").await;
    assert_eq!(end["workflowStatus"], "FAILED", "{status} {body}");
    assert_eq!(end["errorType"], "STATE_API_FAIL_ERROR_TYPE");
    assert_eq!(end.get("results"), None);
    end["errorMessage"].as_str().expect("a message").to_owned()
}

#[tokio::test]
async fn only_200_with_json_is_an_answer() {
    let mut stage = Stage::new().await;
    let good = complete().to_string();
    let unknown = good.replace("_SYS_FORCE_COMPLETING_WORKFLOW\"", "B\",\"waitForKey\":7");
    for (status, content_type, body) in [
        (201, "application/json", good.as_str()),
        (204, "application/json", ""),
        (400, "application/json", r#"{"detail":"d","errorType":"t"}"#),
        (500, "text/plain", "no"),
        (200, "text/plain", good.as_str()),
        (200, "application/json", "{"),
        (200, "application/json", "[]"),
        (200, "application/json", unknown.as_str()),
    ] {
        let message = failed(&mut stage, status, content_type, body).await;
        let begins = format!("statusCode: {status}, responseBody: {body}, errMsg: ");
        assert!(message.starts_with(&begins), "{message}");
    }
    // A parameter of the content type does not matter.
    stage.start("charset", once(json!({}))).await;
    stage
        .call()
        .await
        .reply(200, "application/json; charset=utf-8", &good);
    assert_eq!(stage.end("charset").await["workflowStatus"], "COMPLETED");
}

#[tokio::test]
async fn long_bodies_are_cut_in_messages() {
    let mut stage = Stage::new().await;
    let message = failed(&mut stage, 500, "text/plain", &"ü".repeat(600)).await;
    let kept = format!("responseBody: {}..., errMsg: ", "ü".repeat(250));
    assert!(message.contains(&kept), "{message}");
}

#[tokio::test]
async fn a_worker_that_is_not_there_is_told_as_status_0() {
    let stage = Stage::new().await;
    let mut more = once(json!({}));
    more["iwfWorkerUrl"] = json!("http://127.0.0.1:1");
    stage.start("w", more).await;
    let message = stage.end("w").await["errorMessage"].to_string();
    assert!(
        message.contains("statusCode: 0, responseBody: None, errMsg: "),
        "{message}"
    );
}

#[tokio::test]
async fn time_outs_name_which_one_it_was() {
    let mut stage = Stage::new().await;
    let total = json!({"maximumAttemptsDurationSeconds": 1});
    for (options, word) in [
        (
            json!({"executeApiTimeoutSeconds": 1, "executeApiRetryPolicy": {"maximumAttempts": 1}}),
            "StartToClose",
        ),
        (json!({"executeApiRetryPolicy": total}), "ScheduleToClose"),
    ] {
        let mut options = options;
        options["skipWaitUntil"] = json!(true);
        stage.start(word, json!({"stateOptions": options})).await;
        let hanging = stage.call().await;
        let end = stage.end(word).await;
        assert_eq!(end["errorType"], "STATE_API_FAIL_ERROR_TYPE");
        assert!(end["errorMessage"].to_string().contains(word), "{end}");
        drop(hanging);
    }
}

#[tokio::test]
async fn attempts_are_counted_and_the_first_is_remembered() {
    let mut stage = Stage::new().await;
    let retry = json!({"initialIntervalSeconds": 1, "backoffCoefficient": 1, "maximumAttempts": 3});
    let options = json!({"skipWaitUntil": true, "executeApiRetryPolicy": retry});
    stage.start("w", json!({"stateOptions": options})).await;
    let mut firsts = Vec::new();
    for attempt in 1..=3 {
        let asked = stage.call().await.reply(500, "application/json", "{}");
        assert_eq!(asked["context"]["attempt"], attempt);
        firsts.push(asked["context"]["firstAttemptTimestamp"].clone());
    }
    assert!(firsts.iter().all(|first| *first == firsts[0]), "{firsts:?}");
    assert_eq!(stage.end("w").await["workflowStatus"], "FAILED");
}

#[tokio::test]
async fn old_names_of_state_options_win() {
    let mut stage = Stage::new().await;
    let (once, twice) = (json!({"maximumAttempts": 1}), json!({"maximumAttempts": 2}));
    for (options, attempts) in [
        (
            json!({"skipStartApi": true, "decideApiRetryPolicy": once}),
            1,
        ),
        (
            json!({"skipWaitUntil": true, "executeApiRetryPolicy": once}),
            1,
        ),
        (
            json!({
                "skipStartApi": true, "skipWaitUntil": false,
                "decideApiRetryPolicy": twice, "executeApiRetryPolicy": once
            }),
            2,
        ),
    ] {
        let id = options.to_string();
        stage.start(&id, json!({"stateOptions": options})).await;
        for attempt in 1..=attempts {
            let call = stage.call().await;
            assert_eq!(call.path, "/worker/api/v1/workflowState/decide", "{id}");
            let asked = call.reply(500, "application/json", "{}");
            assert_eq!(asked["context"]["attempt"], attempt, "{id}");
        }
        assert_eq!(stage.end(&id).await["workflowStatus"], "FAILED");
    }
}

#[tokio::test]
async fn an_rpc_passes_its_workers_failure_on() {
    let mut stage = Stage::new().await;
    stage.start("w", json!({"startStateId": null})).await;
    let json_body = r#"{"detail":"d","errorType":"t"}"#;
    for (status, content_type, body, told) in [
        (500, "application/json", json_body, json!([500, "t", "d"])),
        (404, "application/json", "{}", json!([404, "", ""])),
        (502, "text/plain", "gateway", json!([502, "", ""])),
        (201, "application/json", "{}", json!([201, "", ""])),
        (200, "application/json", "{", json!([200, "", ""])),
        (200, "text/plain", "{}", json!([200, "", ""])),
    ] {
        let refusal = failing_rpc(&mut stage, status, content_type, body).await;
        let detail = refusal.refused(420);
        let body_told = refusal.json();
        assert_eq!(body_told["subStatus"], "WORKER_API_ERROR");
        let worker = json!([
            body_told["originalWorkerErrorStatus"],
            body_told["originalWorkerErrorType"],
            body_told["originalWorkerErrorDetail"]
        ]);
        assert_eq!(worker, told, "{status} {body}");
        if body == json_body {
            assert_eq!(detail, "worker API error, status:500, errorType:t");
        }
        if content_type == "text/plain" && status != 200 {
            assert!(detail.contains(body), "{detail}");
        }
    }
}

async fn failing_rpc(
    stage: &mut Stage,
    status: u16,
    content_type: &'static str,
    body: &str,
) -> Answer {
    let request = json!({"workflowId": "w", "rpcName": "rpc"});
    let caller = stage.served.post("rpc", request);
    let worker = async {
        stage
            .calls
            .recv()
            .await
            .expect("a call")
            .reply(status, content_type, body)
    };
    let (answer, _) = tokio::join!(caller, worker);
    answer
}

#[tokio::test]
async fn an_rpc_may_neither_close_nor_dead_end() {
    let mut stage = Stage::new().await;
    stage.start("w", json!({"startStateId": null})).await;
    for state in [
        "_SYS_DEAD_END",
        "_SYS_GRACEFUL_COMPLETING_WORKFLOW",
        "_SYS_FORCE_FAILING_WORKFLOW",
    ] {
        let answer = json!({
            "stateDecision": {"nextStates": [{"stateId": state}]},
            "upsertDataAttributes": [{"key": "k"}]
        });
        let (_, refusal) = stage.rpc("w", json!({}), answer).await;
        refusal.refused(420);
        let body = refusal.json();
        assert_eq!(body["subStatus"], "WORKER_API_ERROR");
        assert_eq!(body["originalWorkerErrorStatus"], 0);
        assert_eq!(body["originalWorkerErrorDetail"], "");
    }
    let condition = json!({"stateDecision": {"conditionalClose": {
        "conditionalCloseType": "FORCE_COMPLETE_ON_SIGNAL_CHANNEL_EMPTY", "channelName": "c"}}});
    stage.rpc("w", json!({}), condition).await.1.refused(420);
    let read = stage
        .post("dataobjects/get", json!({"workflowId": "w"}))
        .await;
    assert_eq!(read.ok(), json!({}), "nothing was applied");
}

#[tokio::test]
async fn a_closed_run_can_be_read_by_an_rpc_and_not_written() {
    let mut stage = Stage::new().await;
    let run_id = stage.start_execute("w", json!({})).await;
    stage.execute(complete()).await;
    stage.end("w").await;
    let (asked, answer) = stage
        .rpc("w", json!({}), json!({"output": {"data": "1"}}))
        .await;
    assert_eq!(answer.ok(), json!({"output": {"data": "1"}}));
    assert_eq!(
        asked["context"],
        json!({
            "workflowId": "w", "workflowRunId": run_id,
            "workflowStartedTimestamp": asked["context"]["workflowStartedTimestamp"]
        })
    );
    assert_eq!(asked["signalChannelInfos"], json!({}));
    assert_eq!(asked["internalChannelInfos"], json!({}));
    // Even events that are only traced make it a write.
    for write in [
        json!({"recordEvents": [{"key": "e"}]}),
        json!({"upsertDataAttributes": [{"key": "k"}]}),
    ] {
        let (_, refusal) = stage.rpc("w", json!({}), write).await;
        refusal.refused(400);
        assert_eq!(
            refusal.json()["subStatus"],
            "WORKFLOW_NOT_EXISTS_SUB_STATUS"
        );
    }
}
