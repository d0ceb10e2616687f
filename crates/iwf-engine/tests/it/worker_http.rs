//! One call to a worker over HTTP, and every way in which it can fail.

use std::time::Duration;

use axum::http::HeaderValue;
use iwf_engine::worker_http::{HttpWorkers, WorkerHttpConfig};
use iwf_engine::{CallFailure, CallFailureKind, WorkerCaller};
use iwf_protocol::{StateDecideRequest, StateDecideResponse, StateStartRequest, WorkerRpcRequest};

use crate::support::{Reply, Worker};

const LONG: Duration = Duration::from_secs(30);

fn workers() -> HttpWorkers {
    HttpWorkers::new(WorkerHttpConfig::default()).expect("certificates")
}

async fn execute(url: &str, timeout: Duration) -> Result<StateDecideResponse, CallFailure> {
    let request = StateDecideRequest::default();
    workers().execute(url, request, timeout).await
}

async fn failure(reply: Reply) -> CallFailure {
    let worker = Worker::replying(reply).await;
    execute(&worker.url, LONG).await.expect_err("a failure")
}

#[tokio::test]
async fn calls_are_json_posts_to_the_path_of_the_call() {
    let worker = Worker::replying(Reply::json("{}")).await;
    let (workers, url) = (workers(), format!("{}/some/where/", worker.url));
    let start = StateStartRequest {
        workflow_type: "T".to_owned(),
        ..StateStartRequest::default()
    };
    workers.wait_until(&url, start, LONG).await.expect("{}");
    let decide = StateDecideRequest::default();
    workers.execute(&url, decide, LONG).await.expect("{}");
    let rpc = WorkerRpcRequest::default();
    workers.rpc(&url, rpc, LONG).await.expect("{}");

    let requests = worker.requests();
    let lines: Vec<&str> = requests.iter().map(|r| r.head[0].as_str()).collect();
    assert_eq!(
        lines,
        [
            "POST /some/where/api/v1/workflowState/start HTTP/1.1",
            "POST /some/where/api/v1/workflowState/decide HTTP/1.1",
            "POST /some/where/api/v1/workflowWorker/rpc HTTP/1.1",
        ]
    );
    for request in &requests {
        for header in ["Content-Type: application/json", "Accept: application/json"] {
            assert!(
                request.head.iter().any(|line| line == header),
                "{request:?}"
            );
        }
    }
    assert!(requests[0].body.contains(r#""workflowType":"T""#));
    assert_eq!(worker.connections(), 1, "the connection is kept");
}

#[tokio::test]
async fn configured_headers_go_with_the_calls_of_states_only() {
    let worker = Worker::replying(Reply::json("{}")).await;
    let mut config = WorkerHttpConfig::default();
    let team = HeaderValue::from_static("mail");
    config.state_headers.insert("x-team", team);
    let workers = HttpWorkers::new(config).expect("certificates");
    let url = &worker.url;
    let start = StateStartRequest::default();
    workers.wait_until(url, start, LONG).await.expect("{}");
    let decide = StateDecideRequest::default();
    workers.execute(url, decide, LONG).await.expect("{}");
    let rpc = WorkerRpcRequest::default();
    workers.rpc(url, rpc, LONG).await.expect("{}");
    let has_it = |head: Vec<String>| head.iter().any(|line| line == "X-Team: mail");
    let seen = worker
        .requests()
        .into_iter()
        .map(|request| has_it(request.head));
    assert_eq!(seen.collect::<Vec<_>>(), [true, true, false]);
}

#[tokio::test]
async fn a_chunked_answer_is_put_together() {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked";
    let body = "8\r\n{\"stateD\r\n9\r\necision\":\r\n3\r\n{}}\r\n0\r\n\r\n";
    let reply = Reply::Bytes(format!("{head}\r\n\r\n{body}").into_bytes());
    let worker = Worker::replying(reply).await;
    let answered = execute(&worker.url, LONG).await.expect("an answer");
    assert!(answered.state_decision.is_some());
}

#[tokio::test]
async fn every_status_but_200_is_a_refusal() {
    for status in [201, 204, 302, 400, 404, 500, 503] {
        let body = if status == 204 {
            ""
        } else {
            r#"{"detail":"no","errorType":"E"}"#
        };
        let failure = failure(Reply::with(status, "application/json", body)).await;
        assert_eq!(failure.kind, CallFailureKind::Answered, "{status}");
        assert_eq!((failure.status, failure.body.as_str()), (status, body));
        if status != 204 {
            assert_eq!(failure.worker_detail.as_deref(), Some("no"));
            assert_eq!(failure.worker_error_type.as_deref(), Some("E"));
        }
    }
}

#[tokio::test]
async fn what_is_not_called_json_or_does_not_decode_is_no_answer() {
    for reply in [
        Reply::with(200, "text/plain", "{}"),
        Reply::json("no JSON"),
        Reply::json("[]"),
        Reply::json(r#"{"stateDecision":{"nextStates":7}}"#),
        Reply::Bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}".to_vec()),
    ] {
        let failure = failure(reply).await;
        assert_eq!(failure.kind, CallFailureKind::Undecodable, "{failure}");
        assert_eq!(failure.status, 200);
    }
}

#[tokio::test]
async fn answers_are_bounded() {
    let config = WorkerHttpConfig {
        answer_bytes_max: 20,
        ..WorkerHttpConfig::default()
    };
    let workers = HttpWorkers::new(config).expect("certificates");
    let fits = Worker::replying(Reply::json(r#"{"x":"0123456789ab"}"#)).await;
    let request = StateDecideRequest::default();
    workers
        .execute(&fits.url, request, LONG)
        .await
        .expect("20 bytes");
    let exceeds = Worker::replying(Reply::json(r#"{"x":"0123456789abc"}"#)).await;
    let request = StateDecideRequest::default();
    let failure = workers.execute(&exceeds.url, request, LONG).await;
    let failure = failure.expect_err("21 bytes");
    assert_eq!(failure.kind, CallFailureKind::Undecodable);
    assert!(
        failure.message.contains("larger than 20 bytes"),
        "{failure}"
    );
}

#[tokio::test]
async fn a_refusal_keeps_the_beginning_of_its_body() {
    let failure = failure(Reply::with(500, "text/plain", &"x".repeat(100_000))).await;
    assert_eq!((failure.status, failure.body.len()), (500, 64 * 1024));
}

#[tokio::test]
async fn a_worker_that_is_not_there_was_not_reached() {
    // Bound and dropped, so that nobody listens.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let failure = execute(&url, LONG).await.expect_err("nobody listens");
    assert_eq!(
        (failure.kind, failure.status),
        (CallFailureKind::Connect, 0)
    );
}

#[tokio::test]
async fn an_unusable_url_is_not_called() {
    for url in ["", "no url", "ftp://127.0.0.1", "http://"] {
        let failure = execute(url, LONG).await.expect_err(url);
        assert_eq!(
            (failure.kind, failure.status),
            (CallFailureKind::Connect, 0)
        );
    }
}

#[tokio::test]
async fn a_worker_that_hangs_runs_into_the_time_out() {
    let worker = Worker::replying(Reply::Hang).await;
    let failure = execute(&worker.url, Duration::from_millis(50)).await;
    let failure = failure.expect_err("no answer");
    assert_eq!(
        (failure.kind, failure.status),
        (CallFailureKind::Timeout, 0)
    );
}

#[tokio::test]
async fn a_broken_connection_is_told_from_one_never_made() {
    let broken = failure(Reply::BreakOff).await;
    assert_eq!((broken.kind, broken.status), (CallFailureKind::Broken, 0));
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 50";
    let worker = Worker::replying(Reply::Bytes(format!("{head}\r\n\r\n{{}}").into_bytes())).await;
    let failure = execute(&worker.url, Duration::from_millis(50)).await;
    // The rest of the body never comes.
    assert_eq!(failure.expect_err("half").kind, CallFailureKind::Timeout);
}
