//! The one error that the page, a script and the log understand.

use serde::{Deserialize, Serialize};

use crate::to_say;

/// What the caller should do next, by itself. Also decides the HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorCode {
    /// 404: no such email, or an id that cannot be one.
    NotFound,
    /// 422: something in the input must be corrected; `field` says what.
    BadInput,
    /// 413: too large; `field` says what.
    TooLarge,
    /// 409: somebody changed the email meanwhile; look again, then repeat.
    Conflict,
    /// 409: the email is past the point where this is possible.
    TooLate,
    /// 429: too many at once; wait, then repeat.
    TooMany,
    /// 403: not allowed.
    Forbidden,
    /// 401: who asks is not signed in, or not any more; sign in, then repeat.
    SignedOut,
    /// 503: a part of the program is out of reach; nothing was changed or lost, repeat later.
    Unavailable,
    /// 500: a fault of ours; the reference in the message is in the log.
    Internal,
}

impl ErrorCode {
    /// The HTTP status that goes with the code.
    #[must_use]
    pub fn http_status(self) -> u16 {
        match self {
            Self::NotFound => 404,
            Self::BadInput => 422,
            Self::TooLarge => 413,
            Self::Conflict | Self::TooLate => 409,
            Self::TooMany => 429,
            Self::Forbidden => 403,
            Self::SignedOut => 401,
            Self::Unavailable => 503,
            Self::Internal => 500,
        }
    }
}

/// A failure in two forms: a code for programs, one or two sentences for people that say what
/// happened, what was kept and what to do next. Never holds a secret, an address or a body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct AgentError {
    /// For programs.
    pub code: ErrorCode,
    /// For people.
    pub message: String,
    /// The input that must be corrected, by its JSON name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

impl AgentError {
    /// A failure with a sentence.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            field: None,
        }
    }

    /// There is no such email.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(
            ErrorCode::NotFound,
            to_say(
                "There is no email with this address. It may have been erased. Your list shows all that there are.",
            ),
        )
    }

    /// `field` must be corrected.
    pub fn bad_input(field: &str, message: impl Into<String>) -> Self {
        Self {
            field: Some(field.to_owned()),
            ..Self::new(ErrorCode::BadInput, message)
        }
    }

    /// `field` is larger than `limit` `unit`.
    #[must_use]
    pub fn too_large(field: &str, actual: usize, limit: usize, unit: &str) -> Self {
        Self {
            field: Some(field.to_owned()),
            ..Self::new(
                ErrorCode::TooLarge,
                to_say!(
                    "This has {actual} {unit}; the limit is {limit}. Nothing was changed: shorten it and try again."
                ),
            )
        }
    }

    /// A part of the program is out of reach.
    pub fn unavailable(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Unavailable, message)
    }
}
