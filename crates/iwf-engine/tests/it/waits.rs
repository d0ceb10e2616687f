//! Long polls: for the end of a workflow, and for the completion of one of its states.

use serde_json::{Value, json};

use crate::support::{Answer, Stage, close, complete, sub_status};

const TIME_OUT: &str = "LONG_POLL_TIME_OUT_SUB_STATUS";

async fn wait_for_state(stage: &Stage, fields: Value) -> Answer {
    let mut request = json!({"workflowId": "w", "waitTimeSeconds": 1});
    let request_fields = request.as_object_mut().expect("an object");
    request_fields.extend(fields.as_object().expect("an object").clone());
    stage.post("waitForStateCompletion", request).await
}

#[tokio::test]
async fn a_workflow_that_goes_on_is_told_in_time() {
    let stage = Stage::new().await;
    stage.start("w", json!({"startStateId": null})).await;
    let answer = stage
        .post(
            "getWithWait",
            json!({"workflowId": "w", "waitTimeSeconds": 1}),
        )
        .await;
    assert_eq!(sub_status(&answer, 420), TIME_OUT);
    assert_eq!(
        answer.refused(420),
        "workflow is still running, waiting has exceeded timeout limit, please retry"
    );
    let unknown = stage.post("getWithWait", json!({"workflowId": "x"})).await;
    assert_eq!(sub_status(&unknown, 400), "WORKFLOW_NOT_EXISTS_SUB_STATUS");
}

#[tokio::test]
async fn whoever_waits_is_told_the_results_unasked() {
    let mut stage = Stage::new().await;
    let run_id = stage.start_execute("w", json!({})).await;
    let output = json!({"data": "1"});
    let request = json!({"workflowId": "w", "needsResults": false});
    let worker = async {
        let call = stage.calls.recv().await.expect("a call");
        call.answer(close("FORCE_COMPLETING_WORKFLOW", &output))
    };
    let (end, _) = tokio::join!(stage.served.post("getWithWait", request), worker);
    let output = json!({
        "completedStateId": "A", "completedStateExecutionId": "A-1", "completedStateOutput": output
    });
    assert_eq!(
        end.ok(),
        json!({"workflowRunId": run_id, "workflowStatus": "COMPLETED", "results": [output]})
    );
}

#[tokio::test]
async fn a_state_is_awaited_under_one_key() {
    let mut stage = Stage::new().await;
    let announced = json!({
        "waitForCompletionStateExecutionIds": ["A-1"], "waitForCompletionStateIds": ["B"]
    });
    stage.start_execute("w", announced).await;
    let skip = json!({"skipWaitUntil": true});
    stage
        .execute(json!({"stateDecision": {"nextStates": [
            {"stateId": "B", "stateOptions": skip}, {"stateId": "B", "stateOptions": skip, "waitForKey": "k"},
            {"stateId": "C", "stateOptions": skip}
        ]}}))
        .await;
    for _ in 0..3 {
        stage.execute(close("DEAD_END", &json!(null))).await;
    }
    let nameless = json!({"completedStateId": "", "completedStateExecutionId": ""});
    for known in [
        json!({"stateExecutionId": "A-1"}),
        json!({"stateExecutionId": "B-1"}),
        json!({"stateId": "B", "waitForKey": "k"}),
        // Completed keys answer again.
        json!({"stateExecutionId": "A-1", "waitTimeSeconds": 60}),
    ] {
        let answer = wait_for_state(&stage, known).await;
        assert_eq!(answer.ok(), json!({"stateCompletionOutput": nameless}));
    }
    let unknown = [
        // It had a key, so its id is none.
        json!({"stateExecutionId": "B-2"}),
        // Nobody announced it.
        json!({"stateExecutionId": "C-1"}),
        json!({"stateId": "B", "waitForKey": "other"}),
        // The workflow need not exist.
        json!({"workflowId": "unknown", "stateExecutionId": "A-1"}),
    ];
    let waiting = unknown.map(|fields| wait_for_state(&stage, fields));
    for answer in futures::future::join_all(waiting).await {
        assert_eq!(sub_status(&answer, 420), TIME_OUT);
    }
}

#[tokio::test]
async fn a_timer_can_be_skipped_while_the_answer_that_brings_it_is_on_its_way() {
    let mut stage = Stage::new().await;
    stage.start("w", json!({})).await;
    let called = stage.call().await;
    let skipping = stage.post(
        "timer/skip",
        json!({"workflowId": "w", "workflowStateExecutionId": "A-1", "timerCommandId": "t"}),
    );
    let answering = async {
        while !stage
            .served
            .engine
            .metrics_text()
            .contains("long_polls 1\n")
        {
            tokio::task::yield_now().await;
        }
        called.answer(json!({"commandRequest": {
            "commandWaitingType": "ALL_COMPLETED",
            "timerCommands": [{"commandId": "t", "durationSeconds": 3600}]
        }}))
    };
    let (skipped, _) = tokio::join!(skipping, answering);
    skipped.ok();
    stage.execute(complete()).await;
    assert_eq!(stage.end("w").await["workflowStatus"], "COMPLETED");
}

#[tokio::test]
async fn a_skip_does_not_wait_for_an_answer_that_does_not_come() {
    let mut stage = Stage::new().await;
    stage.start("w", json!({})).await;
    let called = stage.call().await;
    let request = json!({
        "workflowId": "w", "workflowStateExecutionId": "A-1", "timerCommandIndex": 0
    });
    let refused = stage.post("timer/skip", request).await;
    assert_eq!(sub_status(&refused, 400), "UNCATEGORIZED_SUB_STATUS");
    called.answer(json!({"commandRequest": {"commandWaitingType": "ALL_COMPLETED"}}));
    stage.execute(complete()).await;
    assert_eq!(stage.end("w").await["workflowStatus"], "COMPLETED");
}

#[tokio::test]
async fn a_state_must_be_named() {
    let stage = Stage::new().await;
    for nothing in [
        json!({}),
        json!({"stateId": "A"}),
        json!({"waitForKey": "k"}),
    ] {
        let refusal = wait_for_state(&stage, nothing).await;
        assert_eq!(sub_status(&refusal, 400), "UNCATEGORIZED_SUB_STATUS");
    }
}

#[tokio::test]
async fn a_state_that_gave_up_has_not_completed() {
    let mut stage = Stage::new().await;
    let options = json!({
        "skipWaitUntil": true, "executeApiRetryPolicy": {"maximumAttempts": 1},
        "executeApiFailurePolicy": "PROCEED_TO_CONFIGURED_STATE",
        "executeApiFailureProceedStateId": "B",
        "executeApiFailureProceedStateOptions": {"skipWaitUntil": true}
    });
    let more = json!({
        "stateOptions": options, "stateInput": {"data": "in"},
        "waitForCompletionStateIds": ["A", "B"]
    });
    stage.start("w", more).await;
    stage.call().await.reply(400, "application/json", "{}");
    // The state that takes over gets the same input.
    let asked = stage.execute(complete()).await;
    assert_eq!(asked["context"]["stateExecutionId"], "B-1");
    assert_eq!(asked["stateInput"], json!({"data": "in"}));
    assert_eq!(stage.end("w").await["workflowStatus"], "COMPLETED");
    wait_for_state(&stage, json!({"stateExecutionId": "B-1"}))
        .await
        .ok();
    let gave_up = wait_for_state(&stage, json!({"stateExecutionId": "A-1"})).await;
    assert_eq!(sub_status(&gave_up, 420), TIME_OUT);
}
