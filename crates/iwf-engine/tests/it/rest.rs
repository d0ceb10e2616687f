//! The REST API as a client sees it, apart from what the operations mean.

use std::time::Duration;

use iwf_engine::rest::{RestConfig, Token};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Answer, Served};

const OPERATIONS: [&str; 18] = [
    "start",
    "signal",
    "publishToInternalChannel",
    "stop",
    "get",
    "getWithWait",
    "search",
    "reset",
    "rpc",
    "timer/skip",
    "config/update",
    "triggerContinueAsNew",
    "waitForStateCompletion",
    "dataobjects/get",
    "dataobjects/set",
    "searchattributes/get",
    "searchattributes/set",
    "internal/dump",
];

#[tokio::test]
async fn bodies_that_are_no_request_are_refused_everywhere() {
    let served = Served::new().await;
    for operation in OPERATIONS {
        for body in ["", "{", "[]", "7", r#"{"workflowId":7,"query":7}"#] {
            let path = format!("/api/v1/workflow/{operation}");
            let answer = served.post_raw(&path, body).await;
            assert_eq!(answer.status, 400, "{operation} {body}");
            assert_eq!(answer.json(), json!({"detail": "invalid request schema"}));
            assert_eq!(answer.content_type, "application/json; charset=utf-8");
        }
    }
}

#[tokio::test]
async fn only_posts_reach_an_operation() {
    let served = Served::new().await;
    let not_found = |answer: Answer, what: &str| {
        assert_eq!(
            (answer.status, answer.text.as_str()),
            (404, "404 page not found"),
            "{what}"
        );
    };
    for operation in OPERATIONS {
        let path = format!("/api/v1/workflow/{operation}");
        for method in ["GET", "PUT", "DELETE"] {
            let answer = Answer::of(served.request(method, &path).body("{}")).await;
            not_found(answer, &format!("{method} {path}"));
        }
    }
    for path in [
        "/api/v1/workflow/nothing",
        "/api/v1/workflow/encodedobject/load",
        "/x",
    ] {
        not_found(served.post_raw(path, "{}").await, path);
    }
}

#[tokio::test]
async fn the_content_type_of_a_request_does_not_matter() {
    let served = Served::new().await;
    served.start("w", json!({})).await;
    let request = served.request("POST", "/api/v1/workflow/get");
    let request = request
        .header("content-type", "text/plain")
        .body(r#"{"WORKFLOWID":"w"}"#);
    assert_eq!(Answer::of(request).await.ok()["workflowStatus"], "RUNNING");
}

#[tokio::test]
async fn an_operation_without_a_result_answers_an_empty_object() {
    let served = Served::new().await;
    served.start("w", json!({})).await;
    let stopped = served.post("stop", json!({"workflowId": "w"})).await;
    assert_eq!((stopped.status, stopped.text.as_str()), (200, "{}"));
}

#[tokio::test]
async fn health_is_told_without_a_token() {
    let token = Token::new("a token that is long enough").expect("long enough");
    let served = Served::with(RestConfig {
        token: Some(token),
        ..RestConfig::default()
    })
    .await;
    let health = Answer::of(served.request("GET", "/info/healthcheck"))
        .await
        .ok();
    assert_eq!(
        (&health["condition"], &health["duration"]),
        (&json!("OK"), &json!(0))
    );
    assert!(
        health["hostname"]
            .as_str()
            .is_some_and(|name| !name.is_empty())
    );
    for path in ["/", "/healthz", "/readyz"] {
        assert_eq!(
            Answer::of(served.request("GET", path)).await.status,
            200,
            "{path}"
        );
    }
    served.engine.shutdown(Duration::ZERO).await;
    let unready = Answer::of(served.request("GET", "/readyz")).await;
    assert_eq!(
        (unready.status, unready.text.contains("shutting down")),
        (503, true)
    );
}

#[tokio::test]
async fn a_token_is_wanted_where_one_is_set() {
    let secret = "a token that is long enough";
    let served = Served::with(RestConfig {
        token: Some(Token::new(secret).expect("long enough")),
        ..RestConfig::default()
    })
    .await;
    let get = || served.request("POST", "/api/v1/workflow/get").body("{}");
    for request in [get(), get().bearer_auth("another token, long enough")] {
        let refusal = Answer::of(request).await.refused(401);
        assert!(refusal.contains("Authorization: Bearer"), "{refusal}");
    }
    let known = Answer::of(get().bearer_auth(secret)).await;
    assert_eq!(known.json()["subStatus"], "WORKFLOW_NOT_EXISTS_SUB_STATUS");
}

#[tokio::test]
async fn web_pages_cannot_call() {
    let served = Served::new().await;
    let body = json!({"workflowId": "w", "iwfWorkflowType": "T", "iwfWorkerUrl": "http://x"});
    for origin in ["https://elsewhere.example", served.url.as_str(), "null"] {
        let request = served.request("POST", "/api/v1/workflow/start");
        let request = request.header("Origin", origin).body(body.to_string());
        assert!(Answer::of(request).await.refused(403).contains("web pages"));
    }
    served
        .post("get", json!({"workflowId": "w"}))
        .await
        .refused(400);
}

#[tokio::test]
async fn bodies_are_bounded() {
    let served = Served::with(RestConfig {
        body_bytes_max: 1000,
        ..RestConfig::default()
    })
    .await;
    served.start("w", json!({})).await;
    let body = |bytes: usize| {
        let frame = r#"{"workflowId":"w","x":""}"#;
        frame.replace(r#""""#, &format!("\"{}\"", "x".repeat(bytes - frame.len())))
    };
    assert_eq!(body(1000).len(), 1000);
    served
        .post_raw("/api/v1/workflow/get", body(1000))
        .await
        .ok();
    let refusal = served.post_raw("/api/v1/workflow/get", body(1001)).await;
    assert!(refusal.refused(413).contains("larger than 1000 bytes"));
}

#[tokio::test]
async fn a_body_that_does_not_come_is_given_up() {
    let served = Served::with(RestConfig {
        body_deadline: Duration::from_millis(50),
        ..RestConfig::default()
    })
    .await;
    let address = served.url.strip_prefix("http://").expect("a URL");
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    let head = "POST /api/v1/workflow/get HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{";
    stream.write_all(head.as_bytes()).await.expect("sent");
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.expect("an answer");
    assert_eq!(&answer, b"HTTP/1.1 408");
}

#[tokio::test]
async fn headers_are_spelled_as_the_real_server_does() {
    let served = Served::new().await;
    let address = served.url.strip_prefix("http://").expect("a URL");
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    let head = "GET /info/healthcheck HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    stream.write_all(head.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    assert!(
        answer.contains("\r\nContent-Type: application/json; charset=utf-8\r\n"),
        "{answer}"
    );
}

#[tokio::test]
async fn a_stop_answers_those_who_wait() {
    let served = Served::new().await;
    served.start("w", json!({})).await;
    let path = "/api/v1/workflow/getWithWait";
    let mut stream = TcpStream::connect(served.url.strip_prefix("http://").expect("a URL"))
        .await
        .expect("a connection");
    let body = r#"{"workflowId":"w"}"#;
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {}",
        body.len()
    );
    // The engine has the request once it has asked for the body.
    let head = format!("{head}\r\nExpect: 100-continue\r\n\r\n");
    stream.write_all(head.as_bytes()).await.expect("sent");
    let mut go_on = [0; 25];
    stream
        .read_exact(&mut go_on)
        .await
        .expect("an interim answer");
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(body.as_bytes()).await.expect("sent");
    assert!(served.stop().await, "all requests were answered");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 "), "{answer}");
}
