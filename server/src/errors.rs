//! Every refusal of the JSON calls as one shape: the right status, a code, a sentence that says
//! what to do next. The one place where an [`AgentError`] becomes an HTTP status.

use app::refusal_page;
use axum::{
    Json,
    body::to_bytes,
    extract::Request,
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use email_agent_api::{AgentError, ErrorCode, to_say};
use http::{StatusCode, header};

/// Errors are a few sentences; more than this is no error of ours.
const ERROR_BODY_BYTES_MAX: usize = 64 * 1024;

/// Where the JSON calls live.
pub(crate) const API_PREFIX: &str = "/api/ai-agent/";

/// Rewrites failures of the JSON calls: the framework answers 500 to everything, also to input
/// that it could not read, and leaves bodies empty.
pub(crate) async fn explain(request: Request, next: Next) -> Response {
    let is_api = request.uri().path().starts_with(API_PREFIX);
    let response = next.run(request).await;
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    if is_api {
        return explain_api(response).await;
    }
    if response.headers().contains_key(header::CONTENT_TYPE) {
        return response;
    }
    // A bare refusal of a page or form: say it in words all the same.
    let error = by_status(status);
    (status, error.message).into_response()
}

async fn explain_api(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let bytes = to_bytes(body, ERROR_BODY_BYTES_MAX)
        .await
        .unwrap_or_default();
    let error = match serde_json::from_slice::<AgentError>(&bytes) {
        Ok(error) => {
            parts.status = StatusCode::from_u16(error.code.http_status()).unwrap_or(parts.status);
            error
        }
        // Refused before our code saw it: the status is right, the words are missing.
        Err(_) => by_status(parts.status),
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.remove(header::CONTENT_TYPE);
    parts.headers.remove("serverfnerror");
    let mut answer = Json(error).into_response();
    answer.headers_mut().extend(parts.headers);
    *answer.status_mut() = parts.status;
    answer
}

/// The sentence for a refusal that came without one.
fn by_status(status: StatusCode) -> AgentError {
    match status {
        StatusCode::METHOD_NOT_ALLOWED => AgentError::new(
            ErrorCode::BadInput,
            to_say(
                "This address takes POST with a JSON body only, so that no link or image can change anything. Nothing was changed.",
            ),
        ),
        StatusCode::NOT_FOUND => AgentError::new(
            ErrorCode::NotFound,
            to_say(
                "There is nothing at this address. The calls are listed in docs/api.md, each POST below /api/ai-agent/.",
            ),
        ),
        StatusCode::FORBIDDEN => AgentError::new(
            ErrorCode::Forbidden,
            to_say(
                "This request came from another site's page, so it was refused and nothing was changed. Use this program's own page.",
            ),
        ),
        StatusCode::PAYLOAD_TOO_LARGE => AgentError::new(
            ErrorCode::TooLarge,
            to_say(
                "This is larger than one megabyte, so it was not read. Nothing was changed: shorten it and try again.",
            ),
        ),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => AgentError::new(
            ErrorCode::BadInput,
            to_say(
                "This call takes JSON: send it with the header `content-type: application/json` (`attach` alone takes a form, `multipart/form-data`). Nothing was changed.",
            ),
        ),
        status if status.is_client_error() => AgentError::new(
            ErrorCode::BadInput,
            to_say(
                "The request could not be read: it must be a JSON object with the fields of this call. Nothing was changed.",
            ),
        ),
        _ => AgentError::new(
            ErrorCode::Internal,
            to_say(
                "Something went wrong on our side. What you wrote is kept on this page: try again in a moment.",
            ),
        ),
    }
}

/// An error as a small page, for people without script: the sentence, and the way back.
pub(crate) fn page(error: &AgentError, back: &str) -> Response {
    let status =
        StatusCode::from_u16(error.code.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let html = refusal_page::render(&error.message, back);
    let headers = [(header::CONTENT_SECURITY_POLICY, refusal_page::POLICY)];
    (status, headers, Html(html)).into_response()
}
