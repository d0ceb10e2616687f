//! How a server function fails, on both sides of the wire.

use std::fmt;

use email_agent_api::{AgentError, ErrorCode, to_say};
#[cfg(feature = "ssr")]
use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

/// An [`AgentError`], and whether the server was reached at all. On the wire it is the bare
/// `AgentError`: `{"code", "message", "field"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "AgentError", into = "AgentError")]
pub struct CallError {
    /// What went wrong.
    pub error: AgentError,
    /// The request got no answer of ours, so we cannot know whether it was carried out.
    pub lost: bool,
}

impl CallError {
    /// The connection broke or the answer makes no sense.
    #[must_use]
    pub fn lost() -> Self {
        Self {
            error: AgentError::unavailable(to_say(
                "Not connected to the server. What you typed is kept on this device. Trying again.",
            )),
            lost: true,
        }
    }

    /// Whether the same call, with the same key, may succeed a little later.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        self.lost
            || self.is_signed_out()
            || matches!(self.error.code, ErrorCode::Unavailable | ErrorCode::TooMany)
    }

    /// Whether it is refused until the person has signed in, here or in another tab.
    #[must_use]
    pub fn is_signed_out(&self) -> bool {
        self.error.code == ErrorCode::SignedOut
    }
}

impl From<AgentError> for CallError {
    fn from(error: AgentError) -> Self {
        Self { error, lost: false }
    }
}

impl From<CallError> for AgentError {
    fn from(error: CallError) -> Self {
        error.error
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl std::error::Error for CallError {}

#[cfg(feature = "ssr")]
impl FromServerFnError for CallError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(cause: ServerFnErrorErr) -> Self {
        let error = match cause {
            ServerFnErrorErr::Args(reason)
            | ServerFnErrorErr::MissingArg(reason)
            | ServerFnErrorErr::Deserialization(reason) => AgentError::new(
                ErrorCode::BadInput,
                format!(
                    "The body of this request cannot be read: {reason}. Nothing was changed: correct the JSON and send it again."
                ),
            ),
            _ => AgentError::new(
                ErrorCode::Internal,
                to_say("The server could not answer this. Nothing you typed is lost: try again."),
            ),
        };
        Self::answered(error)
    }
}

#[cfg(feature = "ssr")]
impl CallError {
    /// The error as the answer to a request: also sets the HTTP status, of the JSON answer or of
    /// the page that is being rendered.
    pub(crate) fn answered(error: AgentError) -> Self {
        if let (Some(response), Ok(status)) = (
            leptos::prelude::use_context::<leptos_axum::ResponseOptions>(),
            http::StatusCode::from_u16(error.code.http_status()),
        ) {
            response.set_status(status);
        }
        Self::from(error)
    }
}

#[cfg(test)]
mod tests {

    use super::*;

    #[test]
    fn on_the_wire_it_is_the_plain_error() {
        let error = CallError::from(AgentError::bad_input("key", "No."));
        let json = serde_json::to_value(&error).unwrap();
        assert_eq!(
            json,
            serde_json::json!({"code": "bad_input", "message": "No.", "field": "key"})
        );
        assert_eq!(serde_json::from_value::<CallError>(json).unwrap(), error);
    }

    #[test]
    fn only_what_may_pass_by_itself_is_repeated() {
        assert!(CallError::lost().is_temporary());
        assert!(CallError::from(AgentError::unavailable("Wait.")).is_temporary());
        assert!(!CallError::from(AgentError::not_found()).is_temporary());
    }
}
