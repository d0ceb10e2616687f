//! The start of a workflow.

use iwf_engine_core::{
    Config, DataAttribute, ReusePolicy, RunId, SearchAttribute, Settings, Start, StateExecutionId,
    StateMovement, Timestamp, WorkflowRetry,
};
use iwf_protocol as wire;

use super::{data_attribute, executing_state_ids, options, payload, search_attribute};
use crate::cron::Expression;
use crate::driver::StartOrder;
use crate::failure::Failure;

/// Checks a start request and turns it into an order for the writer.
pub(crate) fn start_order(
    request: wire::WorkflowStartRequest,
    now: Timestamp,
) -> Result<StartOrder, Failure> {
    let timeout = seconds("the workflow timeout", request.workflow_timeout_seconds)?;
    let mut start_options = request.workflow_start_options.unwrap_or_default();
    let delay = start_options
        .workflow_start_delay_seconds
        .unwrap_or_default();
    let delay = seconds("the start delay", delay)?;
    let cron = start_options
        .cron_schedule
        .take()
        .filter(|cron| !cron.is_empty());
    if let Some(Err(error)) = cron.as_deref().map(Expression::parse) {
        return Err(Failure::internal(error.to_string()));
    }
    let search_attributes = initial_search_attributes(start_options.search_attributes, now)?;
    let data_attributes: Vec<DataAttribute> = start_options
        .data_attributes
        .into_iter()
        .map(data_attribute)
        .collect();
    let movement = request.start_state_id.map(|state_id| StateMovement {
        state_id: state_id.into(),
        input: request.state_input.map(payload),
        options: request
            .state_options
            .map(|state_options| options::state_options(*state_options).into()),
        wait_for_key: None,
    });
    let config = Config {
        executing_state_ids: start_options
            .workflow_config_override
            .as_ref()
            .and_then(executing_state_ids)
            .unwrap_or_default(),
    };
    let already = start_options
        .workflow_already_started_options
        .take()
        .unwrap_or_default();
    let retry = start_options.retry_policy.map(|policy| {
        Box::new(WorkflowRetry {
            policy: options::workflow_retry(&policy),
            attempt: 1,
            first_started_at: now,
            movement: movement.clone(),
            data_attributes: data_attributes.clone(),
            search_attributes: search_attributes.clone(),
            config,
        })
    });
    let execution_ids = request.wait_for_completion_state_execution_ids.iter();
    Ok(StartOrder {
        start: Start {
            // The writer names the run.
            id: RunId(0),
            workflow_id: request.workflow_id.into(),
            settings: Settings {
                workflow_type: request.iwf_workflow_type.into(),
                worker_url: request.iwf_worker_url.trim_end_matches('/').into(),
                first_run_id: RunId(0),
                started_at: now,
                deadline: (timeout > 0).then(|| now.plus_seconds(timeout)),
                request_id: already
                    .request_id
                    .filter(|id| !id.is_empty())
                    .map(Into::into),
                wait_for_state_ids: request
                    .wait_for_completion_state_ids
                    .into_iter()
                    .map(Into::into)
                    .collect(),
                wait_for_execution_ids: execution_ids
                    .filter_map(|id| StateExecutionId::parse(id))
                    .collect(),
                retry,
            },
            config,
            starts_at: (delay > 0).then(|| now.plus_seconds(delay)),
            movement,
            data_attributes,
            search_attributes,
        },
        cron: cron.map(Into::into),
        random: rand::random(),
        reuse: reuse_policy(
            start_options.id_reuse_policy,
            start_options.workflow_id_reuse_policy,
        ),
        ignore_already_started: already.ignore_already_started_error,
    })
}

fn seconds(what: &str, seconds: i32) -> Result<i64, Failure> {
    if seconds < 0 {
        let detail = format!("{what} cannot be {seconds} seconds: use 0 for none");
        return Err(Failure::internal(detail));
    }
    Ok(i64::from(seconds))
}

/// At the start, unlike later, every attribute must be one that can be indexed.
fn initial_search_attributes(
    attributes: Vec<wire::SearchAttribute>,
    now: Timestamp,
) -> Result<Vec<SearchAttribute>, Failure> {
    let attributes = attributes.into_iter().map(|attribute| {
        let attribute = search_attribute(attribute, now);
        match attribute.indexed {
            Some(_) => Ok(attribute),
            None => Err(Failure::internal(format!(
                "the search attribute {} cannot be indexed: give its valueType, and a value of that type; a date time is 2024-01-02T10:04:05+00:00, an integer of nanoseconds, or a past time such as 3d",
                attribute.key
            ))),
        }
    });
    attributes.collect()
}

/// The new field wins.
fn reuse_policy(
    new: Option<wire::IdReusePolicy>,
    old: Option<wire::WorkflowIdReusePolicy>,
) -> ReusePolicy {
    use wire::{IdReusePolicy as New, WorkflowIdReusePolicy as Old};
    match (new, old) {
        (Some(New::AllowIfNoRunning), _) | (None, Some(Old::AllowDuplicate) | None) => {
            ReusePolicy::AllowIfNoRunning
        }
        (Some(New::AllowIfPreviousExitsAbnormally), _)
        | (None, Some(Old::AllowDuplicateFailedOnly)) => {
            ReusePolicy::AllowIfPreviousExitsAbnormally
        }
        (Some(New::DisallowReuse), _) | (None, Some(Old::RejectDuplicate)) => {
            ReusePolicy::DisallowReuse
        }
        (Some(New::AllowTerminateIfRunning), _) | (None, Some(Old::TerminateIfRunning)) => {
            ReusePolicy::AllowTerminateIfRunning
        }
    }
}
