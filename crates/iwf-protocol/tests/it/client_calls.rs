//! Requests of clients and the server's answers.

use iwf_protocol::*;
use serde_json::json;

use crate::{same, whole};

#[test]
fn start() {
    whole::<WorkflowStartRequest>(json!({
        "workflowId": "w", "iwfWorkflowType": "T", "workflowTimeoutSeconds": 10,
        "iwfWorkerUrl": "http://worker", "startStateId": "S", "stateInput": {"data": "1"},
        "stateOptions": {"skipWaitUntil": true},
        "waitForCompletionStateIds": ["S"], "waitForCompletionStateExecutionIds": ["S-1"],
        "workflowStartOptions": {"cronSchedule": "* * * * *"}
    }));
    whole::<WorkflowStartOptions>(json!({
        "idReusePolicy": "DISALLOW_REUSE", "workflowIDReusePolicy": "ALLOW_DUPLICATE",
        "cronSchedule": "", "workflowStartDelaySeconds": 4,
        "retryPolicy": {"maximumAttempts": 2},
        "searchAttributes": [{"key": "k", "valueType": "INT", "integerValue": 1}],
        "dataAttributes": [{"key": "k", "value": {"data": "1"}}],
        "workflowConfigOverride": {"optimizeTimer": true},
        "useMemoForDataAttributes": true,
        "workflowAlreadyStartedOptions": {"ignoreAlreadyStartedError": true, "requestId": "r"}
    }));
    whole::<WorkflowRetryPolicy>(json!({
        "initialIntervalSeconds": 1, "backoffCoefficient": 2.0, "maximumIntervalSeconds": 100,
        "maximumAttempts": 3
    }));
    whole::<WorkflowStartResponse>(json!({"workflowRunId": "r"}));
}

#[test]
fn configuration() {
    let config = json!({
        "executingStateIdMode": "ENABLED_FOR_ALL", "disableSystemSearchAttribute": true,
        "continueAsNewThreshold": 100, "continueAsNewPageSizeInBytes": 1_048_576,
        "optimizeActivity": true, "optimizeTimer": false
    });
    whole::<WorkflowConfig>(config.clone());
    whole::<WorkflowConfigUpdateRequest>(json!({
        "workflowId": "w", "workflowRunId": "r", "workflowConfig": config
    }));
    whole::<TriggerContinueAsNewRequest>(json!({"workflowId": "w", "workflowRunId": "r"}));
}

#[test]
fn messages() {
    whole::<WorkflowSignalRequest>(json!({
        "workflowId": "w", "workflowRunId": "r", "signalChannelName": "c",
        "signalValue": {"data": "1"}
    }));
    whole::<PublishToInternalChannelRequest>(json!({
        "workflowId": "w", "workflowRunId": "r",
        "messages": [{"channelName": "a", "value": {"data": "1"}}, {"channelName": "b"}]
    }));
}

#[test]
fn stop_reset_and_skip() {
    whole::<WorkflowStopRequest>(json!({
        "workflowId": "w", "workflowRunId": "r", "reason": "enough", "stopType": "FAIL"
    }));
    whole::<WorkflowResetRequest>(json!({
        "workflowId": "w", "workflowRunId": "r", "resetType": "STATE_EXECUTION_ID",
        "historyEventId": 5, "historyEventTime": "2024-01-02T03:04:05+00:00", "stateId": "S",
        "stateExecutionId": "S-1", "reason": "again", "skipSignalReapply": true,
        "skipUpdateReapply": true
    }));
    whole::<WorkflowResetResponse>(json!({"workflowRunId": "r"}));
    whole::<WorkflowSkipTimerRequest>(json!({
        "workflowId": "w", "workflowRunId": "r", "workflowStateExecutionId": "S-1",
        "timerCommandId": "t", "timerCommandIndex": 0
    }));
}

#[test]
fn get() {
    whole::<WorkflowGetRequest>(json!({
        "workflowId": "w", "workflowRunId": "r", "needsResults": true, "waitTimeSeconds": 10
    }));
    same::<WorkflowGetResponse>(&json!({
        "workflowRunId": "r", "workflowStatus": "FAILED",
        "results": [{
            "completedStateId": "S", "completedStateExecutionId": "S-1",
            "completedStateOutput": {"data": "1"}
        }],
        "errorType": "STATE_API_FAIL_ERROR_TYPE", "errorMessage": "it broke"
    }));
    same::<WorkflowGetResponse>(&json!({"workflowRunId": "r", "workflowStatus": "RUNNING"}));
}

#[test]
fn wait_for_state_completion() {
    whole::<WorkflowWaitForStateCompletionRequest>(json!({
        "workflowId": "w", "stateExecutionId": "S-1", "stateId": "S", "waitForKey": "k",
        "waitTimeSeconds": 10
    }));
    whole::<WorkflowWaitForStateCompletionResponse>(json!({
        "stateCompletionOutput": {"completedStateId": "", "completedStateExecutionId": ""}
    }));
}

#[test]
fn rpc() {
    whole::<WorkflowRpcRequest>(json!({
        "workflowId": "w", "workflowRunId": "r", "rpcName": "describe", "input": {"data": "1"},
        "timeoutSeconds": 5,
        "dataAttributesLoadingPolicy": {"persistenceLoadingType": "LOAD_NONE"},
        "searchAttributesLoadingPolicy": {"persistenceLoadingType": "LOAD_ALL_WITHOUT_LOCKING"},
        "useMemoForDataAttributes": true, "searchAttributes": [{"key": "k", "valueType": "BOOL"}]
    }));
    whole::<WorkflowRpcResponse>(json!({"output": {"data": "1"}}));
}

#[test]
fn attributes() {
    whole::<WorkflowGetDataObjectsRequest>(json!({
        "workflowId": "w", "workflowRunId": "r", "keys": ["k"], "useMemoForDataAttributes": true
    }));
    whole::<WorkflowGetDataObjectsResponse>(json!({"objects": [{"key": "k"}]}));
    whole::<WorkflowSetDataObjectsRequest>(json!({
        "workflowId": "w", "workflowRunId": "r", "objects": [{"key": "k", "value": {"data": "1"}}]
    }));
    whole::<WorkflowGetSearchAttributesRequest>(json!({
        "workflowId": "w", "workflowRunId": "r", "keys": [{"key": "k", "valueType": "KEYWORD"}]
    }));
    whole::<WorkflowGetSearchAttributesResponse>(json!({
        "searchAttributes": [{"key": "k", "valueType": "BOOL", "boolValue": false}]
    }));
    whole::<WorkflowSetSearchAttributesRequest>(json!({
        "workflowId": "w", "workflowRunId": "r",
        "searchAttributes": [{"key": "k", "valueType": "TEXT", "stringValue": ""}]
    }));
}

#[test]
fn search() {
    whole::<WorkflowSearchRequest>(json!({
        "query": "WorkflowId='w'", "pageSize": 10, "nextPageToken": "t"
    }));
    whole::<WorkflowSearchResponse>(json!({
        "workflowExecutions": [{"workflowId": "w", "workflowRunId": "r"}], "nextPageToken": ""
    }));
}

#[test]
fn errors() {
    whole::<ErrorResponse>(json!({
        "detail": "it broke", "subStatus": "WORKER_API_ERROR", "originalWorkerErrorDetail": "",
        "originalWorkerErrorType": "", "originalWorkerErrorStatus": 0
    }));
    whole::<WorkerErrorResponse>(json!({"detail": "it broke", "errorType": "Oops"}));
}

#[test]
fn health_and_dump() {
    whole::<HealthInfo>(json!({"condition": "OK", "hostname": "h", "duration": 0}));
    whole::<WorkflowDumpRequest>(json!({
        "workflowId": "w", "workflowRunId": "r", "pageSizeInBytes": 100, "pageNum": 0
    }));
    whole::<WorkflowDumpResponse>(json!({"checksum": "c", "totalPages": 1, "jsonData": "{}"}));
}
