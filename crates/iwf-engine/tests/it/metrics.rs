//! What the engine counts, as Prometheus gets it and in process.

use iwf_engine::Engine;
use iwf_protocol::{WorkflowSignalRequest, WorkflowStateOptions, WorkflowStopRequest};
use serde_json::json;

use crate::support::{Answer, Host, Served, skip};

/// The value of a series, given as it is written; 0 if it is not there.
fn value(text: &str, series: &str) -> f64 {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.map_or(0.0, |value| value.parse().expect("a number"))
}

/// Waits until a series has a value.
async fn until(engine: &Engine, series: &str, expected: f64) -> String {
    loop {
        let text = engine.metrics_text();
        if (value(&text, series) - expected).abs() < f64::EPSILON {
            return text;
        }
        tokio::task::yield_now().await;
    }
}

fn check(text: &str, expected: &[(&str, f64)]) {
    for (series, expected) in expected {
        let found = value(text, series);
        assert!(
            (found - expected).abs() < f64::EPSILON,
            "{series} is {found}:\n{text}"
        );
    }
}

#[tokio::test]
async fn events_calls_and_runs_are_counted_after_their_commit() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut host = Host::open(folder.path()).await;
    for workflow_id in ["done", "open", "stopped"] {
        host.start(workflow_id, skip()).await;
    }
    let calls = [host.call().await, host.call().await, host.call().await];
    let text = host.engine.metrics_text();
    check(&text, &[("iwf_engine_worker_calls_in_flight", 3.0)]);
    for call in calls {
        match call.context().workflow_id.as_str() {
            "done" => call.complete("1"),
            "open" => call.fail(),
            _ => drop(call),
        }
    }
    host.end("done").await;
    let stop = WorkflowStopRequest {
        workflow_id: "stopped".to_owned(),
        ..Default::default()
    };
    host.engine.stop(stop).await.expect("it stops");
    let failed = "iwf_engine_transitions_total{event=\"call_failed\"}";
    until(&host.engine, failed, 1.0).await;
    let text = until(&host.engine, "iwf_engine_open_runs", 1.0).await;
    check(
        &text,
        &[
            ("iwf_engine_transitions_total{event=\"started\"}", 3.0),
            (
                "iwf_engine_transitions_total{event=\"execute_returned\"}",
                1.0,
            ),
            ("iwf_engine_transitions_total{event=\"stopped\"}", 1.0),
            ("iwf_engine_runs_started_total", 3.0),
            ("iwf_engine_runs_closed_total{status=\"completed\"}", 1.0),
            ("iwf_engine_runs_closed_total{status=\"canceled\"}", 1.0),
            (
                "iwf_engine_worker_calls_total{api=\"execute\",outcome=\"answered\"}",
                1.0,
            ),
            (
                "iwf_engine_worker_calls_total{api=\"execute\",outcome=\"refused\"}",
                1.0,
            ),
            ("iwf_engine_worker_call_seconds_count{api=\"execute\"}", 2.0),
            ("iwf_engine_commit_failures_total", 0.0),
            ("iwf_engine_ready", 1.0),
            ("iwf_engine_queued_requests", 0.0),
        ],
    );
    for series in [
        "iwf_engine_commit_seconds_count",
        "iwf_engine_batch_commands_count",
    ] {
        assert!(value(&text, series) >= 3.0, "{series}");
    }
    assert!(value(&text, "iwf_engine_database_bytes") > 0.0);
    assert!(text.ends_with("# EOF\n"));
    assert!(!text.contains("done"), "an id of a user: {text}");
    host.stop().await;
}

#[tokio::test]
async fn open_runs_are_known_again_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::open(folder.path()).await;
    for workflow_id in ["a", "b", "c"] {
        host.start(workflow_id, WorkflowStateOptions::default())
            .await;
    }
    host.stop().await;
    let host = Host::open(folder.path()).await;
    until(&host.engine, "iwf_engine_open_runs", 3.0).await;
    host.start("d", skip()).await;
    let stop = WorkflowStopRequest {
        workflow_id: "a".to_owned(),
        ..Default::default()
    };
    host.engine.stop(stop).await.expect("it stops");
    until(&host.engine, "iwf_engine_open_runs", 3.0).await;
    // Of this process only.
    check(
        &host.engine.metrics_text(),
        &[("iwf_engine_runs_started_total", 1.0)],
    );
    host.stop().await;
}

#[tokio::test]
async fn a_late_timer_and_lookups_are_measured() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut host = Host::open(folder.path()).await;
    host.start("w", skip()).await;
    host.call().await.fail();
    // The retry is due a second later.
    host.call().await.complete("1");
    host.end("w").await;
    let signal = WorkflowSignalRequest {
        workflow_id: "unknown".to_owned(),
        signal_channel_name: "c".to_owned(),
        ..Default::default()
    };
    host.engine.signal(signal).await.expect_err("unknown");
    let text = host.engine.metrics_text();
    check(&text, &[("iwf_engine_timer_lag_seconds_count", 1.0)]);
    assert!(value(&text, "iwf_engine_cache_hits_total") > 0.0, "{text}");
    host.finish().await;
}

#[tokio::test]
async fn requests_are_counted_by_path_and_status() {
    let served = Served::new().await;
    served.start("w", json!({})).await;
    for path in ["/api/v1/workflow/signal", "/users/made/this/up"] {
        served.post_raw(path, "{").await;
    }
    let answer = Answer::of(served.request("GET", "/metrics")).await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.content_type,
        "application/openmetrics-text; version=1.0.0; charset=utf-8"
    );
    let series = |path: &str, status: u16| {
        format!("iwf_engine_http_requests_total{{path=\"{path}\",status=\"{status}\"}}")
    };
    check(
        &answer.text,
        &[
            (&series("/api/v1/workflow/start", 200), 1.0),
            (&series("/api/v1/workflow/signal", 400), 1.0),
            (&series("other", 404), 1.0),
        ],
    );
    assert!(!answer.text.contains("made"), "{}", answer.text);
}
