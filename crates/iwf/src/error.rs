//! What can go wrong inside workflow code: contexts, states and RPCs.
//!
//! One rule for states: any error is retried by the server as its policy says, and
//! [`OrFail::or_fail`] turns an error into one that is not. Errors of the client are in
//! [`ApiError`](crate::ApiError).

use std::{error::Error, fmt};

/// Any error that may cross threads.
pub type BoxError = Box<dyn Error + Send + Sync + 'static>;
/// Any JSON value.
pub type Json = serde_json::Value;

/// A read or write through a context that could not be done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CxError {
    /// The attribute has no value, and the code needs one.
    #[error("`{key}` is not set: set it before this step, or read it with `get`")]
    NotSet {
        /// Its name.
        key: String,
    },
    /// The loading policy of this step leaves the attribute out.
    #[error("`{key}` was not loaded: name it in the `Load` of this step")]
    NotLoaded {
        /// Its name.
        key: String,
    },
    /// The stored value is of another type.
    #[error("the value of `{what}` does not fit its type: {source}")]
    Decode {
        /// The attribute, channel or input.
        what: String,
        /// Why.
        source: serde_json::Error,
    },
    /// The value cannot be written as JSON.
    #[error("the value for `{what}` cannot be written as JSON: {source}")]
    Encode {
        /// The attribute, channel, state or output.
        what: String,
        /// Why.
        source: serde_json::Error,
    },
    /// The stored search attribute has another type than the key.
    #[error("the search attribute `{key}` holds another type than its key says")]
    SearchType {
        /// Its name.
        key: String,
    },
    /// One step may record an event of one name once.
    #[error("the event `{event}` was already recorded in this step: choose another name")]
    RecordedTwice {
        /// Its name.
        event: &'static str,
    },
    /// The state would feed its own wait.
    #[error("the step publishes to `{channel}` and waits on it too: publish in another step")]
    PublishAndWait {
        /// The channel.
        channel: String,
    },
    /// Options of one movement recover with a state that cannot.
    #[error(
        "the movement to `{state}` recovers with `{recovery}`, which is not listed in `States` or \
         has a recovery of its own"
    )]
    Recovery {
        /// Where the movement leads.
        state: &'static str,
        /// Where it goes when that fails.
        recovery: &'static str,
    },
    /// A decision that leads nowhere.
    #[error("the decision names no next state: use `Next::dead_end` to end a thread")]
    NoMovement,
    /// A combination of commands that no server takes.
    #[error("the combinations of commands do not fit: {detail}")]
    Combination {
        /// What is wrong.
        detail: &'static str,
    },
    /// The server's answer to the wait does not have the shape of the wait.
    #[error("the command results do not match what the state waits for: {detail}")]
    Results {
        /// What is missing.
        detail: &'static str,
    },
}

/// Error of a state method. Any ordinary error converts into `Retry` through `?`.
#[derive(Debug)]
pub enum StateError {
    /// Try again, as the retry policy says.
    Retry(BoxError),
    /// Give up: the workflow fails, and nothing is retried.
    ///
    /// Only `execute` can fail a workflow. In `wait_until` there is no decision to send, so it is
    /// retried like any other error.
    Fail {
        /// What the caller of the workflow reads.
        reason: String,
        /// Sent instead of the reason, unless it is `null`.
        output: Json,
    },
}
impl<E: Into<BoxError>> From<E> for StateError {
    fn from(error: E) -> Self {
        StateError::Retry(error.into())
    }
}
impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StateError::Retry(source) => fmt::Display::fmt(source, f),
            StateError::Fail { reason, .. } => f.write_str(reason),
        }
    }
}

/// `.or_fail()?` turns an error into one that is not retried.
///
/// ```
/// use iwf::{OrFail, StateError};
///
/// fn port(text: &str) -> Result<u16, StateError> {
///     // a wrong number stays wrong however often it is read
///     Ok(text.parse().or_fail()?)
/// }
/// assert!(matches!(port("http"), Err(StateError::Fail { .. })));
/// ```
pub trait OrFail<T> {
    /// Fails the workflow with the error's text instead of retrying.
    ///
    /// # Errors
    /// [`StateError::Fail`] where `self` is an error.
    fn or_fail(self) -> Result<T, StateError>;
}
impl<T, E: fmt::Display> OrFail<T> for Result<T, E> {
    fn or_fail(self) -> Result<T, StateError> {
        self.map_err(|error| StateError::Fail {
            reason: error.to_string(),
            output: Json::Null,
        })
    }
}

/// Error of an RPC handler, made by `?` from any error or by [`RpcError::new`]; both parts reach the caller as [`ApiError::Worker`](crate::ApiError).
#[derive(Debug)]
pub struct RpcError {
    /// What callers branch on.
    pub kind: &'static str,
    /// What people read.
    pub detail: String,
}
impl RpcError {
    /// An error of this kind.
    #[must_use]
    pub fn new(kind: &'static str, detail: impl Into<String>) -> Self {
        Self {
            kind,
            detail: detail.into(),
        }
    }
}
impl<E: Into<BoxError>> From<E> for RpcError {
    fn from(error: E) -> Self {
        Self {
            kind: "internal",
            detail: error.into().to_string(),
        }
    }
}
