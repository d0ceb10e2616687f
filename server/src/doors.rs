//! Who may knock: host names, other sites' requests, sizes, and the headers of every answer.

use std::{net::IpAddr, sync::Arc};

use axum::{
    Json, Router,
    extract::{Request, State},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use email_agent_api::{AgentError, ErrorCode, limits::HTTP_BODY_BYTES_MAX};
use http::{HeaderValue, header};
use tower_http::{
    compression::{CompressionLayer, DefaultPredicate, Predicate, predicate::NotForContentType},
    csrf::CsrfLayer,
    limit::RequestBodyLimitLayer,
};

/// Puts the guards in front of `router` and of `uploads`, which have a limit of their own on what comes
/// in; `extra_hosts` are the names a reverse proxy may use.
pub(crate) fn guard(router: Router, uploads: Router, extra_hosts: &[String]) -> Router {
    let hosts: Arc<[String]> = extra_hosts.iter().map(|host| host.to_lowercase()).collect();
    router
        .layer(RequestBodyLimitLayer::new(HTTP_BODY_BYTES_MAX))
        .merge(uploads)
        // Refuses what another site's page sends. A program that is no browser sends none of the
        // headers this looks at, and may pass.
        .layer(CsrfLayer::new())
        // Outermost: every answer gets its sentence and its headers, also the refusals above.
        .layer(middleware::from_fn(json_only))
        .layer(middleware::from_fn(crate::errors::explain))
        .layer(middleware::from_fn_with_state(hosts, known_host))
        .layer(middleware::from_fn(headers))
        // Pages and answers. The large files of a release are compressed once, when it is built, and
        // pass as they are; those of a development build change too often to be worth it. So do
        // attached files: most are compressed already, and a download that has a length shows progress.
        .layer(
            CompressionLayer::new().compress_when(
                DefaultPredicate::new()
                    .and(NotForContentType::const_new("application/wasm"))
                    .and(NotForContentType::const_new("application/octet-stream"))
                    .and(NotForContentType::const_new("application/zip")),
            ),
        )
}

/// A foreign host name means that somebody pointed a name of theirs at this machine (DNS
/// rebinding): to the browser their pages would be of the same origin as ours.
async fn known_host(State(extra): State<Arc<[String]>>, request: Request, next: Next) -> Response {
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|value| value.to_str().ok())
        .or_else(|| request.uri().authority().map(http::uri::Authority::as_str))
        .unwrap_or_default()
        .to_lowercase();
    if is_this_machine(&host)
        || extra
            .iter()
            .any(|known| *known == host || *known == without_port(&host))
    {
        return next.run(request).await;
    }
    let error = AgentError::new(
        ErrorCode::Forbidden,
        "This program does not answer under that host name. Open it as http://localhost, or name the host in EMAIL_AGENT_ALLOWED_HOSTS and start it again.",
    );
    (http::StatusCode::FORBIDDEN, Json(error)).into_response()
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port))
            if port.bytes().all(|byte| byte.is_ascii_digit()) && !name.ends_with(':') =>
        {
            name
        }
        _ => host,
    }
}

/// By the one name that is ours everywhere, or by an address: nobody can point a name of theirs at us
/// with a request that has none.
fn is_this_machine(host: &str) -> bool {
    let host = without_port(host);
    let bare = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    host == "localhost" || bare.unwrap_or(host).parse::<IpAddr>().is_ok()
}

/// The JSON calls take JSON by name: a foreign page can send `text/plain` without being asked, but
/// not `application/json`. The one that takes files needs a form, which a foreign page could send too:
/// there, as at the plain forms, the guard against foreign pages has to do alone.
async fn json_only(request: Request, next: Next) -> Response {
    let is_call = request.method() == http::Method::POST
        && request.uri().path().starts_with(crate::errors::API_PREFIX);
    let expected = if request.uri().path() == crate::attachments::ATTACH {
        "multipart/form-data"
    } else {
        "application/json"
    };
    let is_expected = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|media_type| media_type.trim().eq_ignore_ascii_case(expected));
    if is_call && !is_expected {
        return http::StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response();
    }
    next.run(request).await
}

async fn headers(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let is_asset = path.starts_with("/pkg/") || path == "/favicon.svg";
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::REFERRER_POLICY,
        // Within our pages it stays: without it a form would come from no origin at all.
        HeaderValue::from_static("same-origin"),
    );
    headers.insert(
        "cross-origin-opener-policy",
        HeaderValue::from_static("same-origin"),
    );
    headers.insert(
        "cross-origin-resource-policy",
        HeaderValue::from_static("same-origin"),
    );
    if is_asset {
        // Asset names carry no hash: browsers keep them, but ask whether they are still good.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        headers.append(header::VARY, HeaderValue::from_static("accept-encoding"));
    } else {
        headers
            .entry(header::CACHE_CONTROL)
            .or_insert(HeaderValue::from_static("no-store"));
    }
    response
}

#[cfg(test)]
mod tests {
    use axum::{
        body::{Body, to_bytes},
        routing::post,
    };
    use http::{Method, StatusCode};
    use tower::ServiceExt;

    use super::*;

    /// One call that answers what it was sent, and one page.
    fn guarded() -> Router {
        let router = Router::new()
            .route("/api/ai-agent/echo", post(|body: String| async { body }))
            .route("/page", axum::routing::get(|| async { "page" }));
        guard(router, Router::new(), &["mail.example.com".to_owned()])
    }

    async fn ask(request: http::request::Builder, body: impl Into<Body>) -> (StatusCode, String) {
        let response = guarded()
            .oneshot(request.body(body.into()).unwrap())
            .await
            .unwrap();
        let status = response.status();
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, String::from_utf8(bytes.to_vec()).unwrap())
    }

    fn call(host: &str) -> http::request::Builder {
        http::Request::builder()
            .method(Method::POST)
            .uri("/api/ai-agent/echo")
            .header(header::HOST, host)
            .header(header::CONTENT_TYPE, "application/json")
    }

    /// The refusal has this status, is our error, and says what to do.
    fn refused(answer: &(StatusCode, String), status: StatusCode) {
        assert_eq!(answer.0, status, "{}", answer.1);
        let error: AgentError = serde_json::from_str(&answer.1).unwrap();
        assert!(error.message.len() > 40, "{}", error.message);
    }

    #[tokio::test]
    async fn known_hosts_pass_and_others_do_not() {
        for host in [
            "localhost:3000",
            "127.0.0.1:3000",
            "mail.example.com",
            "Mail.Example.com:443",
        ] {
            assert_eq!(
                ask(call(host), "{}").await,
                (StatusCode::OK, "{}".to_owned()),
                "{host}"
            );
        }
        refused(
            &ask(call("evil.example"), "{}").await,
            StatusCode::FORBIDDEN,
        );
    }

    #[tokio::test]
    async fn another_sites_page_is_refused() {
        let foreign = call("localhost").header(header::ORIGIN, "https://evil.example");
        refused(&ask(foreign, "{}").await, StatusCode::FORBIDDEN);
        let foreign = call("localhost").header("sec-fetch-site", "cross-site");
        refused(&ask(foreign, "{}").await, StatusCode::FORBIDDEN);
        let own = call("localhost:3000").header(header::ORIGIN, "http://localhost:3000");
        assert_eq!(ask(own, "{}").await.0, StatusCode::OK);
    }

    #[tokio::test]
    async fn only_post_of_json_within_the_limit() {
        let get = http::Request::builder()
            .uri("/api/ai-agent/echo")
            .header(header::HOST, "localhost");
        refused(&ask(get, "").await, StatusCode::METHOD_NOT_ALLOWED);
        let mut text = call("localhost");
        text.headers_mut()
            .unwrap()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
        refused(&ask(text, "{}").await, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        let largest = "x".repeat(HTTP_BODY_BYTES_MAX);
        assert_eq!(
            ask(call("localhost"), largest.clone()).await.0,
            StatusCode::OK
        );
        let declared = call("localhost").header(header::CONTENT_LENGTH, HTTP_BODY_BYTES_MAX + 1);
        refused(
            &ask(declared, largest + "x").await,
            StatusCode::PAYLOAD_TOO_LARGE,
        );
    }

    #[tokio::test]
    async fn every_answer_says_how_it_may_be_used() {
        let request = http::Request::builder()
            .uri("/page")
            .header(header::HOST, "localhost");
        let response = guarded()
            .oneshot(request.body(Body::empty()).unwrap())
            .await
            .unwrap();
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
        assert_eq!(
            response.headers()[header::X_CONTENT_TYPE_OPTIONS],
            "nosniff"
        );
    }

    #[test]
    fn this_machine_by_any_address_and_port() {
        for host in [
            "localhost",
            "localhost:3000",
            "127.0.0.1:8080",
            "192.168.1.5:3000",
            "[::1]:3000",
            "[::1]",
        ] {
            assert!(is_this_machine(host), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "localhost.evil.example:3000",
            "127.0.0.1.nip.io",
            "[::1].evil.example",
        ] {
            assert!(!is_this_machine(host), "{host}");
        }
    }
}
