//! What states are told and how their commands come back: contexts, results, locals, channels.

use serde_json::{Value, json};

use crate::support::{Stage, close, complete, go};

/// A waitUntil answer that waits for these commands, with more fields.
fn wait(waiting_type: &str, mut commands: Value) -> Value {
    commands["commandWaitingType"] = json!(waiting_type);
    json!({"commandRequest": commands})
}

async fn signal(stage: &Stage, channel: &str, value: Value) {
    let request = json!({"workflowId": "w", "signalChannelName": channel, "signalValue": value});
    assert_eq!(stage.post("signal", request).await.ok(), json!({}));
}

async fn publish(stage: &Stage, messages: Value) {
    let request = json!({"workflowId": "w", "messages": messages});
    let answer = stage.post("publishToInternalChannel", request).await;
    assert_eq!(answer.ok(), json!({}));
}

#[tokio::test]
async fn the_requests_of_a_state_are_complete() {
    let mut stage = Stage::new().await;
    let input = json!({"encoding": "json", "data": "1", "extStoreId": "s", "extPath": "p"});
    let attributes = json!([{"key": "a", "value": {"data": "2"}}, {"key": "n"}]);
    let more = json!({"stateInput": input, "workflowStartOptions": {"dataAttributes": attributes}});
    let run_id = stage.start("w", more).await;
    let locals = json!([{"key": "l", "value": {"data": "3"}}]);
    let first = stage.wait_until(json!({"upsertStateLocals": locals})).await;
    let second = stage.execute(complete()).await;
    let context = |asked: &Value| {
        let context = &asked["context"];
        assert!(
            context["workflowStartedTimestamp"]
                .as_i64()
                .expect("seconds")
                > 1_700_000_000
        );
        assert!(context["firstAttemptTimestamp"].as_i64().expect("seconds") > 1_700_000_000);
        json!({
            "workflowId": "w", "workflowRunId": run_id, "stateExecutionId": "A-1", "attempt": 1,
            "workflowStartedTimestamp": context["workflowStartedTimestamp"],
            "firstAttemptTimestamp": context["firstAttemptTimestamp"]
        })
    };
    assert_eq!(
        first,
        json!({
            "context": context(&first), "workflowType": "Test", "workflowStateId": "A",
            "stateInput": input, "dataObjects": attributes
        })
    );
    // The capital letter is the protocol's.
    assert_eq!(
        second,
        json!({
            "context": context(&second), "workflowType": "Test", "workflowStateId": "A",
            "stateInput": input, "DataObjects": attributes, "stateLocals": locals,
            "commandResults": {"stateStartApiSucceeded": true, "stateWaitUntilFailed": false}
        })
    );
}

#[tokio::test]
async fn results_are_positional_and_name_every_command() {
    let mut stage = Stage::new().await;
    stage.start("w", json!({})).await;
    let commands = json!({
        "timerCommands": [{"commandId": "t", "durationSeconds": 3600}, {"firingUnixTimestampSeconds": 1}],
        "signalCommands": [{"signalChannelName": "none"}, {"commandId": "s", "signalChannelName": "c"}],
        "interStateChannelCommands": [{"channelName": "c", "atLeast": 2, "atMost": 3}, {"channelName": "empty"}]
    });
    signal(&stage, "c", json!({"data": "1"})).await;
    publish(
        &stage,
        json!([{"channelName": "c", "value": {"data": "2"}}]),
    )
    .await;
    stage.wait_until(wait("ANY_COMPLETED", commands)).await;
    let asked = stage.execute(complete()).await;
    assert_eq!(
        asked["commandResults"],
        json!({
            "stateStartApiSucceeded": true, "stateWaitUntilFailed": false,
            "timerResults": [
                {"commandId": "t", "timerStatus": "SCHEDULED"}, {"commandId": "", "timerStatus": "FIRED"}
            ],
            "signalResults": [
                {"commandId": "", "signalChannelName": "none", "signalRequestStatus": "WAITING"},
                {"commandId": "s", "signalChannelName": "c", "signalRequestStatus": "RECEIVED", "signalValue": {"data": "1"}}
            ],
            "interStateChannelResults": [
                {"commandId": "", "channelName": "c", "requestStatus": "RECEIVED", "value": {"data": "2"}},
                {"commandId": "", "channelName": "empty", "requestStatus": "WAITING"}
            ]
        })
    );
}

#[tokio::test]
async fn a_message_without_a_value_is_told_by_its_kind() {
    let mut stage = Stage::new().await;
    stage.start("w", json!({})).await;
    signal(&stage, "c", json!(null)).await;
    publish(&stage, json!([{"channelName": "c"}])).await;
    let commands = json!({
        "signalCommands": [{"signalChannelName": "c"}],
        "interStateChannelCommands": [{"channelName": "c"}]
    });
    stage.wait_until(wait("ALL_COMPLETED", commands)).await;
    let results = stage.execute(complete()).await["commandResults"].take();
    assert_eq!(results["signalResults"][0]["signalValue"], json!({}));
    let internal = &results["interStateChannelResults"][0];
    assert_eq!(internal["requestStatus"], "RECEIVED");
    assert_eq!(internal.get("value"), None);
}

#[tokio::test]
async fn skipping_and_failing_wait_until_look_different_to_execute() {
    let mut stage = Stage::new().await;
    stage.start_execute("skipped", json!({})).await;
    assert_eq!(stage.execute(complete()).await.get("commandResults"), None);
    let once = json!({"maximumAttempts": 1});
    for options in [
        json!({"waitUntilApiRetryPolicy": once, "waitUntilApiFailurePolicy": "PROCEED_ON_FAILURE"}),
        json!({"startApiRetryPolicy": once, "startApiFailurePolicy": "PROCEED_TO_DECIDE_ON_START_API_FAILURE"}),
    ] {
        stage
            .start(&options.to_string(), json!({"stateOptions": options}))
            .await;
        stage.call().await.reply(500, "text/plain", "no");
        let asked = stage.execute(complete()).await;
        let results = json!({"stateStartApiSucceeded": false, "stateWaitUntilFailed": true});
        assert_eq!(asked["commandResults"], results);
    }
}

#[tokio::test]
async fn every_waiting_type_has_an_old_name_that_loses() {
    let mut stage = Stage::new().await;
    signal_pair(
        &mut stage,
        json!({"deciderTriggerType": "ALL_COMMAND_COMPLETED"}),
        &["a", "b"],
    )
    .await;
    signal_pair(
        &mut stage,
        json!({"deciderTriggerType": "ANY_COMMAND_COMPLETED"}),
        &["b"],
    )
    .await;
    let combinations = json!([{"commandIds": ["ia", "ib"]}, {"commandIds": ["ib"]}]);
    let old = json!({"deciderTriggerType": "ANY_COMMAND_COMBINATION_COMPLETED", "commandCombinations": combinations});
    signal_pair(&mut stage, old, &["b"]).await;
    let both = json!({"commandWaitingType": "ANY_COMPLETED", "deciderTriggerType": "ALL_COMMAND_COMPLETED"});
    signal_pair(&mut stage, both, &["a"]).await;
}

/// Waits for signals a and b, sends some, and expects execute with just those received.
async fn signal_pair(stage: &mut Stage, mut request: Value, sent: &[&str]) {
    stage.start("w", json!({})).await;
    request["signalCommands"] = json!([
        {"commandId": "ia", "signalChannelName": "a"}, {"commandId": "ib", "signalChannelName": "b"}
    ]);
    stage.wait_until(json!({"commandRequest": request})).await;
    for channel in sent {
        signal(stage, channel, json!({"data": channel})).await;
    }
    let asked = stage.execute(complete()).await;
    let results = asked["commandResults"]["signalResults"]
        .as_array()
        .expect("results");
    let received = results
        .iter()
        .filter_map(|result| result["signalValue"]["data"].as_str());
    assert_eq!(received.collect::<Vec<_>>(), sent);
    stage.end("w").await;
}

#[tokio::test]
async fn commands_that_cannot_complete_are_asked_for_again() {
    let mut stage = Stage::new().await;
    let id = json!([{"commandId": "a", "signalChannelName": "c"}]);
    let combination = "ANY_COMBINATION_COMPLETED";
    for request in [
        json!({"signalCommands": id}),
        json!({"signalCommands": id, "commandWaitingType": combination}),
        json!({"signalCommands": id, "commandWaitingType": combination, "commandCombinations": [{"commandIds": ["b"]}]}),
        json!({"signalCommands": [{"signalChannelName": "c"}], "commandWaitingType": combination, "commandCombinations": [{"commandIds": [""]}]}),
        // No such type: the answer does not even decode.
        json!({"signalCommands": id, "commandWaitingType": "SOME_COMPLETED"}),
    ] {
        stage.start("w", json!({})).await;
        stage.wait_until(json!({"commandRequest": request})).await;
        let again = stage.wait_until(json!({})).await;
        assert_eq!(again["context"]["attempt"], 2, "{request}");
        stage.execute(complete()).await;
        stage.end("w").await;
    }
}

#[tokio::test]
async fn an_answer_is_applied_as_one() {
    let mut stage = Stage::new().await;
    stage.start("w", json!({})).await;
    let answer = json!({
        "upsertDataObjects": [{"key": "d", "value": {"data": "1"}}, {"key": "d", "value": {"data": "2"}}],
        "upsertSearchAttributes": [{"key": "s", "valueType": "INT", "integerValue": 1}],
        "publishToInterStateChannel": [{"channelName": "own", "value": {"data": "x"}}],
        "recordEvents": [{"key": "e", "value": {"data": "only traced"}}],
        "commandRequest": {
            "commandWaitingType": "ALL_COMPLETED",
            "interStateChannelCommands": [{"channelName": "own"}]
        }
    });
    stage.wait_until(answer).await;
    // It received what it published itself, and sees what it wrote.
    let asked = stage.execute(go(&["B"])).await;
    assert_eq!(
        asked["DataObjects"],
        json!([{"key": "d", "value": {"data": "2"}}])
    );
    assert_eq!(asked["searchAttributes"][0]["integerValue"], 1);
    let received = &asked["commandResults"]["interStateChannelResults"][0];
    assert_eq!(received["value"], json!({"data": "x"}));
    // Locals and results are gone with the execution.
    stage.wait_until(json!({})).await;
    let next = stage.execute(complete()).await;
    assert_eq!(next.get("stateLocals"), None);
}

#[tokio::test]
async fn parallel_states_share_channels_in_the_order_of_their_answers() {
    let mut stage = Stage::new().await;
    stage.start_execute("w", json!({})).await;
    stage.execute(go(&["B", "B", "B"])).await;
    let mut calls = vec![stage.call().await, stage.call().await, stage.call().await];
    calls.sort_by_key(|call| call.body["context"]["stateExecutionId"].to_string());
    for (call, channel) in calls.into_iter().rev().zip(["r3", "r2", "r1"]) {
        let commands = json!({"interStateChannelCommands": [{"channelName": "c"}]});
        let mut answer = wait("ALL_COMPLETED", commands);
        answer["publishToInterStateChannel"] = json!([{"channelName": channel}]);
        call.answer(answer);
        // On to the next only when this one waits.
        loop {
            let (asked, _) = stage.rpc("w", json!({}), json!({})).await;
            if asked["internalChannelInfos"].get(channel).is_some() {
                break;
            }
        }
    }
    for number in 1..=3 {
        publish(
            &stage,
            json!([{"channelName": "c", "value": {"data": number.to_string()}}]),
        )
        .await;
        let asked = stage.execute(close("DEAD_END", &json!(null))).await;
        let execution = format!("B-{}", 4 - number);
        assert_eq!(asked["context"]["stateExecutionId"], execution);
        let received = &asked["commandResults"]["interStateChannelResults"][0];
        assert_eq!(received["value"]["data"], number.to_string());
    }
}
