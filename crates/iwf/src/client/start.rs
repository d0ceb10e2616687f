//! Starting workflows.

use super::{ApiError, Client, WorkflowRef};
use crate::{
    CxError, IdReuse, Payload, StartOptions, Workflow,
    options::{AlreadyStarted, seconds},
    registry::DynWorkflow,
    wire,
};
use iwf_protocol::{
    IdReusePolicy, WorkflowAlreadyStartedOptions, WorkflowStartOptions, WorkflowStartRequest,
};
use uuid::Uuid;

impl Client {
    /// Starts a workflow under an id of the caller's choice. The worker is not asked: a start
    /// succeeds even while the worker is away.
    ///
    /// # Errors
    /// [`ApiError::AlreadyStarted`] when the id is taken, [`ApiError::NotRegistered`] when the
    /// registry does not know the workflow, and whatever the server says.
    pub async fn start<W: Workflow>(
        &self,
        id: &str,
        input: W::Input,
        options: StartOptions<W>,
    ) -> Result<WorkflowRef<W>, ApiError> {
        let known = self
            .registry
            .get(W::TYPE)
            .ok_or(ApiError::NotRegistered(W::TYPE))?;
        let input = Payload::encode(&input).map_err(|source| {
            ApiError::Encode(CxError::Encode {
                what: format!("input of {}", W::TYPE),
                source,
            })
        })?;
        let request = self.start_request(id, input, options, known, W::TYPE)?;
        self.backend.start(request).await?;
        Ok(self.workflow(id))
    }

    fn start_request<W: Workflow>(
        &self,
        id: &str,
        input: Payload,
        options: StartOptions<W>,
        known: &dyn DynWorkflow,
        workflow_type: &str,
    ) -> Result<WorkflowStartRequest, ApiError> {
        if id.is_empty() {
            let detail = "a workflow id cannot be empty".to_owned();
            return Err(ApiError::Rejected {
                status: 400,
                detail,
            });
        }
        if let Some(problem) = options.problem {
            return Err(ApiError::Encode(problem));
        }
        let start = known.start();
        let state_options = start.and_then(|state| known.options(state));
        let data = options
            .data
            .into_iter()
            .map(|(key, value)| wire::key_value(&key, value));
        let search = options
            .search
            .into_iter()
            .map(|(key, value)| wire::search_to_wire(&key, value));
        let executions = options.wait_executions;
        Ok(WorkflowStartRequest {
            workflow_id: id.to_owned(),
            iwf_workflow_type: workflow_type.to_owned(),
            workflow_timeout_seconds: options.timeout.map_or(0, seconds),
            iwf_worker_url: self.worker_url.clone(),
            start_state_id: start.map(str::to_owned),
            state_input: wire::payload_to_wire(input),
            state_options: state_options
                .and_then(wire::state_options_to_wire)
                .map(Box::new),
            wait_for_completion_state_ids: options
                .wait_states
                .iter()
                .map(|&id| id.into())
                .collect(),
            wait_for_completion_state_execution_ids: executions,
            workflow_start_options: Some(WorkflowStartOptions {
                id_reuse_policy: options.id_reuse.map(reuse_to_wire),
                cron_schedule: options.cron,
                workflow_start_delay_seconds: options.delay.map(seconds),
                retry_policy: options.retry.as_ref().map(wire::workflow_retry_to_wire),
                search_attributes: search.collect(),
                data_attributes: data.collect(),
                workflow_config_override: options.config.as_ref().map(wire::config_to_wire),
                use_memo_for_data_attributes: known.cached_reads().then_some(true),
                workflow_already_started_options: Some(already_to_wire(options.already_started)),
                ..WorkflowStartOptions::default()
            }),
        })
    }
}

fn reuse_to_wire(policy: IdReuse) -> IdReusePolicy {
    match policy {
        IdReuse::IfNotRunning => IdReusePolicy::AllowIfNoRunning,
        IdReuse::IfLastFailed => IdReusePolicy::AllowIfPreviousExitsAbnormally,
        IdReuse::Never => IdReusePolicy::DisallowReuse,
        IdReuse::TerminateRunning => IdReusePolicy::AllowTerminateIfRunning,
    }
}

/// Without a wish of the caller a start carries an id of its own: the server keeps it, and a
/// backend that has to repeat the start can tell its own workflow from another's. The first attempt
/// does not join, so a taken id is reported as such.
fn already_to_wire(wish: Option<AlreadyStarted>) -> WorkflowAlreadyStartedOptions {
    let (join, request_id) = match wish {
        None => (false, Some(Uuid::new_v4().to_string())),
        Some(AlreadyStarted::Join) => (true, None),
        Some(AlreadyStarted::JoinSameRequest(id)) => (true, Some(id)),
    };
    WorkflowAlreadyStartedOptions {
        ignore_already_started_error: join,
        request_id,
    }
}
