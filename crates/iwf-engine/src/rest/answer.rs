//! Engine results as HTTP: the one place where a failure becomes a status and a body.

use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use http::header::{CONNECTION, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use iwf_protocol::ErrorResponse;
use serde::Serialize;

use crate::Failure;
use crate::limits::json::VALUES_MAX;

const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");

pub(super) fn ok(body: &impl Serialize) -> Response {
    json(StatusCode::OK, body)
}

pub(super) fn failure(failure: &Failure) -> Response {
    let status = StatusCode::from_u16(failure.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = json(status, &failure.body);
    if let Some(after) = failure.retry_after {
        let seconds = after.as_secs() + u64::from(after.subsec_nanos() > 0);
        response
            .headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// The text is the real server's, and there is no sub-status: callers compare it.
pub(super) fn schema_error() -> Response {
    refuse(StatusCode::BAD_REQUEST, "invalid request schema")
}

pub(super) fn too_large(limit_bytes: usize) -> Response {
    refuse(
        StatusCode::PAYLOAD_TOO_LARGE,
        format!("the request body is larger than {limit_bytes} bytes: send less data at a time"),
    )
}

pub(super) fn too_slow(limit: Duration) -> Response {
    let seconds = limit.as_secs();
    refuse(
        StatusCode::REQUEST_TIMEOUT,
        format!("the request body did not arrive within {seconds} s: send it again"),
    )
}

pub(super) fn unreadable() -> Response {
    refuse(
        StatusCode::BAD_REQUEST,
        "the request body ended early: send it again",
    )
}

pub(super) fn no_room_for_body() -> Response {
    retry_later("the requests in progress hold too much data: send this one again later")
}

pub(super) fn too_many_connections() -> Response {
    let mut response = retry_later("too many connections are open: connect again later");
    let headers = response.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

fn retry_later(detail: &str) -> Response {
    let mut response = refuse(StatusCode::SERVICE_UNAVAILABLE, detail);
    let headers = response.headers_mut();
    headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
    response
}

pub(super) fn too_many_values() -> Response {
    refuse(
        StatusCode::PAYLOAD_TOO_LARGE,
        format!("the request body holds more than {VALUES_MAX} JSON values: divide it"),
    )
}

pub(super) fn from_a_web_page() -> Response {
    refuse(
        StatusCode::FORBIDDEN,
        "this API takes no requests from web pages: call it from a server, without an Origin header",
    )
}

pub(super) fn from_another_name() -> Response {
    refuse(
        StatusCode::FORBIDDEN,
        "without a token this engine answers at localhost and at addresses only, not at other names: use one of those, or set IWF_ENGINE_TOKEN",
    )
}

/// Makes a browser ask for a name and a password.
pub(super) fn login() -> Response {
    let text = "This engine wants its token as the password; the name does not matter.\n";
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = StatusCode::UNAUTHORIZED;
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    let challenge = r#"Basic realm="iwf-engine", charset="UTF-8""#;
    headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    response
}

pub(super) fn unauthorized() -> Response {
    let mut response = refuse(
        StatusCode::UNAUTHORIZED,
        "this engine wants a token: send the header Authorization: Bearer, with the engine's token",
    );
    response
        .headers_mut()
        .insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}

pub(super) fn refuse(status: StatusCode, detail: impl Into<String>) -> Response {
    json(
        status,
        &ErrorResponse {
            detail: Some(detail.into()),
            ..ErrorResponse::default()
        },
    )
}

fn json(status: StatusCode, body: &impl Serialize) -> Response {
    // Wire types have text keys and no fallible serializers, so this cannot fail for them.
    let (status, bytes) = match serde_json::to_vec(body) {
        Ok(bytes) => (status, bytes),
        Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, b"{}".to_vec()),
    };
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, JSON);
    response
}
