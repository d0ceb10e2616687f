//! Every value of every enum, and no other.

use std::fmt::Debug;

use iwf_protocol::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

fn values<T: Serialize + DeserializeOwned + Debug>(names: &[&str]) {
    for name in names {
        let value: T = serde_json::from_value(json!(name)).expect(name);
        assert_eq!(serde_json::to_value(value).expect(name), json!(name));
    }
    for other in [json!(""), json!("NO_SUCH_VALUE"), json!(0), Value::Null] {
        assert!(
            serde_json::from_value::<T>(other.clone()).is_err(),
            "{other}"
        );
    }
}

#[test]
fn of_runs() {
    values::<WorkflowStatus>(&[
        "RUNNING",
        "COMPLETED",
        "FAILED",
        "TIMEOUT",
        "TERMINATED",
        "CANCELED",
        "CONTINUED_AS_NEW",
    ]);
    values::<WorkflowErrorType>(&[
        "STATE_DECISION_FAILING_WORKFLOW_ERROR_TYPE",
        "CLIENT_API_FAILING_WORKFLOW_ERROR_TYPE",
        "STATE_API_FAIL_ERROR_TYPE",
        "INVALID_USER_WORKFLOW_CODE_ERROR_TYPE",
        "RPC_ACQUIRE_LOCK_FAILURE",
        "SERVER_INTERNAL_ERROR_TYPE",
    ]);
    values::<ErrorSubStatus>(&[
        "UNCATEGORIZED_SUB_STATUS",
        "WORKFLOW_ALREADY_STARTED_SUB_STATUS",
        "WORKFLOW_NOT_EXISTS_SUB_STATUS",
        "WORKER_API_ERROR",
        "LONG_POLL_TIME_OUT_SUB_STATUS",
    ]);
    values::<WorkflowStopType>(&["CANCEL", "TERMINATE", "FAIL"]);
    values::<WorkflowResetType>(&[
        "BEGINNING",
        "HISTORY_EVENT_ID",
        "HISTORY_EVENT_TIME",
        "STATE_ID",
        "STATE_EXECUTION_ID",
    ]);
}

#[test]
fn of_starts() {
    values::<IdReusePolicy>(&[
        "ALLOW_IF_NO_RUNNING",
        "ALLOW_IF_PREVIOUS_EXITS_ABNORMALLY",
        "DISALLOW_REUSE",
        "ALLOW_TERMINATE_IF_RUNNING",
    ]);
    values::<WorkflowIdReusePolicy>(&[
        "ALLOW_DUPLICATE",
        "ALLOW_DUPLICATE_FAILED_ONLY",
        "REJECT_DUPLICATE",
        "TERMINATE_IF_RUNNING",
    ]);
    values::<ExecutingStateIdMode>(&[
        "ENABLED_FOR_ALL",
        "ENABLED_FOR_STATES_WITH_WAIT_UNTIL",
        "DISABLED",
    ]);
}

#[test]
fn a_misspelt_reuse_policy_is_understood() {
    let policy: IdReusePolicy =
        serde_json::from_value(json!("ALLOW_IF_PREVIOUS_EXISTS_ABNORMALLY")).expect("known");
    assert_eq!(policy, IdReusePolicy::AllowIfPreviousExitsAbnormally);
}

#[test]
fn of_states() {
    values::<WaitUntilApiFailurePolicy>(&["FAIL_WORKFLOW_ON_FAILURE", "PROCEED_ON_FAILURE"]);
    values::<StartApiFailurePolicy>(&[
        "FAIL_WORKFLOW_ON_START_API_FAILURE",
        "PROCEED_TO_DECIDE_ON_START_API_FAILURE",
    ]);
    values::<ExecuteApiFailurePolicy>(&[
        "FAIL_WORKFLOW_ON_EXECUTE_API_FAILURE",
        "PROCEED_TO_CONFIGURED_STATE",
    ]);
    values::<PersistenceLoadingType>(&[
        "LOAD_ALL_WITHOUT_LOCKING",
        "LOAD_PARTIAL_WITHOUT_LOCKING",
        "LOAD_PARTIAL_WITH_EXCLUSIVE_LOCK",
        "LOAD_ALL_WITH_PARTIAL_LOCK",
        "LOAD_NONE",
    ]);
    values::<SearchAttributeValueType>(&[
        "KEYWORD",
        "TEXT",
        "DATETIME",
        "INT",
        "DOUBLE",
        "BOOL",
        "KEYWORD_ARRAY",
    ]);
}

#[test]
fn of_commands_and_decisions() {
    values::<CommandWaitingType>(&[
        "ALL_COMPLETED",
        "ANY_COMPLETED",
        "ANY_COMBINATION_COMPLETED",
    ]);
    values::<DeciderTriggerType>(&[
        "ALL_COMMAND_COMPLETED",
        "ANY_COMMAND_COMPLETED",
        "ANY_COMMAND_COMBINATION_COMPLETED",
    ]);
    values::<TimerStatus>(&["SCHEDULED", "FIRED"]);
    values::<ChannelRequestStatus>(&["WAITING", "RECEIVED"]);
    values::<WorkflowConditionalCloseType>(&[
        "FORCE_COMPLETE_ON_INTERNAL_CHANNEL_EMPTY",
        "FORCE_COMPLETE_ON_SIGNAL_CHANNEL_EMPTY",
        "GRACEFUL_COMPLETE_ON_ALL_CHANNELS_EMPTY",
    ]);
}
