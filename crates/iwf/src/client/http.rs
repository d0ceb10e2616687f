//! The backend over HTTP: JSON requests to an iWF server, with time-outs, back-off and retries.
//!
//! A call is sent again where that is safe: always when the server was not reached, and after a
//! server error only for calls that do the same when they are repeated. A start carries a request
//! id, by which its repetition is recognised.

use super::backend::{Backend, BackendError};
use async_trait::async_trait;
use iwf_protocol::{
    ErrorResponse, IdReusePolicy, PublishToInternalChannelRequest, TriggerContinueAsNewRequest,
    WorkflowConfigUpdateRequest, WorkflowGetDataObjectsRequest, WorkflowGetDataObjectsResponse,
    WorkflowGetRequest, WorkflowGetResponse, WorkflowGetSearchAttributesRequest,
    WorkflowGetSearchAttributesResponse, WorkflowResetRequest, WorkflowResetResponse,
    WorkflowRpcRequest, WorkflowRpcResponse, WorkflowSearchRequest, WorkflowSearchResponse,
    WorkflowSetDataObjectsRequest, WorkflowSetSearchAttributesRequest, WorkflowSignalRequest,
    WorkflowSkipTimerRequest, WorkflowStartRequest, WorkflowStartResponse, WorkflowStopRequest,
    WorkflowWaitForStateCompletionRequest, WorkflowWaitForStateCompletionResponse, path,
};
use reqwest::{
    Url,
    header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::{net::IpAddr, time::Duration};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// For calls that the server answers at once.
const CALL_TIMEOUT: Duration = Duration::from_secs(30);
/// The longest that a server waits on its own account, for long polls and RPCs without a time.
const SERVER_WAIT: Duration = Duration::from_mins(1);
/// What the network may add to a wait before it counts as lost.
const WAIT_MARGIN: Duration = Duration::from_secs(15);
const ATTEMPTS_MAX: u32 = 6;
const FIRST_GAP: Duration = Duration::from_millis(100);
const GAP_MAX: Duration = Duration::from_secs(1);
const ERROR_BODY_BYTES_MAX: usize = 64 * 1024;
const ANSWER_BYTES_MAX: usize = 64 * 1024 * 1024;

/// An iWF server over HTTP. Cheap to clone; keeps connections open.
#[derive(Clone, Debug)]
pub struct HttpBackend {
    http: reqwest::Client,
    base: String,
    headers: HeaderMap,
    attempts_max: u32,
}

/// Why a backend cannot be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HttpConfigError {
    /// Not an address of a server.
    #[error("`{0}` is not the address of a server: write it as `http://host:port`")]
    Url(String),
    /// Not a header.
    #[error("the header `{0}` has a name or value that HTTP does not allow")]
    Header(String),
    /// The HTTP client cannot be set up.
    #[error("the HTTP client cannot be set up: {0}")]
    Client(#[source] reqwest::Error),
}

impl HttpBackend {
    /// The server at this address, for example `http://localhost:8801`.
    ///
    /// # Errors
    /// When the address is not one, or the HTTP client cannot be set up.
    pub fn new(url: &str) -> Result<Self, HttpConfigError> {
        let parsed = Url::parse(url)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https"));
        let parsed = parsed.filter(|url| url.has_host() && url.query().is_none());
        let base = parsed.ok_or_else(|| HttpConfigError::Url(url.to_owned()))?;
        // The protocol knows no redirects, and following one could hand the token to a stranger.
        let mut http = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none());
        if is_this_machine(&base) {
            http = http.no_proxy();
        }
        Ok(HttpBackend {
            http: http.build().map_err(HttpConfigError::Client)?,
            base: base.as_str().trim_end_matches('/').to_owned(),
            headers: HeaderMap::new(),
            attempts_max: ATTEMPTS_MAX,
        })
    }
    /// Sends this header with every call.
    ///
    /// # Errors
    /// When HTTP does not allow the name or the value.
    pub fn header(mut self, name: &str, value: &str) -> Result<Self, HttpConfigError> {
        let wrong = || HttpConfigError::Header(name.to_owned());
        let name = HeaderName::try_from(name).map_err(|_| wrong())?;
        let mut value = HeaderValue::try_from(value).map_err(|_| wrong())?;
        value.set_sensitive(true);
        self.headers.insert(name, value);
        Ok(self)
    }
    /// Sends this token with every call, as `Authorization: Bearer …`.
    ///
    /// # Errors
    /// When HTTP does not allow the token in a header.
    pub fn bearer(self, token: &str) -> Result<Self, HttpConfigError> {
        self.header(AUTHORIZATION.as_str(), &format!("Bearer {token}"))
    }
}

impl HttpBackend {
    /// Sends a call at most this often (6 times unless given); 0 counts as 1.
    #[must_use]
    pub fn attempts_max(mut self, attempts: u32) -> Self {
        self.attempts_max = attempts.max(1);
        self
    }

    /// How long to wait before the next attempt; `None` when there is none. Half of each gap is left to
    /// chance, so that callers who failed together do not come back together.
    fn gap(&self, error: &BackendError, repeat: Repeat, attempt: u32) -> Option<Duration> {
        if attempt >= self.attempts_max {
            return None;
        }
        let asked = match error {
            BackendError::Unreachable(_) => None,
            // Overload is told before any work is done.
            BackendError::Refused {
                status: 429 | 503,
                retry_after: Some(after),
                ..
            } => Some(*after),
            BackendError::Refused {
                status: 500..=599, ..
            } if repeat == Repeat::Safe => None,
            BackendError::OutcomeUnknown(source)
                if repeat == Repeat::Safe && !timed_out(source) =>
            {
                None
            }
            _ => return None,
        };
        let doubled = FIRST_GAP
            .saturating_mul(1 << attempt.saturating_sub(1).min(10))
            .min(GAP_MAX);
        Some(asked.unwrap_or(Duration::ZERO) + doubled.mul_f64(rand::random_range(0.5..=1.0)))
    }
}

/// A proxy elsewhere cannot reach what listens here only.
fn is_this_machine(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost"
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// When a call may be sent again.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Repeat {
    /// After every failure that may pass: doing it twice is doing it once.
    Safe,
    /// Only where the server surely did nothing.
    IfNothingHappened,
}

/// The answer of calls that answer nothing.
#[derive(Deserialize)]
struct Nothing {}

impl HttpBackend {
    async fn post<Req: Serialize + Sync, Res: DeserializeOwned>(
        &self,
        path: &str,
        request: &Req,
        repeat: Repeat,
        timeout: Duration,
    ) -> Result<Res, BackendError> {
        let mut attempt = 1;
        loop {
            let error = match self.post_once(path, request, timeout).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            match self.gap(&error, repeat, attempt) {
                Some(gap) => tokio::time::sleep(gap).await,
                None => return Err(error),
            }
            attempt += 1;
        }
    }

    async fn post_once<Req: Serialize + Sync, Res: DeserializeOwned>(
        &self,
        path: &str,
        request: &Req,
        timeout: Duration,
    ) -> Result<Res, BackendError> {
        let sent = self
            .http
            .post(format!("{}{path}", self.base))
            .headers(self.headers.clone())
            .timeout(timeout)
            .json(request)
            .send()
            .await;
        let mut response = sent.map_err(|error| {
            if error.is_connect() || error.is_builder() {
                BackendError::Unreachable(error.without_url().into())
            } else {
                BackendError::OutcomeUnknown(error.without_url().into())
            }
        })?;
        let status = response.status().as_u16();
        if status == 200 {
            let body = read(&mut response, ANSWER_BYTES_MAX).await?;
            return serde_json::from_slice(&body)
                .map_err(|error| BackendError::Undecodable(error.into()));
        }
        let retry_after = response.headers().get(RETRY_AFTER).and_then(seconds);
        let body = read(&mut response, ERROR_BODY_BYTES_MAX)
            .await
            .unwrap_or_default();
        // A proxy on the way answers in its own words.
        let body = serde_json::from_slice(&body).unwrap_or_else(|_| ErrorResponse {
            detail: Some(String::from_utf8_lossy(&body).chars().take(500).collect()),
            ..ErrorResponse::default()
        });
        Err(BackendError::Refused {
            status,
            body: Box::new(body),
            retry_after,
        })
    }
}

/// Reads a body up to a limit, which keeps a strange server from filling the memory.
async fn read(response: &mut reqwest::Response, bytes_max: usize) -> Result<Vec<u8>, BackendError> {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > bytes_max => {
                let what = format!("the answer is longer than {bytes_max} bytes");
                return Err(BackendError::Undecodable(what.into()));
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return Ok(body),
            Err(error) => return Err(BackendError::OutcomeUnknown(error.without_url().into())),
        }
    }
}

fn seconds(value: &HeaderValue) -> Option<Duration> {
    value
        .to_str()
        .ok()?
        .trim()
        .parse()
        .ok()
        .map(Duration::from_secs)
}

/// A call that took its whole time is not sent again: the caller has waited long enough.
fn timed_out(source: &crate::BoxError) -> bool {
    source
        .downcast_ref::<reqwest::Error>()
        .is_some_and(reqwest::Error::is_timeout)
}

/// A little longer than the server waits, so that its answer comes first.
fn beyond(wait_seconds: Option<i32>) -> Duration {
    let wait = wait_seconds
        .and_then(|secs| u64::try_from(secs).ok())
        .filter(|secs| *secs > 0);
    wait.map_or(SERVER_WAIT, Duration::from_secs)
        .saturating_add(WAIT_MARGIN)
}

#[async_trait]
impl Backend for HttpBackend {
    async fn start(
        &self,
        mut request: WorkflowStartRequest,
    ) -> Result<WorkflowStartResponse, BackendError> {
        let mut attempt = 1;
        loop {
            let error = match self.post_once(path::START, &request, CALL_TIMEOUT).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            match self.gap(&error, repeat_of_start(&request), attempt) {
                Some(gap) => tokio::time::sleep(gap).await,
                None => return Err(error),
            }
            // The attempt before may have succeeded: from now on, what carries our id is ours.
            let options = request.workflow_start_options.as_mut();
            if let Some(already) = options.and_then(|o| o.workflow_already_started_options.as_mut())
            {
                already.ignore_already_started_error |= already.request_id.is_some();
            }
            attempt += 1;
        }
    }
    async fn rpc(&self, request: WorkflowRpcRequest) -> Result<WorkflowRpcResponse, BackendError> {
        let timeout = beyond(request.timeout_seconds);
        self.post(path::RPC, &request, Repeat::IfNothingHappened, timeout)
            .await
    }
    async fn get_with_wait(
        &self,
        request: WorkflowGetRequest,
    ) -> Result<WorkflowGetResponse, BackendError> {
        let timeout = beyond(request.wait_time_seconds);
        self.post(path::GET_WITH_WAIT, &request, Repeat::Safe, timeout)
            .await
    }
    async fn wait_for_state_completion(
        &self,
        request: WorkflowWaitForStateCompletionRequest,
    ) -> Result<WorkflowWaitForStateCompletionResponse, BackendError> {
        let timeout = beyond(request.wait_time_seconds);
        self.post(
            path::WAIT_FOR_STATE_COMPLETION,
            &request,
            Repeat::Safe,
            timeout,
        )
        .await
    }
    async fn signal(&self, request: WorkflowSignalRequest) -> Result<(), BackendError> {
        self.post::<_, Nothing>(
            path::SIGNAL,
            &request,
            Repeat::IfNothingHappened,
            CALL_TIMEOUT,
        )
        .await
        .map(drop)
    }
    async fn publish_to_internal_channel(
        &self,
        request: PublishToInternalChannelRequest,
    ) -> Result<(), BackendError> {
        self.post::<_, Nothing>(
            path::PUBLISH_TO_INTERNAL_CHANNEL,
            &request,
            Repeat::IfNothingHappened,
            CALL_TIMEOUT,
        )
        .await
        .map(drop)
    }
    async fn stop(&self, request: WorkflowStopRequest) -> Result<(), BackendError> {
        self.post::<_, Nothing>(path::STOP, &request, Repeat::Safe, CALL_TIMEOUT)
            .await
            .map(drop)
    }
    async fn get(&self, request: WorkflowGetRequest) -> Result<WorkflowGetResponse, BackendError> {
        self.post(path::GET, &request, Repeat::Safe, CALL_TIMEOUT)
            .await
    }
    async fn search(
        &self,
        request: WorkflowSearchRequest,
    ) -> Result<WorkflowSearchResponse, BackendError> {
        self.post(path::SEARCH, &request, Repeat::Safe, CALL_TIMEOUT)
            .await
    }
    async fn reset(
        &self,
        request: WorkflowResetRequest,
    ) -> Result<WorkflowResetResponse, BackendError> {
        self.post(
            path::RESET,
            &request,
            Repeat::IfNothingHappened,
            CALL_TIMEOUT,
        )
        .await
    }
    async fn skip_timer(&self, request: WorkflowSkipTimerRequest) -> Result<(), BackendError> {
        self.post::<_, Nothing>(path::SKIP_TIMER, &request, Repeat::Safe, CALL_TIMEOUT)
            .await
            .map(drop)
    }
    async fn update_config(
        &self,
        request: WorkflowConfigUpdateRequest,
    ) -> Result<(), BackendError> {
        self.post::<_, Nothing>(path::UPDATE_CONFIG, &request, Repeat::Safe, CALL_TIMEOUT)
            .await
            .map(drop)
    }
    async fn trigger_continue_as_new(
        &self,
        request: TriggerContinueAsNewRequest,
    ) -> Result<(), BackendError> {
        self.post::<_, Nothing>(
            path::TRIGGER_CONTINUE_AS_NEW,
            &request,
            Repeat::Safe,
            CALL_TIMEOUT,
        )
        .await
        .map(drop)
    }
    async fn get_data_objects(
        &self,
        request: WorkflowGetDataObjectsRequest,
    ) -> Result<WorkflowGetDataObjectsResponse, BackendError> {
        self.post(path::GET_DATA_OBJECTS, &request, Repeat::Safe, CALL_TIMEOUT)
            .await
    }
    async fn set_data_objects(
        &self,
        request: WorkflowSetDataObjectsRequest,
    ) -> Result<(), BackendError> {
        self.post::<_, Nothing>(path::SET_DATA_OBJECTS, &request, Repeat::Safe, CALL_TIMEOUT)
            .await
            .map(drop)
    }
    async fn get_search_attributes(
        &self,
        request: WorkflowGetSearchAttributesRequest,
    ) -> Result<WorkflowGetSearchAttributesResponse, BackendError> {
        self.post(
            path::GET_SEARCH_ATTRIBUTES,
            &request,
            Repeat::Safe,
            CALL_TIMEOUT,
        )
        .await
    }
    async fn set_search_attributes(
        &self,
        request: WorkflowSetSearchAttributesRequest,
    ) -> Result<(), BackendError> {
        self.post::<_, Nothing>(
            path::SET_SEARCH_ATTRIBUTES,
            &request,
            Repeat::Safe,
            CALL_TIMEOUT,
        )
        .await
        .map(drop)
    }
}

/// A start is repeated only where the second would be recognised, and would not end the first.
fn repeat_of_start(request: &WorkflowStartRequest) -> Repeat {
    let Some(options) = &request.workflow_start_options else {
        return Repeat::IfNothingHappened;
    };
    let already = options.workflow_already_started_options.as_ref();
    let recognised = already.is_some_and(|already| already.request_id.is_some());
    let replaces = options.id_reuse_policy == Some(IdReusePolicy::AllowTerminateIfRunning);
    if recognised && !replaces {
        Repeat::Safe
    } else {
        Repeat::IfNothingHappened
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_several_names() {
        let here = |url: &str| is_this_machine(&url.parse().unwrap());
        assert!(here("http://localhost:1") && here("http://127.0.0.2") && here("http://[::1]:1/"));
        assert!(!here("http://iwf.example.com") && !here("http://10.0.0.1"));
    }

    #[test]
    fn a_wait_outlasts_the_servers() {
        assert_eq!(beyond(Some(20)), Duration::from_secs(35));
        assert_eq!(beyond(None), Duration::from_secs(75));
        assert_eq!(beyond(Some(-1)), Duration::from_secs(75));
    }
}
