//! What callers read when a call to the engine fails. Logged once, here, without words or addresses.

use email_agent_api::{AgentError, EmailId, ErrorCode, to_say};
use email_agent_store::StoreError;
use iwf::ApiError;

/// The email has ended.
pub(super) fn ended() -> AgentError {
    AgentError::new(
        ErrorCode::TooLate,
        to_say(
            "This email has ended, so nothing can be changed any more. Start a new email instead.",
        ),
    )
}

/// A start failed.
pub(super) fn of_start(error: &ApiError) -> AgentError {
    told(error, None)
}

/// Another call failed.
pub(super) fn of_read(id: &EmailId, error: &ApiError) -> AgentError {
    match error {
        ApiError::NotFound => AgentError::not_found(),
        _ => told(error, Some(id)),
    }
}

/// What lies beside the workflows could not be read or written.
pub(super) fn of_store(error: &StoreError) -> AgentError {
    tracing::error!(%error, "the list of emails cannot be used");
    AgentError::unavailable(to_say(
        "The list of emails cannot be read or changed at the moment; the emails themselves are safe. Try again, and if it stays so, look into the log.",
    ))
}

fn told(error: &ApiError, id: Option<&EmailId>) -> AgentError {
    // A part of the id finds the log line, and gives nobody else the email.
    let reference = id.map_or("start", |id| id.as_str().get(..12).unwrap_or_default());
    match error {
        ApiError::LockConflict => AgentError::unavailable(to_say(
            "This email is busy at the moment. Nothing was changed: try again in a second.",
        )),
        ApiError::Rejected { status: 429, .. } | ApiError::Server { status: 429, .. } => {
            AgentError::new(
                ErrorCode::TooMany,
                to_say(
                    "There is too much to do at the moment. Nothing was changed: wait a little, then try again.",
                ),
            )
        }
        ApiError::Unreachable(_) => {
            tracing::warn!(reference, %error, "the engine is out of reach");
            AgentError::unavailable(to_say(
                "The workflow engine is out of reach. Nothing was changed: try again in a moment.",
            ))
        }
        // Whether it was done cannot be told; the key makes a repetition harmless.
        ApiError::Server { .. }
        | ApiError::Worker { status: 0, .. }
        | ApiError::OutcomeUnknown(_) => {
            tracing::warn!(reference, %error, "the engine or the worker did not answer");
            AgentError::unavailable(to_say(
                "The workflow engine did not answer. Try again: the same action is never done twice.",
            ))
        }
        _ => {
            tracing::error!(reference, %error, "a call to the engine failed");
            AgentError::new(
                ErrorCode::Internal,
                to_say!(
                    "Something is wrong on our side. Nothing you typed is lost; the log says more about \u{201c}{reference}\u{201d}."
                ),
            )
        }
    }
}
