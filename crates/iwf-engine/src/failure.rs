//! What a caller is told when a request is refused: a status, a body of the protocol, and when
//! it is worth trying again.

use std::time::Duration;

use iwf_protocol::{ErrorResponse, ErrorSubStatus};

/// A refused request, as the REST layer sends it and an in-process caller reads it.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}", .body.detail.as_deref().unwrap_or("the engine refused the request"))]
pub struct Failure {
    /// The HTTP status; 420 and 450 are the protocol's own.
    pub status: u16,
    /// What happened and what to do next, in the protocol's form.
    pub body: ErrorResponse,
    /// Present when the same request may succeed later.
    pub retry_after: Option<Duration>,
}

impl Failure {
    pub(crate) fn new(
        status: u16,
        sub_status: Option<ErrorSubStatus>,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            status,
            body: ErrorResponse {
                detail: Some(detail.into()),
                sub_status,
                ..ErrorResponse::default()
            },
            retry_after: None,
        }
    }

    /// A request that can never succeed as it is.
    pub(crate) fn invalid(detail: impl Into<String>) -> Self {
        Self::new(400, Some(ErrorSubStatus::Uncategorized), detail)
    }

    pub(crate) fn not_exists(detail: impl Into<String>) -> Self {
        Self::new(400, Some(ErrorSubStatus::WorkflowNotExists), detail)
    }

    pub(crate) fn already_started(detail: impl Into<String>) -> Self {
        Self::new(400, Some(ErrorSubStatus::WorkflowAlreadyStarted), detail)
    }

    pub(crate) fn long_poll_timed_out(detail: impl Into<String>) -> Self {
        Self::new(420, Some(ErrorSubStatus::LongPollTimeOut), detail)
    }

    pub(crate) fn internal(detail: impl Into<String>) -> Self {
        Self::new(500, Some(ErrorSubStatus::Uncategorized), detail)
    }

    /// A locking RPC did not get its keys.
    pub(crate) fn locked(detail: impl Into<String>) -> Self {
        Self::new(450, Some(ErrorSubStatus::WorkerApiError), detail)
    }

    /// The worker of an RPC failed; its own words are passed on.
    pub(crate) fn worker(
        detail: impl Into<String>,
        worker_detail: String,
        worker_error_type: String,
        worker_status: u16,
    ) -> Self {
        let mut failure = Self::new(420, Some(ErrorSubStatus::WorkerApiError), detail);
        failure.body.original_worker_error_detail = Some(worker_detail);
        failure.body.original_worker_error_type = Some(worker_error_type);
        failure.body.original_worker_error_status = Some(i32::from(worker_status));
        failure
    }

    pub(crate) fn overloaded(detail: impl Into<String>) -> Self {
        Self {
            retry_after: Some(Duration::from_secs(1)),
            ..Self::new(503, Some(ErrorSubStatus::Uncategorized), detail)
        }
    }
}
