//! Requests of the server to a worker, and the worker's answers.

use iwf_protocol::*;
use serde_json::{Value, json};

use crate::whole;

fn context() -> Value {
    json!({
        "workflowId": "w", "workflowRunId": "r", "workflowStartedTimestamp": 1_700_000_000,
        "stateExecutionId": "S-1", "attempt": 2, "firstAttemptTimestamp": 1_700_000_001
    })
}

fn search_attributes() -> Value {
    json!([{"key": "k", "valueType": "KEYWORD", "stringValue": "v"}])
}

fn key_values() -> Value {
    json!([{"key": "k", "value": {"encoding": "json", "data": "1"}}])
}

#[test]
fn context_of_a_state() {
    whole::<Context>(context());
}

#[test]
fn state_start() {
    whole::<StateStartRequest>(json!({
        "context": context(), "workflowType": "T", "workflowStateId": "S",
        "stateInput": {"data": "1"}, "searchAttributes": search_attributes(),
        "dataObjects": key_values()
    }));
    whole::<StateStartResponse>(json!({
        "commandRequest": {"commandWaitingType": "ALL_COMPLETED"},
        "upsertDataObjects": key_values(), "upsertSearchAttributes": search_attributes(),
        "upsertStateLocals": key_values(), "recordEvents": key_values(),
        "publishToInterStateChannel": [{"channelName": "c"}], "localActivityInput": ""
    }));
}

#[test]
fn state_decide_spells_data_objects_with_a_capital() {
    whole::<StateDecideRequest>(json!({
        "context": context(), "workflowType": "T", "workflowStateId": "S",
        "stateInput": {"data": "1"}, "commandResults": {"stateWaitUntilFailed": false},
        "stateLocals": key_values(), "searchAttributes": search_attributes(),
        "DataObjects": key_values()
    }));
    whole::<StateDecideResponse>(json!({
        "stateDecision": {"nextStates": [{"stateId": "S2"}]},
        "upsertDataObjects": key_values(), "upsertSearchAttributes": search_attributes(),
        "upsertStateLocals": key_values(), "recordEvents": key_values(),
        "publishToInterStateChannel": [{"channelName": "c"}], "localActivityInput": ""
    }));
}

#[test]
fn rpc_always_has_its_channel_infos() {
    whole::<WorkerRpcRequest>(json!({
        "context": {"workflowId": "w", "workflowRunId": "r", "workflowStartedTimestamp": 0},
        "workflowType": "T", "rpcName": "describe", "input": {"data": "1"},
        "searchAttributes": search_attributes(), "dataAttributes": key_values(),
        "signalChannelInfos": {}, "internalChannelInfos": {"c": {"size": 2}}
    }));
    whole::<WorkerRpcResponse>(json!({
        "output": {"data": "1"}, "stateDecision": {"nextStates": [{"stateId": "S2"}]},
        "upsertDataAttributes": key_values(), "upsertSearchAttributes": search_attributes(),
        "publishToInterStateChannel": [{"channelName": "c"}], "recordEvents": key_values(),
        "upsertStateLocals": key_values()
    }));
}
