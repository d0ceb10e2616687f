//! The backend over HTTP: JSON requests to an iWF server, with time-outs, back-off and retries.
//!
//! A call is sent again where that is safe: always when the server was not reached, and after a
//! server error only for calls that do the same when they are repeated. A start carries a request
//! id, by which its repetition is recognised.

mod calls;
mod repeat;

use super::backend::BackendError;
use iwf_protocol::ErrorResponse;
use repeat::{Repeat, gap};
use reqwest::{
    Url,
    header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER},
};
use serde::{Serialize, de::DeserializeOwned};
use std::{net::IpAddr, time::Duration};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const ATTEMPTS_MAX: u32 = 6;
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
    /// Sends a call at most this often (6 times unless given); 0 counts as 1.
    #[must_use]
    pub fn attempts_max(mut self, attempts: u32) -> Self {
        self.attempts_max = attempts.max(1);
        self
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

impl HttpBackend {
    fn gap(&self, error: &BackendError, repeat: Repeat, attempt: u32) -> Option<Duration> {
        (attempt < self.attempts_max).then(|| gap(error, repeat, attempt))?
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_several_names() {
        let here = |url: &str| is_this_machine(&url.parse().unwrap());
        assert!(here("http://localhost:1") && here("http://127.0.0.2") && here("http://[::1]:1/"));
        assert!(!here("http://iwf.example.com") && !here("http://10.0.0.1"));
    }
}
