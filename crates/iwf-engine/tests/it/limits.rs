//! Bounds: what happens at them and one beyond.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use iwf_engine::{CallFailure, Engine, EngineConfig, WorkerCaller};
use iwf_protocol::{
    ErrorSubStatus, StateDecideRequest, StateDecideResponse, StateDecision, StateMovement,
    StateStartRequest, StateStartResponse, WorkerRpcRequest, WorkerRpcResponse, WorkflowGetRequest,
    WorkflowRpcRequest, WorkflowStartRequest, WorkflowStateOptions, WorkflowStatus,
};

use crate::support::{Host, object, once, skip, start_request};

#[tokio::test]
async fn a_worker_that_hangs_harms_only_its_own_runs() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut config = EngineConfig::new(folder.path());
    config.limits.calls_per_worker_max = 1;
    let mut host = Host::with(config).await;
    host.start("w1", skip()).await;
    let _hangs = host.call().await;
    host.start("w2", skip()).await;
    let other = WorkflowStartRequest {
        iwf_worker_url: "http://other".to_owned(),
        ..start_request("w3", skip())
    };
    host.engine.start(other).await.expect("started");
    let call = host.call().await;
    assert_eq!(call.context().workflow_id, "w3");
    call.complete("done");
    host.end("w3").await;
}

#[tokio::test]
async fn calls_without_a_place_in_the_queue_are_made_later() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut config = EngineConfig::new(folder.path());
    config.limits.calls_per_worker_max = 1;
    config.limits.calls_queued_max = 2;
    let mut host = Host::with(config).await;
    let ids: Vec<String> = (0..12).map(|number| format!("w{number}")).collect();
    for id in &ids {
        host.start(id, skip()).await;
    }
    for _ in &ids {
        host.call().await.complete("done");
    }
    for id in &ids {
        host.end(id).await;
    }
    assert_eq!(host.stop().await, 0, "a call was made twice");
}

#[tokio::test]
async fn a_full_queue_is_told_with_a_time_to_come_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut config = EngineConfig::new(folder.path());
    config.limits.queue_requests_max = 0;
    let host = Host::with(config).await;
    let refused = host
        .engine
        .start(start_request("w", WorkflowStateOptions::default()))
        .await;
    let failure = refused.expect_err("there is no room");
    assert_eq!(failure.status, 503);
    assert!(failure.retry_after.is_some());
}

#[tokio::test]
async fn long_polls_are_bounded() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut config = EngineConfig::new(folder.path());
    config.limits.long_polls_max = 0;
    let host = Host::with(config).await;
    host.start("w", skip()).await;
    let request = WorkflowGetRequest {
        workflow_id: "w".to_owned(),
        ..Default::default()
    };
    let failure = host
        .engine
        .get_with_wait(request)
        .await
        .expect_err("there is no place");
    assert_eq!(failure.status, 503);
}

#[tokio::test]
async fn a_payload_may_be_as_large_as_the_limit() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut config = EngineConfig::new(folder.path());
    config.limits.payload_bytes_max = 100;
    let host = Host::with(config).await;
    let start = |id: &str, bytes: usize| WorkflowStartRequest {
        state_input: Some(object(&"x".repeat(bytes))),
        ..start_request(id, skip())
    };
    host.engine.start(start("w1", 100)).await.expect("it fits");
    let failure = host
        .engine
        .start(start("w2", 101))
        .await
        .expect_err("one too many");
    assert_eq!(failure.status, 413);
    let detail = failure.body.detail.expect("a sentence");
    assert!(detail.contains("101") && detail.contains("100"), "{detail}");
}

#[tokio::test]
async fn a_workflow_id_may_be_as_long_as_the_limit() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut config = EngineConfig::new(folder.path());
    config.limits.name_chars_max = 4;
    let host = Host::with(config).await;
    // Characters count, not bytes.
    host.start("äöüß", skip()).await;
    let refused = host.engine.start(start_request("fives", skip())).await;
    assert_eq!(
        refused.expect_err("too long").body.sub_status,
        Some(ErrorSubStatus::Uncategorized)
    );
}

#[tokio::test]
async fn rpcs_are_bounded() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut config = EngineConfig::new(folder.path());
    config.limits.rpcs_max = 0;
    let host = Host::with(config).await;
    host.start("w", skip()).await;
    let request = WorkflowRpcRequest {
        workflow_id: "w".to_owned(),
        ..Default::default()
    };
    let failure = host
        .engine
        .rpc(request)
        .await
        .expect_err("there is no place");
    assert_eq!(failure.status, 503);
}

#[tokio::test]
async fn rpcs_of_a_worker_that_hangs_leave_places_to_others() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut config = EngineConfig::new(folder.path());
    config.limits.rpcs_per_worker_max = 1;
    let mut host = Host::with(config).await;
    for (id, url) in [("w1", "http://one"), ("w2", "http://two")] {
        let request = WorkflowStartRequest {
            iwf_worker_url: url.to_owned(),
            start_state_id: None,
            ..start_request(id, skip())
        };
        host.engine.start(request).await.expect("started");
    }
    let engine = host.engine.clone();
    let rpc = move |workflow_id: &str| {
        let workflow_id = workflow_id.to_owned();
        let engine = engine.clone();
        let request = WorkflowRpcRequest {
            workflow_id,
            ..Default::default()
        };
        tokio::spawn(async move { engine.rpc(request).await })
    };
    let first = rpc("w1");
    let hangs = host.call().await;
    let failure = rpc("w1").await.expect("no panic").expect_err("no place");
    assert_eq!(failure.status, 503);
    assert!(failure.retry_after.is_some());
    let other = rpc("w2");
    assert_eq!(host.call().await.context().workflow_id, "w2");
    drop(hangs);
    first.abort();
    other.abort();
}

#[tokio::test]
async fn a_worker_that_never_answers_runs_into_the_time_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut host = Host::open(folder.path()).await;
    let options = WorkflowStateOptions {
        execute_api_timeout_seconds: Some(1),
        ..once()
    };
    host.start("w", options).await;
    let _unanswered = host.call().await;
    let message = host.end("w").await.error_message.expect("a reason");
    let begins = message.starts_with("activity error (StartToClose timeout): ");
    assert!(begins, "{message}");
}

/// Panics when it is called first, and completes the workflow when it is called again.
struct Panics;

#[async_trait]
impl WorkerCaller for Panics {
    async fn wait_until(
        &self,
        _: &str,
        _: StateStartRequest,
        _: Duration,
    ) -> Result<StateStartResponse, CallFailure> {
        panic!("waitUntil is skipped")
    }

    async fn execute(
        &self,
        _: &str,
        request: StateDecideRequest,
        _: Duration,
    ) -> Result<StateDecideResponse, CallFailure> {
        assert_ne!(request.context.attempt, Some(1), "as it is meant to");
        let end = StateMovement {
            state_id: iwf_protocol::FORCE_COMPLETING_WORKFLOW.to_owned(),
            ..Default::default()
        };
        let state_decision = Some(StateDecision {
            next_states: vec![end],
            conditional_close: None,
        });
        Ok(StateDecideResponse {
            state_decision,
            ..Default::default()
        })
    }

    async fn rpc(
        &self,
        _: &str,
        _: WorkerRpcRequest,
        _: Duration,
    ) -> Result<WorkerRpcResponse, CallFailure> {
        panic!("as it is meant to")
    }
}

#[tokio::test]
async fn a_worker_that_panics_is_called_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut config = EngineConfig::new(folder.path());
    config.limits.calls_per_worker_max = 1;
    let engine = Engine::open(config, Arc::new(Panics))
        .await
        .expect("an engine");
    engine
        .start(start_request("w", skip()))
        .await
        .expect("started");
    let workflow_id = "w".to_owned();
    let rpc = WorkflowRpcRequest {
        workflow_id: workflow_id.clone(),
        ..Default::default()
    };
    assert_eq!(engine.rpc(rpc).await.expect_err("it panicked").status, 500);
    let request = WorkflowGetRequest {
        workflow_id,
        ..Default::default()
    };
    let end = engine.get_with_wait(request).await.expect("it ends");
    assert_eq!(end.workflow_status, WorkflowStatus::Completed);
}
