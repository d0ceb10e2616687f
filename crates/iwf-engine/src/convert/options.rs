//! State options and loading policies: where an old and a new name mean the same, one wins.

use iwf_engine_core::{
    ApiOptions, ExecutingStateIds, LoadingKind, LoadingPolicy, ProceedTo, RetryPolicy, StateOptions,
};
use iwf_protocol as wire;

pub(super) fn state_options(options: wire::WorkflowStateOptions) -> StateOptions {
    let general = General {
        data: options
            .data_attributes_loading_policy
            .or(options.data_objects_loading_policy),
        search: options.search_attributes_loading_policy,
    };
    // For state options the old names win.
    let skip = options.skip_start_api.or(options.skip_wait_until);
    StateOptions {
        skip_wait_until: skip.unwrap_or_default(),
        wait_until: ApiOptions::new(
            timeout(
                options.start_api_timeout_seconds,
                options.wait_until_api_timeout_seconds,
            ),
            retry(
                options
                    .start_api_retry_policy
                    .or(options.wait_until_api_retry_policy),
            ),
            general.data(options.wait_until_api_data_attributes_loading_policy),
            general.search(options.wait_until_api_search_attributes_loading_policy),
        ),
        execute: ApiOptions::new(
            timeout(
                options.decide_api_timeout_seconds,
                options.execute_api_timeout_seconds,
            ),
            retry(
                options
                    .decide_api_retry_policy
                    .or(options.execute_api_retry_policy),
            ),
            general.data(options.execute_api_data_attributes_loading_policy),
            general.search(options.execute_api_search_attributes_loading_policy),
        ),
        proceed_after_wait_until_failure: match options.start_api_failure_policy {
            Some(old) => old == wire::StartApiFailurePolicy::ProceedToDecideOnStartApiFailure,
            None => {
                options.wait_until_api_failure_policy
                    == Some(wire::WaitUntilApiFailurePolicy::ProceedOnFailure)
            }
        },
        proceed_after_execute_failure: proceed_to(
            options.execute_api_failure_policy,
            options.execute_api_failure_proceed_state_id,
            options.execute_api_failure_proceed_state_options,
        ),
    }
}

/// Proceeding needs both the policy and a state.
fn proceed_to(
    policy: Option<wire::ExecuteApiFailurePolicy>,
    state_id: Option<String>,
    options: Option<Box<wire::WorkflowStateOptions>>,
) -> Option<Box<ProceedTo>> {
    let proceeds = policy == Some(wire::ExecuteApiFailurePolicy::ProceedToConfiguredState);
    let state_id = state_id.filter(|id| proceeds && !id.is_empty())?;
    Some(Box::new(ProceedTo {
        state_id: state_id.into(),
        options: options.map(|options| Box::new(state_options(*options))),
    }))
}

/// The policies that hold unless one API has its own.
struct General {
    data: Option<wire::PersistenceLoadingPolicy>,
    search: Option<wire::PersistenceLoadingPolicy>,
}

impl General {
    fn data(&self, own: Option<wire::PersistenceLoadingPolicy>) -> LoadingPolicy {
        loading_policy(own.or_else(|| self.data.clone()))
    }

    fn search(&self, own: Option<wire::PersistenceLoadingPolicy>) -> LoadingPolicy {
        loading_policy(own.or_else(|| self.search.clone()))
    }
}

pub(crate) fn loading_policy(policy: Option<wire::PersistenceLoadingPolicy>) -> LoadingPolicy {
    use wire::PersistenceLoadingType as Wire;
    let Some(policy) = policy else {
        return LoadingPolicy::default();
    };
    let keys = |keys: Vec<String>| keys.into_iter().map(Into::into).collect();
    LoadingPolicy {
        kind: match policy.persistence_loading_type {
            None | Some(Wire::LoadAllWithoutLocking) => LoadingKind::All,
            Some(Wire::LoadPartialWithoutLocking) => LoadingKind::Partial,
            Some(Wire::LoadPartialWithExclusiveLock) => LoadingKind::PartialWithLock,
            Some(Wire::LoadAllWithPartialLock) => LoadingKind::AllWithLock,
            Some(Wire::LoadNone) => LoadingKind::None,
        },
        partial_keys: keys(policy.partial_loading_keys),
        locking_keys: keys(policy.locking_keys),
    }
}

fn timeout(old: Option<i32>, new: Option<i32>) -> Option<u32> {
    old.or(new).and_then(|seconds| u32::try_from(seconds).ok())
}

fn retry(policy: Option<wire::RetryPolicy>) -> Option<RetryPolicy> {
    let policy = policy?;
    Some(retry_policy(
        [
            policy.initial_interval_seconds,
            policy.maximum_interval_seconds,
        ],
        policy.backoff_coefficient,
        [
            policy.maximum_attempts,
            policy.maximum_attempts_duration_seconds,
        ],
    ))
}

pub(super) fn workflow_retry(policy: &wire::WorkflowRetryPolicy) -> RetryPolicy {
    retry_policy(
        [
            policy.initial_interval_seconds,
            policy.maximum_interval_seconds,
        ],
        policy.backoff_coefficient,
        [policy.maximum_attempts, None],
    )
}

/// Absent, zero and negative fields mean the default.
fn retry_policy(
    [initial, maximum]: [Option<i32>; 2],
    coefficient: Option<f64>,
    [attempts, duration]: [Option<i32>; 2],
) -> RetryPolicy {
    let positive = |number: Option<i32>, otherwise: u32| {
        let number = number.and_then(|number| u32::try_from(number).ok());
        number.filter(|&number| number > 0).unwrap_or(otherwise)
    };
    let default = RetryPolicy::default();
    RetryPolicy {
        initial_interval_seconds: positive(initial, default.initial_interval_seconds),
        backoff_coefficient: coefficient
            .filter(|&coefficient| coefficient >= 1.0)
            .unwrap_or(default.backoff_coefficient),
        maximum_interval_seconds: positive(maximum, default.maximum_interval_seconds),
        maximum_attempts: positive(attempts, 0),
        maximum_duration_seconds: positive(duration, 0),
    }
}

pub(crate) fn executing_state_ids(config: &wire::WorkflowConfig) -> Option<ExecutingStateIds> {
    use wire::ExecutingStateIdMode as Wire;
    Some(match config.executing_state_id_mode? {
        Wire::EnabledForAll => ExecutingStateIds::All,
        Wire::EnabledForStatesWithWaitUntil => ExecutingStateIds::WithWaitUntil,
        Wire::Disabled => ExecutingStateIds::Disabled,
    })
}
