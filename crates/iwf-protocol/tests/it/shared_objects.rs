//! Objects that several calls share.

use iwf_protocol::*;
use serde_json::json;

use crate::{same, whole};

#[test]
fn values() {
    whole::<EncodedObject>(json!({
        "encoding": "json", "data": "\"hi\"", "extStoreId": "s", "extPath": "p"
    }));
    whole::<KeyValue>(json!({"key": "k", "value": {}}));
    whole::<SearchAttributeKeyAndType>(json!({"key": "k", "valueType": "DOUBLE"}));
}

#[test]
fn search_attributes_of_each_type() {
    for value in [
        json!({"key": "k", "valueType": "KEYWORD", "stringValue": "v"}),
        json!({"key": "k", "valueType": "TEXT", "stringValue": ""}),
        json!({"key": "k", "valueType": "DATETIME", "stringValue": "2024-01-02T03:04:05Z"}),
        json!({"key": "k", "valueType": "INT", "integerValue": i64::MAX}),
        json!({"key": "k", "valueType": "DOUBLE", "doubleValue": 2.5}),
        json!({"key": "k", "valueType": "BOOL", "boolValue": false}),
        json!({"key": "k", "valueType": "KEYWORD_ARRAY", "stringArrayValue": ["a", "b"]}),
    ] {
        whole::<SearchAttribute>(value);
    }
}

#[test]
fn state_options_have_both_names_of_everything() {
    let retry = json!({
        "initialIntervalSeconds": 1, "backoffCoefficient": 2.0, "maximumIntervalSeconds": 100,
        "maximumAttempts": 3, "maximumAttemptsDurationSeconds": 60
    });
    let loading = json!({
        "persistenceLoadingType": "LOAD_PARTIAL_WITH_EXCLUSIVE_LOCK", "partialLoadingKeys": ["a"],
        "lockingKeys": ["b"], "useKeyAsPrefix": true, "lazyLoadingLargeDataAttributes": true
    });
    whole::<RetryPolicy>(retry.clone());
    whole::<PersistenceLoadingPolicy>(loading.clone());
    whole::<WorkflowStateOptions>(json!({
        "skipWaitUntil": true, "skipStartApi": false,
        "waitUntilApiTimeoutSeconds": 1, "startApiTimeoutSeconds": 2,
        "executeApiTimeoutSeconds": 3, "decideApiTimeoutSeconds": 4,
        "waitUntilApiRetryPolicy": retry, "startApiRetryPolicy": retry,
        "executeApiRetryPolicy": retry, "decideApiRetryPolicy": retry,
        "waitUntilApiFailurePolicy": "PROCEED_ON_FAILURE",
        "startApiFailurePolicy": "PROCEED_TO_DECIDE_ON_START_API_FAILURE",
        "executeApiFailurePolicy": "PROCEED_TO_CONFIGURED_STATE",
        "executeApiFailureProceedStateId": "R",
        "executeApiFailureProceedStateOptions": {"skipWaitUntil": true},
        "dataAttributesLoadingPolicy": loading, "dataObjectsLoadingPolicy": loading,
        "waitUntilApiDataAttributesLoadingPolicy": loading,
        "executeApiDataAttributesLoadingPolicy": loading,
        "searchAttributesLoadingPolicy": loading,
        "waitUntilApiSearchAttributesLoadingPolicy": loading,
        "executeApiSearchAttributesLoadingPolicy": loading
    }));
}

#[test]
fn commands() {
    whole::<CommandRequest>(json!({
        "commandWaitingType": "ANY_COMBINATION_COMPLETED",
        "deciderTriggerType": "ANY_COMMAND_COMBINATION_COMPLETED",
        "timerCommands": [{
            "commandId": "t", "durationSeconds": 31_536_000_000_i64,
            "firingUnixTimestampSeconds": 4_102_444_800_i64
        }],
        "signalCommands": [{
            "commandId": "s", "signalChannelName": "c", "atLeast": 1, "atMost": 2
        }],
        "interStateChannelCommands": [{
            "commandId": "i", "channelName": "c", "atLeast": 1, "atMost": 2
        }],
        "commandCombinations": [{"commandIds": ["t", "s"]}]
    }));
}

#[test]
fn command_results() {
    whole::<CommandResults>(json!({
        "timerResults": [{"commandId": "", "timerStatus": "FIRED"}],
        "signalResults": [{
            "commandId": "s", "signalChannelName": "c", "signalRequestStatus": "RECEIVED",
            "signalValue": {}
        }],
        "interStateChannelResults": [
            {"commandId": "i", "channelName": "c", "requestStatus": "WAITING"},
            {"commandId": "i", "channelName": "c", "requestStatus": "RECEIVED",
             "value": {"data": "1"}}
        ],
        "stateStartApiSucceeded": true, "stateWaitUntilFailed": false
    }));
}

#[test]
fn decisions() {
    whole::<StateDecision>(json!({
        "nextStates": [{
            "stateId": DEAD_END, "stateInput": {"data": "1"}, "stateOptions": {},
            "waitForKey": "k"
        }],
        "conditionalClose": {
            "conditionalCloseType": "FORCE_COMPLETE_ON_SIGNAL_CHANNEL_EMPTY", "channelName": "c",
            "closeInput": {"data": "1"}
        }
    }));
}

#[test]
fn a_retry_policy_without_fields_stays_one() {
    same::<WorkflowStartOptions>(&json!({"retryPolicy": {}}));
}
