//! Who may call the standalone server, and whom it calls.

use iwf_engine::rest::{RestConfig, Token};
use iwf_engine::worker_http::{HttpWorkers, UrlRewrite, WorkerHttpConfig};
use iwf_engine::{CallFailureKind, WorkerCaller};
use iwf_protocol::StateDecideRequest;
use serde_json::json;

use crate::support::{Answer, Reply, Served, Worker};

const TOKEN: &str = "0123456789abcdef";
/// What anybody may see.
const OPEN: [&str; 4] = ["/", "/healthz", "/readyz", "/info/healthcheck"];
/// What only those may see who may call.
const READABLE: [&str; 4] = ["/api/v1/inspect/runs", "/metrics", "/ui", "/ui/style.css"];

async fn guarded() -> Served {
    let token = Some(Token::new(TOKEN).expect("long enough"));
    Served::with(RestConfig {
        token,
        ..RestConfig::default()
    })
    .await
}

async fn status(served: &Served, path: &str, headers: &[(&str, &str)]) -> u16 {
    let mut request = served.request("GET", path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Answer::of(request).await.status
}

#[tokio::test]
async fn with_a_token_only_health_checks_are_open() {
    let served = guarded().await;
    for path in OPEN {
        assert_eq!(status(&served, path, &[]).await, 200, "{path}");
    }
    let bearer = [("authorization", "Bearer 0123456789abcdef")];
    let wrong = [("authorization", "Bearer 0123456789abcdeX")];
    for path in READABLE {
        assert_eq!(status(&served, path, &[]).await, 401, "{path}");
        assert_eq!(status(&served, path, &wrong).await, 401, "{path}");
        assert_eq!(status(&served, path, &bearer).await, 200, "{path}");
    }
    let path = "/api/v1/workflow/search";
    let refused = served.post_raw(path, "{}").await.refused(401);
    assert!(refused.contains("wants a token"), "{refused}");
    let request = served.request("POST", path).bearer_auth(TOKEN).body("{}");
    Answer::of(request).await.ok();
}

#[tokio::test]
async fn a_browser_may_log_in_to_the_page_and_to_nothing_else() {
    let served = guarded().await;
    let asked = served
        .request("GET", "/ui")
        .send()
        .await
        .expect("an answer");
    let challenge = asked
        .headers()
        .get("www-authenticate")
        .expect("a challenge");
    assert_eq!(challenge, r#"Basic realm="iwf-engine", charset="UTF-8""#);
    for (password, expected) in [(TOKEN, 200), ("0123456789abcdeX", 401), ("", 401)] {
        let request = served.request("GET", "/ui");
        let answer = Answer::of(request.basic_auth("anybody", Some(password))).await;
        assert_eq!(answer.status, expected, "{password}");
    }
    let request = served.request("GET", "/api/v1/inspect/runs");
    let answer = Answer::of(request.basic_auth("anybody", Some(TOKEN))).await;
    assert_eq!(answer.status, 401);
}

#[tokio::test]
async fn without_a_token_no_name_but_this_machines_is_served() {
    let served = Served::new().await;
    for path in READABLE {
        for host in ["localhost:1234", "127.0.0.1", "[::1]:8801"] {
            assert_eq!(
                status(&served, path, &[("host", host)]).await,
                200,
                "{path} {host}"
            );
        }
        // What a page sends whose name server has given its name this machine's address.
        let host = [("host", "rebound.example.com:8801")];
        assert_eq!(status(&served, path, &host).await, 403, "{path}");
    }
    for path in OPEN {
        let host = [("host", "anything.example.com")];
        assert_eq!(status(&served, path, &host).await, 200, "{path}");
    }
    // Those who present the token may use any name.
    let headers = [
        ("host", "engine.example.com"),
        ("authorization", "Bearer 0123456789abcdef"),
    ];
    assert_eq!(status(&guarded().await, "/ui", &headers).await, 200);
}

fn only(workers: &[&str]) -> WorkerHttpConfig {
    let workers = workers.iter().map(|worker| worker.parse().expect(worker));
    WorkerHttpConfig {
        allowed: Some(workers.collect()),
        ..WorkerHttpConfig::default()
    }
}

#[tokio::test]
async fn a_workflow_starts_only_with_a_worker_that_may_be_called() {
    let allowed = only(&["http://worker:8803", "*.workers.internal"]);
    let served = Served::with_workers(RestConfig::default(), allowed).await;
    let start = async |url: &str| {
        let request = json!({
            "workflowId": format!("w {url}"), "iwfWorkflowType": "T", "workflowTimeoutSeconds": 0,
            "iwfWorkerUrl": url
        });
        served.post("start", request).await
    };
    for url in [
        "http://worker:8803",
        "http://worker:8803/x/",
        "https://a.workers.internal",
    ] {
        start(url).await.ok();
    }
    for url in [
        "http://169.254.169.254/latest/meta-data",
        "http://worker:8803@10.0.0.1/",
        "http://workers.internal",
        "worker:8803",
        "",
    ] {
        let told = start(url).await.refused(400);
        assert!(told.starts_with("the worker URL "), "{url}: {told}");
    }
}

#[tokio::test]
async fn a_worker_that_may_not_be_called_is_not_called() {
    let worker = Worker::replying(Reply::json("{}")).await;
    let call = async |config: WorkerHttpConfig, url: &str| {
        let workers = HttpWorkers::new(config).expect("certificates");
        let request = StateDecideRequest::default();
        workers
            .execute(url, request, std::time::Duration::from_secs(30))
            .await
    };
    call(only(&["127.0.0.1"]), &worker.url).await.expect("{}");
    // The run may have been started before the list was changed.
    let failure = call(only(&["other"]), &worker.url)
        .await
        .expect_err("refused");
    assert_eq!(failure.kind, CallFailureKind::Connect);
    assert!(failure.message.contains("may call"), "{failure}");
    assert_eq!(worker.connections(), 1);
    // What counts is where the call goes.
    let rewritten = WorkerHttpConfig {
        rewrite: UrlRewrite {
            loopback_host: Some("elsewhere".to_owned()),
            placeholder: None,
        },
        ..only(&["127.0.0.1"])
    };
    let failure = call(rewritten, &worker.url).await.expect_err("refused");
    assert!(failure.message.contains("may call"), "{failure}");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Worker::replying(Reply::json("{}")).await;
    let head = format!(
        "HTTP/1.1 307 \r\nLocation: {}\r\nContent-Length: 0\r\n\r\n",
        elsewhere.url
    );
    let worker = Worker::replying(Reply::Bytes(head.into_bytes())).await;
    let workers = HttpWorkers::new(WorkerHttpConfig::default()).expect("certificates");
    let request = StateDecideRequest::default();
    let called = workers.execute(&worker.url, request, std::time::Duration::from_secs(30));
    let failure = called.await.expect_err("no answer");
    assert_eq!(
        (failure.kind, failure.status),
        (CallFailureKind::Answered, 307)
    );
    assert_eq!(elsewhere.connections(), 0);
}
