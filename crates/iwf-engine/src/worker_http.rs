//! Worker calls over HTTP/1.1: one POST per call, on connections that are kept.
//!
//! A call succeeds with status 200, a JSON content type and a body that decodes; all else is a
//! [`CallFailure`] that says which of these was missing. One attempt only: trying again, and what
//! a failure means for the run, is the engine's business. Sizes, times and, with an allow list,
//! addresses are bounded here; redirects are answers like any other and never followed.

mod allow;
mod answer;
mod url;

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, Request, Uri};
use http_body_util::Full;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use iwf_protocol::{
    StateDecideRequest, StateDecideResponse, StateStartRequest, StateStartResponse,
    WorkerRpcRequest, WorkerRpcResponse, path,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::limits::Pool;
use crate::{CallFailure, CallFailureKind, WorkerCaller};
pub use allow::{AllowedWorker, NotAWorker};
pub use url::UrlRewrite;

const WORKER_RPC: &str = path::WORKER_RPC;
const JSON: HeaderValue = HeaderValue::from_static("application/json");
/// Below the shortest idle time after which common worker servers hang up (5 s), so that a call
/// does not run into a connection that is just being closed.
const IDLE_MAX: Duration = Duration::from_secs(4);
const CONNECT_MAX: Duration = Duration::from_secs(10);

/// Bounds and address rules of worker calls.
#[derive(Clone, Debug)]
pub struct WorkerHttpConfig {
    /// The largest answer of a worker in bytes.
    pub answer_bytes_max: usize,
    /// What large answers that are being read may take together, in bytes; beyond it the attempt
    /// fails and is made again.
    pub answers_bytes_max: usize,
    /// Connections kept open to one worker while it has no calls.
    pub idle_connections_per_worker_max: usize,
    /// How worker URLs are changed before a call.
    pub rewrite: UrlRewrite,
    /// The addresses that may be called, as they are after the change; `None` allows all.
    pub allowed: Option<Vec<AllowedWorker>>,
    /// Sent with the two calls of a state, as the real server sends its default headers; RPCs go
    /// without them there and here.
    pub state_headers: HeaderMap,
}

impl Default for WorkerHttpConfig {
    fn default() -> Self {
        Self {
            answer_bytes_max: 16 * 1024 * 1024,
            answers_bytes_max: 128 * 1024 * 1024,
            idle_connections_per_worker_max: 256,
            rewrite: UrlRewrite::default(),
            allowed: None,
            state_headers: HeaderMap::new(),
        }
    }
}

/// Without certificates `https` workers could not be called.
#[derive(Debug, thiserror::Error)]
#[error("the certificates of this machine cannot be used: install its CA certificates")]
pub struct TlsUnavailable(#[from] rustls::Error);

/// Calls workers over HTTP and HTTPS.
pub struct HttpWorkers {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    answers: Pool,
    config: WorkerHttpConfig,
}

impl HttpWorkers {
    /// # Errors
    ///
    /// The certificates of this machine cannot be read, so no `https` worker could be called.
    pub fn new(config: WorkerHttpConfig) -> Result<Self, TlsUnavailable> {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(CONNECT_MAX));
        let connector = HttpsConnectorBuilder::new()
            .try_with_platform_verifier()?
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        let client = Client::builder(TokioExecutor::new())
            // As the real server writes them: some workers look headers up by exact spelling.
            .http1_title_case_headers(true)
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE_MAX)
            .pool_max_idle_per_host(config.idle_connections_per_worker_max)
            .build(connector);
        Ok(Self {
            client,
            answers: Pool::new(config.answers_bytes_max),
            config,
        })
    }

    async fn call<A: DeserializeOwned>(
        &self,
        url: &str,
        path: &str,
        request: &(impl Serialize + Sync),
        timeout: Duration,
    ) -> Result<A, CallFailure> {
        let request = self.request(url, path, request)?;
        let exchange = async {
            let response = self
                .client
                .request(request)
                .await
                .map_err(|error| not_reached(&error))?;
            answer::read(response, self.config.answer_bytes_max, &self.answers).await
        };
        match tokio::time::timeout(timeout, exchange).await {
            Ok(answered) => answered,
            Err(_) => Err(failure(
                CallFailureKind::Timeout,
                format!("the worker did not answer within {timeout:?}"),
            )),
        }
    }

    fn request(
        &self,
        url: &str,
        path: &str,
        request: &impl Serialize,
    ) -> Result<Request<Full<Bytes>>, CallFailure> {
        let uri = usable(self.config.rewrite.address(url, path))
            .and_then(|uri| self.allowed(uri))
            .map_err(|why| unsendable(format!("the worker URL {why}")))?;
        let body = serde_json::to_vec(request)
            .map_err(|error| unsendable(format!("the request cannot be encoded: {error}")))?;
        let mut request = Request::new(Full::new(Bytes::from(body)));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = uri;
        if path != WORKER_RPC {
            *request.headers_mut() = self.config.state_headers.clone();
        }
        request.headers_mut().insert(CONTENT_TYPE, JSON);
        request.headers_mut().insert(ACCEPT, JSON);
        Ok(request)
    }

    /// `Err` has why nothing may be called there.
    fn allowed(&self, uri: Uri) -> Result<Uri, String> {
        match &self.config.allowed {
            Some(allowed) if !allowed.iter().any(|worker| worker.allows(&uri)) => {
                Err("is not one that this engine may call: have its operator allow it".to_owned())
            }
            _ => Ok(uri),
        }
    }
}

/// `Err` has why nothing can be called there.
fn usable(uri: String) -> Result<Uri, String> {
    let uri = Uri::try_from(uri).map_err(|error| format!("is not usable: {error}"))?;
    match uri.scheme_str() {
        Some("http" | "https") => Ok(uri),
        _ => Err("does not begin with http:// or https://".to_owned()),
    }
}

#[async_trait]
impl WorkerCaller for HttpWorkers {
    /// Without an allow list any text may be given, as on the real server: the calls will tell.
    fn refuses(&self, url: &str) -> Option<String> {
        self.config.allowed.as_ref()?;
        let uri = usable(self.config.rewrite.address(url, ""));
        uri.and_then(|uri| self.allowed(uri)).err()
    }

    async fn wait_until(
        &self,
        url: &str,
        request: StateStartRequest,
        timeout: Duration,
    ) -> Result<StateStartResponse, CallFailure> {
        self.call(url, path::WORKER_STATE_START, &request, timeout)
            .await
    }

    async fn execute(
        &self,
        url: &str,
        request: StateDecideRequest,
        timeout: Duration,
    ) -> Result<StateDecideResponse, CallFailure> {
        self.call(url, path::WORKER_STATE_DECIDE, &request, timeout)
            .await
    }

    async fn rpc(
        &self,
        url: &str,
        request: WorkerRpcRequest,
        timeout: Duration,
    ) -> Result<WorkerRpcResponse, CallFailure> {
        self.call(url, WORKER_RPC, &request, timeout).await
    }
}

/// Nothing left this machine.
fn unsendable(message: String) -> CallFailure {
    failure(CallFailureKind::Connect, message)
}

fn not_reached(error: &hyper_util::client::legacy::Error) -> CallFailure {
    // Only a failed connect proves that the worker saw nothing.
    let (kind, what) = if error.is_connect() {
        (CallFailureKind::Connect, "the worker was not reached")
    } else {
        (
            CallFailureKind::Broken,
            "the connection to the worker broke before its answer",
        )
    };
    failure(kind, format!("{what}: {}", causes(error)))
}

fn failure(kind: CallFailureKind, message: String) -> CallFailure {
    CallFailure {
        kind,
        status: 0,
        body: String::new(),
        worker_detail: None,
        worker_error_type: None,
        message,
    }
}

/// The innermost cause says what happened; the layers above it only repeat that it did.
fn causes(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
