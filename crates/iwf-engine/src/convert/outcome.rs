//! The status and outcome of a run.

use iwf_engine_core::{ErrorType, Output, Run, RunId, Status};
use iwf_protocol as wire;

use super::payload_out;

/// What `get` answers about a run, under the id that was asked for.
pub(crate) fn get_response(
    run: &Run,
    asked: RunId,
    with_results: bool,
) -> wire::WorkflowGetResponse {
    let mut response = wire::WorkflowGetResponse {
        workflow_run_id: asked.to_string(),
        workflow_status: status(run.head.status),
        results: Vec::new(),
        error_type: None,
        error_message: None,
    };
    let Some(outcome) = run.head.outcome.as_deref().filter(|_| with_results) else {
        return response;
    };
    response.error_type = outcome.error_type.map(error_type);
    response.error_message = outcome.error_message.as_deref().map(Into::into);
    // Outputs are told only when a decision of a state ended the run.
    let by_decision = run.head.status == Status::Completed
        || outcome.error_type == Some(ErrorType::StateDecision);
    if by_decision {
        response.results = run.head.outputs.iter().map(output).collect();
    }
    response
}

fn output(output: &Output) -> wire::StateCompletionOutput {
    wire::StateCompletionOutput {
        completed_state_id: output.execution_id.state_id.to_string(),
        completed_state_execution_id: output.execution_id.to_string(),
        completed_state_output: Some(payload_out(&output.value)),
    }
}

pub(crate) fn status(status: Status) -> wire::WorkflowStatus {
    use wire::WorkflowStatus as Wire;
    match status {
        Status::Running => Wire::Running,
        Status::Completed => Wire::Completed,
        Status::Failed => Wire::Failed,
        Status::TimedOut => Wire::Timeout,
        Status::Terminated => Wire::Terminated,
        Status::Canceled => Wire::Canceled,
        Status::ContinuedAsNew => Wire::ContinuedAsNew,
    }
}

pub(crate) fn error_type(error: ErrorType) -> wire::WorkflowErrorType {
    use wire::WorkflowErrorType as Wire;
    match error {
        ErrorType::StateDecision => Wire::StateDecisionFailingWorkflow,
        ErrorType::ClientApi => Wire::ClientApiFailingWorkflow,
        ErrorType::StateApi => Wire::StateApiFail,
        ErrorType::InvalidUserCode => Wire::InvalidUserWorkflowCode,
        ErrorType::ServerInternal => Wire::ServerInternalError,
    }
}
