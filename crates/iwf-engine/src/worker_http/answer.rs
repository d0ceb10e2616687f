//! What a worker answered: a decoded result, or why it is none.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Response, StatusCode};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use iwf_protocol::WorkerErrorResponse;
use serde::de::DeserializeOwned;

use crate::limits::{Pool, Pooled, Unread, json};
use crate::{CallFailure, CallFailureKind};

/// An error body is read up to here; more of it helps nobody.
const ERROR_BODY_BYTES_MAX: usize = 64 * 1024;

/// Reads and decodes an answer of at most `bytes_max`.
pub(super) async fn read<A: DeserializeOwned>(
    response: Response<Incoming>,
    bytes_max: usize,
    pool: &Pool,
) -> Result<A, CallFailure> {
    let (head, body) = response.into_parts();
    if head.status != StatusCode::OK {
        let body = beginning(body).await;
        return Err(refused(head.status, &body));
    }
    // Held until the answer is decoded.
    let Pooled {
        bytes: body,
        share: _share,
    } = match pool.read(body, bytes_max).await {
        Ok(read) => read,
        Err(Unread::TooLarge) => {
            let message = format!("the worker's answer is larger than {bytes_max} bytes");
            return Err(unusable(&Bytes::new(), message));
        }
        Err(Unread::NoRoom) => {
            let message = "the answers of all workers together are too large just now";
            return Err(broken(message.to_owned()));
        }
        Err(Unread::Broken(error)) => {
            return Err(broken(format!("the worker's answer ended early: {error}")));
        }
    };
    if !is_json(&head.headers) {
        let message = "the worker's answer is not declared as JSON: set its content type";
        return Err(unusable(&body, message.to_owned()));
    }
    decode(&body)
}

fn decode<A: DeserializeOwned>(body: &Bytes) -> Result<A, CallFailure> {
    // Serde takes a list for a struct; the protocol does not.
    if body.trim_ascii_start().first() != Some(&b'{') {
        return Err(unusable(
            body,
            "the worker's answer is no object".to_owned(),
        ));
    }
    if json::has_too_many_values(body) {
        let max = json::VALUES_MAX;
        let message = format!("the worker's answer holds more than {max} JSON values");
        return Err(unusable(&Bytes::new(), message));
    }
    serde_json::from_slice(body).map_err(|error| {
        unusable(
            body,
            format!("the worker's answer is not of the protocol: {error}"),
        )
    })
}

/// As much of an error body as is kept. A body that breaks off is kept as far as it came.
async fn beginning(mut body: Incoming) -> Vec<u8> {
    let mut kept = Vec::new();
    while let Some(Ok(frame)) = body.frame().await {
        let Ok(data) = frame.into_data() else {
            continue;
        };
        let room = ERROR_BODY_BYTES_MAX - kept.len();
        kept.extend_from_slice(&data[..data.len().min(room)]);
        if data.len() >= room {
            break;
        }
    }
    kept
}

fn refused(status: StatusCode, body: &[u8]) -> CallFailure {
    let told: WorkerErrorResponse = serde_json::from_slice(body).unwrap_or_default();
    let reason = status.canonical_reason().unwrap_or_default();
    CallFailure {
        kind: CallFailureKind::Answered,
        status: status.as_u16(),
        body: text(body),
        worker_detail: told.detail,
        worker_error_type: told.error_type,
        message: format!("{} {reason}", status.as_u16())
            .trim_end()
            .to_owned(),
    }
}

/// Status 200, but nothing to work with.
fn unusable(body: &Bytes, message: String) -> CallFailure {
    CallFailure {
        kind: CallFailureKind::Undecodable,
        status: StatusCode::OK.as_u16(),
        body: text(body),
        worker_detail: None,
        worker_error_type: None,
        message,
    }
}

/// Nobody knows what the rest would have been.
fn broken(message: String) -> CallFailure {
    CallFailure {
        kind: CallFailureKind::Broken,
        ..unusable(&Bytes::new(), message)
    }
}

fn text(body: &[u8]) -> String {
    let kept = &body[..body.len().min(ERROR_BODY_BYTES_MAX)];
    String::from_utf8_lossy(kept).into_owned()
}

fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.to_ascii_lowercase().contains("json"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;
    use iwf_protocol::StateDecideResponse;

    fn json(content_type: &'static str) -> bool {
        let value = HeaderValue::from_static(content_type);
        is_json(&HeaderMap::from_iter([(CONTENT_TYPE, value)]))
    }

    #[test]
    fn a_json_content_type_is_needed() {
        assert!(json("application/json"));
        assert!(json("application/JSON; charset=utf-8"));
        assert!(json("application/problem+json"));
        assert!(!json("text/plain"));
        assert!(!is_json(&HeaderMap::new()));
    }

    #[test]
    fn a_body_that_is_no_answer_fails_with_what_it_was() {
        for body in ["", "[]", "null", "no", r#"{"stateDecision":7}"#] {
            let decoded = decode::<StateDecideResponse>(&Bytes::from_static(body.as_bytes()));
            let failure = decoded.expect_err(body);
            assert_eq!(failure.kind, CallFailureKind::Undecodable);
            assert_eq!((failure.status, failure.body.as_str()), (200, body));
        }
    }

    #[test]
    fn an_error_body_is_kept_as_text_and_as_told() {
        let told = refused(
            StatusCode::INTERNAL_SERVER_ERROR,
            br#"{"detail":"it broke","errorType":"Oops"}"#,
        );
        assert_eq!(told.message, "500 Internal Server Error");
        assert_eq!(told.worker_detail.as_deref(), Some("it broke"));
        assert_eq!(told.worker_error_type.as_deref(), Some("Oops"));
        let plain = refused(StatusCode::BAD_GATEWAY, b"no JSON");
        assert_eq!(
            (plain.body.as_str(), plain.worker_detail),
            ("no JSON", None)
        );
    }
}
