//! What client calls fail with, and how the server's answers map to it.

use super::backend::BackendError;
use crate::{BoxError, CxError, Json};
use iwf_protocol::{ErrorResponse, ErrorSubStatus};
use std::time::Duration;

/// One enum for every client call; a variant per next step of the caller.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ApiError {
    /// The id is taken. The workflow that has it is untouched.
    #[error("a workflow with this id was started before")]
    AlreadyStarted,
    /// There is no such workflow or run, or it has ended and cannot be written to any more.
    #[error("there is no open workflow with this id")]
    NotFound,
    /// It has not ended yet: ask again.
    #[error("the workflow has not come that far yet: ask again")]
    StillRunning,
    /// Somebody else holds what the RPC wants to lock. Nothing has happened: call again.
    #[error("the attributes that this call locks are in use: call again in a moment")]
    LockConflict,
    /// The RPC's handler answered with an error, or the worker did not answer.
    #[error("the worker answered with the error `{kind}`: {detail}")]
    Worker {
        /// What the handler said, for code.
        kind: String,
        /// What the handler said, for people.
        detail: String,
        /// The worker's HTTP status, 0 when it gave no answer.
        status: u16,
    },
    /// The workflow ended without completing.
    #[error("the workflow ended as {status:?}: {}", .message.as_deref().unwrap_or("no reason given"))]
    Uncompleted {
        /// The run that ended.
        run_id: String,
        /// How it ended.
        status: ClosedStatus,
        /// The server's word for the cause, such as `StateApiFail`.
        kind: Option<String>,
        /// The cause, for people.
        message: Option<String>,
        /// What its states had yielded by then.
        outputs: Vec<Json>,
    },
    /// The server does not take the request as it is: change it.
    #[error("the server refused the request ({status}): {detail}")]
    Rejected {
        /// The HTTP status.
        status: u16,
        /// What the server says about it.
        detail: String,
    },
    /// The server has a problem of its own: try later.
    #[error("the server has a problem ({status}): {detail}")]
    Server {
        /// The HTTP status.
        status: u16,
        /// What the server says about it.
        detail: String,
        /// When to try again, if the server says so.
        retry_after: Option<Duration>,
    },
    /// The server was not reached, so nothing has happened: try later.
    #[error("the server was not reached, nothing has happened: {0}")]
    Unreachable(#[source] BoxError),
    /// No answer came: look before you repeat it.
    #[error("no answer came, so it may have happened or not: {0}")]
    OutcomeUnknown(#[source] BoxError),
    /// A value cannot be written as JSON.
    #[error(transparent)]
    Encode(CxError),
    /// A value is not of the type that the contract says.
    #[error("`{what}` does not fit its type: {source}")]
    Decode {
        /// The attribute or output.
        what: String,
        /// Why.
        source: BoxError,
    },
    /// The client's registry does not know the workflow, so it cannot be started here.
    #[error("the workflow type `{0}` is not in this client's registry: add it before starting one")]
    NotRegistered(&'static str),
}

/// How a workflow ended that did not complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClosedStatus {
    /// By its own decision, by a call, or because a state used up its retries.
    Failed,
    /// It reached its time limit.
    TimedOut,
    /// By a call, at once.
    Terminated,
    /// By a call.
    Canceled,
}

impl ApiError {
    /// Whether the same call may succeed later without doing anything twice.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(
            self,
            ApiError::StillRunning
                | ApiError::LockConflict
                | ApiError::Server { .. }
                | ApiError::Unreachable(_)
        )
    }
    pub(super) fn decode(what: impl Into<String>, source: impl Into<BoxError>) -> Self {
        ApiError::Decode {
            what: what.into(),
            source: source.into(),
        }
    }
}

/// One status code means several things on the wire, so the sub-status is looked at first.
impl From<BackendError> for ApiError {
    fn from(error: BackendError) -> Self {
        match error {
            BackendError::Refused {
                status,
                body,
                retry_after,
            } => refused(status, *body, retry_after),
            BackendError::Unreachable(source) => ApiError::Unreachable(source),
            BackendError::OutcomeUnknown(source) => ApiError::OutcomeUnknown(source),
            BackendError::Undecodable(source) => ApiError::decode("answer of the server", source),
        }
    }
}

fn refused(status: u16, body: ErrorResponse, retry_after: Option<Duration>) -> ApiError {
    match (body.sub_status, status) {
        (Some(ErrorSubStatus::WorkflowAlreadyStarted), _) => ApiError::AlreadyStarted,
        (Some(ErrorSubStatus::WorkflowNotExists), _) => ApiError::NotFound,
        (Some(ErrorSubStatus::LongPollTimeOut), _) => ApiError::StillRunning,
        (Some(ErrorSubStatus::WorkerApiError), 450) => ApiError::LockConflict,
        (Some(ErrorSubStatus::WorkerApiError), _) => worker_error(body),
        (_, 500..) => ApiError::Server {
            status,
            detail: detail(body),
            retry_after,
        },
        _ => ApiError::Rejected {
            status,
            detail: detail(body),
        },
    }
}

fn worker_error(body: ErrorResponse) -> ApiError {
    let status = body.original_worker_error_status.unwrap_or(0);
    let told = body
        .original_worker_error_detail
        .filter(|told| !told.is_empty());
    ApiError::Worker {
        kind: body.original_worker_error_type.unwrap_or_default(),
        detail: told.or(body.detail).unwrap_or_default(),
        status: u16::try_from(status).unwrap_or(0),
    }
}

fn detail(body: ErrorResponse) -> String {
    body.detail.unwrap_or_else(|| "no detail".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapped(status: u16, body: serde_json::Value) -> ApiError {
        let body = Box::new(serde_json::from_value(body).unwrap());
        BackendError::Refused {
            status,
            body,
            retry_after: None,
        }
        .into()
    }

    #[test]
    fn the_sub_status_decides() {
        use serde_json::json;
        let sub = |name: &str| json!({"detail": "d", "subStatus": name});
        let started = mapped(400, sub("WORKFLOW_ALREADY_STARTED_SUB_STATUS"));
        assert!(matches!(started, ApiError::AlreadyStarted));
        let unknown = mapped(400, sub("WORKFLOW_NOT_EXISTS_SUB_STATUS"));
        assert!(matches!(unknown, ApiError::NotFound));
        let waiting = mapped(420, sub("LONG_POLL_TIME_OUT_SUB_STATUS"));
        assert!(matches!(waiting, ApiError::StillRunning));
        assert!(matches!(
            mapped(450, sub("WORKER_API_ERROR")),
            ApiError::LockConflict
        ));
        assert!(matches!(
            mapped(400, json!({"detail": "d"})),
            ApiError::Rejected { status: 400, .. }
        ));
        let broken = mapped(500, sub("UNCATEGORIZED_SUB_STATUS"));
        assert!(matches!(broken, ApiError::Server { status: 500, .. }));
    }

    #[test]
    fn a_worker_error_keeps_kind_and_detail() {
        let error = mapped(
            420,
            serde_json::json!({"detail": "outer", "subStatus": "WORKER_API_ERROR",
                "originalWorkerErrorDetail": "too late", "originalWorkerErrorType": "closed",
                "originalWorkerErrorStatus": 500}),
        );
        let ApiError::Worker {
            kind,
            detail,
            status,
        } = error
        else {
            panic!("{error:?}")
        };
        assert_eq!(
            (kind.as_str(), detail.as_str(), status),
            ("closed", "too late", 500)
        );
    }
}
