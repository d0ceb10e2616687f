//! When a call is sent again, and when it must not be.

use crate::script::{Server, error, ok, overloaded, refused};
use iwf::{Backend, BackendError, HttpBackend, StartOptions};
use iwf_protocol::{WorkflowRpcRequest, WorkflowSearchRequest, WorkflowSignalRequest};
use serde_json::json;
use tokio::net::TcpListener;

#[tokio::test]
async fn a_repeated_start_recognises_its_own() {
    let broken = || refused(500, "UNCATEGORIZED_SUB_STATUS");
    let server = Server::answering([broken(), ok(json!({"workflowRunId": "r"}))]).await;
    let client = server.client();
    let options = StartOptions::new();
    client
        .start::<crate::order::Order>("w", 1, options)
        .await
        .unwrap();

    let asked = server.asked();
    let options =
        |n: usize| &asked[n].body["workflowStartOptions"]["workflowAlreadyStartedOptions"];
    assert_eq!(asked.len(), 2);
    assert_eq!(options(0)["ignoreAlreadyStartedError"], json!(false));
    assert_eq!(options(1)["ignoreAlreadyStartedError"], json!(true));
    assert_eq!(options(0)["requestId"], options(1)["requestId"]);
    assert!(
        options(0)["requestId"]
            .as_str()
            .is_some_and(|id| id.len() == 36)
    );
}

#[tokio::test]
async fn reads_are_repeated() {
    let server = Server::answering([
        error(502, json!("bad gateway")),
        error(500, json!({})),
        ok(json!({"nextPageToken": ""})),
    ])
    .await;
    server
        .backend()
        .search(WorkflowSearchRequest::default())
        .await
        .unwrap();
    assert_eq!(server.asked().len(), 3);
}

#[tokio::test]
async fn what_may_have_happened_is_not_repeated() {
    let server = Server::answering([error(500, json!({"detail": "d"})), ok(json!({}))]).await;
    let sent = server
        .backend()
        .signal(WorkflowSignalRequest::default())
        .await;
    assert!(
        matches!(sent, Err(BackendError::Refused { status: 500, .. })),
        "{sent:?}"
    );
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn overload_is_waited_out_by_every_call() {
    let server = Server::answering([overloaded(), overloaded(), ok(json!({}))]).await;
    server
        .backend()
        .rpc(WorkflowRpcRequest::default())
        .await
        .unwrap();
    assert_eq!(server.asked().len(), 3);
}

#[tokio::test]
async fn attempts_have_an_end() {
    let server = Server::answering([overloaded(), overloaded(), overloaded(), ok(json!({}))]).await;
    let sent = server.backend().rpc(WorkflowRpcRequest::default()).await;
    assert!(
        matches!(sent, Err(BackendError::Refused { status: 503, .. })),
        "{sent:?}"
    );
    assert_eq!(server.asked().len(), 3);
}

#[tokio::test]
async fn a_server_that_is_away_did_nothing() {
    let free = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let backend = HttpBackend::new(&format!("http://{free}"))
        .unwrap()
        .attempts_max(2);
    let sent = backend.signal(WorkflowSignalRequest::default()).await;
    assert!(
        matches!(sent, Err(BackendError::Unreachable(_))),
        "{sent:?}"
    );
}

#[tokio::test]
async fn a_connection_that_breaks_leaves_the_outcome_open() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let accept = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        stream.readable().await.unwrap();
    });
    let backend = HttpBackend::new(&url).unwrap().attempts_max(3);
    let sent = backend.signal(WorkflowSignalRequest::default()).await;
    assert!(
        matches!(sent, Err(BackendError::OutcomeUnknown(_))),
        "{sent:?}"
    );
    accept.await.unwrap();
}

#[tokio::test]
async fn the_token_goes_along() {
    let server = Server::answering([ok(json!({}))]).await;
    let backend = server.backend().bearer("secret").unwrap();
    backend
        .signal(WorkflowSignalRequest::default())
        .await
        .unwrap();
    assert_eq!(
        server.asked_once().authorization.as_deref(),
        Some("Bearer secret")
    );
    assert!(!format!("{backend:?}").contains("secret"));
}

#[test]
fn addresses_and_headers_are_checked() {
    for wrong in [
        "",
        "localhost:8801",
        "ftp://host",
        "http://",
        "http://h/?q=1",
    ] {
        assert!(HttpBackend::new(wrong).is_err(), "{wrong}");
    }
    let backend = HttpBackend::new("http://localhost:8801/").unwrap();
    assert!(backend.clone().header("a b", "c").is_err());
    assert!(backend.bearer("line\nbreak").is_err());
}

#[tokio::test]
async fn an_answer_that_is_no_json_is_told() {
    let server = Server::answering([ok(json!("text"))]).await;
    let sent = server
        .backend()
        .search(WorkflowSearchRequest::default())
        .await;
    assert!(
        matches!(sent, Err(BackendError::Undecodable(_))),
        "{sent:?}"
    );
}
