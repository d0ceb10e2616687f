//! Options of states, retry policies, loading policies and the server's configuration.

use crate::options::{
    Config, ErasedOptions, ExecutingStates, RawLoad, Retry, StepOptions, What, seconds,
};
use iwf_protocol::{
    ExecuteApiFailurePolicy, ExecutingStateIdMode, PersistenceLoadingPolicy,
    PersistenceLoadingType as LoadingType, RetryPolicy, WaitUntilApiFailurePolicy, WorkflowConfig,
    WorkflowRetryPolicy, WorkflowStateOptions,
};

/// `None` when everything is left to the server.
pub(crate) fn state_options_to_wire(options: &ErasedOptions) -> Option<WorkflowStateOptions> {
    let mut wire = steps_to_wire(options);
    if let Some(recover) = options.recover {
        wire.execute_api_failure_policy = Some(ExecuteApiFailurePolicy::ProceedToConfiguredState);
        wire.execute_api_failure_proceed_state_id = Some(recover.id.to_owned());
        // One level deep: the registry refuses a recovery of a recovery.
        let recovery = steps_to_wire(&(recover.options)());
        wire.execute_api_failure_proceed_state_options = Some(Box::new(recovery));
    }
    (wire != WorkflowStateOptions::default()).then_some(wire)
}

fn steps_to_wire(options: &ErasedOptions) -> WorkflowStateOptions {
    let ErasedOptions {
        wait_until,
        execute,
        ..
    } = options;
    WorkflowStateOptions {
        skip_wait_until: options.skip_wait_until.then_some(true),
        wait_until_api_timeout_seconds: wait_until.timeout.map(seconds),
        execute_api_timeout_seconds: execute.timeout.map(seconds),
        wait_until_api_retry_policy: wait_until.retry.as_ref().map(retry_to_wire),
        execute_api_retry_policy: execute.retry.as_ref().map(retry_to_wire),
        wait_until_api_failure_policy: options
            .proceed_without_wait
            .then_some(WaitUntilApiFailurePolicy::ProceedOnFailure),
        wait_until_api_data_attributes_loading_policy: data_load(wait_until),
        execute_api_data_attributes_loading_policy: data_load(execute),
        wait_until_api_search_attributes_loading_policy: search_load(wait_until),
        execute_api_search_attributes_loading_policy: search_load(execute),
        ..WorkflowStateOptions::default()
    }
}
fn data_load(step: &StepOptions) -> Option<PersistenceLoadingPolicy> {
    step.load.as_ref().map(load_to_wire)
}
fn search_load(step: &StepOptions) -> Option<PersistenceLoadingPolicy> {
    step.search_load.as_ref().map(load_to_wire)
}

pub(crate) fn load_to_wire(load: &RawLoad) -> PersistenceLoadingPolicy {
    let locks = !load.lock.is_empty();
    let (loading_type, keys, prefix) = match &load.what {
        What::All if locks => (LoadingType::LoadAllWithPartialLock, &[][..], false),
        What::All => (LoadingType::LoadAllWithoutLocking, &[][..], false),
        What::None if locks => (LoadingType::LoadPartialWithExclusiveLock, &[][..], false),
        What::None => (LoadingType::LoadNone, &[][..], false),
        // An empty list would mean "all" to the server.
        What::Only(keys) | What::Prefix(keys) if keys.is_empty() && !locks => {
            (LoadingType::LoadNone, &[][..], false)
        }
        What::Only(keys) => (partial(locks), &keys[..], false),
        What::Prefix(keys) => (partial(locks), &keys[..], true),
    };
    PersistenceLoadingPolicy {
        persistence_loading_type: Some(loading_type),
        partial_loading_keys: keys.to_vec(),
        locking_keys: load.lock.clone(),
        use_key_as_prefix: prefix.then_some(true),
        lazy_loading_large_data_attributes: None,
    }
}
fn partial(locks: bool) -> LoadingType {
    if locks {
        LoadingType::LoadPartialWithExclusiveLock
    } else {
        LoadingType::LoadPartialWithoutLocking
    }
}

fn retry_to_wire(retry: &Retry) -> RetryPolicy {
    let WorkflowRetryPolicy {
        initial_interval_seconds,
        backoff_coefficient,
        maximum_interval_seconds,
        maximum_attempts,
    } = workflow_retry_to_wire(retry);
    RetryPolicy {
        initial_interval_seconds,
        backoff_coefficient,
        maximum_interval_seconds,
        maximum_attempts,
        maximum_attempts_duration_seconds: retry.within.map(seconds),
    }
}

/// A workflow's policy counts runs and has no duration.
pub(crate) fn workflow_retry_to_wire(retry: &Retry) -> WorkflowRetryPolicy {
    WorkflowRetryPolicy {
        initial_interval_seconds: retry.first.map(seconds),
        backoff_coefficient: retry.factor.map(f64::from),
        maximum_interval_seconds: retry.max_gap.map(seconds),
        maximum_attempts: retry.attempts.map(|n| i32::try_from(n).unwrap_or(i32::MAX)),
    }
}

pub(crate) fn config_to_wire(config: &Config) -> WorkflowConfig {
    WorkflowConfig {
        executing_state_id_mode: config.executing_states.map(|mode| match mode {
            ExecutingStates::All => ExecutingStateIdMode::EnabledForAll,
            ExecutingStates::Waiting => ExecutingStateIdMode::EnabledForStatesWithWaitUntil,
            ExecutingStates::Off => ExecutingStateIdMode::Disabled,
        }),
        disable_system_search_attribute: None,
        continue_as_new_threshold: config.continue_as_new_threshold,
        continue_as_new_page_size_in_bytes: config.continue_as_new_page_bytes,
        optimize_activity: config.optimize_activity,
        optimize_timer: config.optimize_timer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Data, Load};

    const A: Data<(), i64> = Data::__new("a");
    const B: Data<(), i64> = Data::__new("b");

    fn check(load: Load<()>, expected: &serde_json::Value) {
        let wire = serde_json::to_value(load_to_wire(&load.into_raw())).unwrap();
        assert_eq!(&wire, expected);
    }

    #[test]
    fn loading_and_locking_choose_the_type() {
        use serde_json::json;
        let kind = "persistenceLoadingType";
        check(Load::all(), &json!({kind: "LOAD_ALL_WITHOUT_LOCKING"}));
        check(Load::none(), &json!({kind: "LOAD_NONE"}));
        check(Load::only([]), &json!({kind: "LOAD_NONE"}));
        check(
            Load::only([A.key()]),
            &json!({kind: "LOAD_PARTIAL_WITHOUT_LOCKING", "partialLoadingKeys": ["a"]}),
        );
        check(
            Load::all().lock([A.key()]),
            &json!({kind: "LOAD_ALL_WITH_PARTIAL_LOCK", "lockingKeys": ["a"]}),
        );
        check(
            Load::only([A.key()]).lock([B.key()]),
            &json!({kind: "LOAD_PARTIAL_WITH_EXCLUSIVE_LOCK",
                "partialLoadingKeys": ["a"], "lockingKeys": ["b"]}),
        );
        check(
            Load::none().lock([B.key()]),
            &json!({kind: "LOAD_PARTIAL_WITH_EXCLUSIVE_LOCK", "lockingKeys": ["b"]}),
        );
    }
}
