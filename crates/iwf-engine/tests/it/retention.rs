//! Closed runs that are old enough are gone, and their workflow ids are free.

use std::time::Duration;

use iwf_engine::EngineConfig;
use iwf_protocol::{
    ErrorSubStatus, IdReusePolicy, WorkflowGetRequest, WorkflowStartOptions, WorkflowStatus,
};

use crate::support::{Host, skip, start_request};

fn get(workflow_id: &str) -> WorkflowGetRequest {
    WorkflowGetRequest {
        workflow_id: workflow_id.to_owned(),
        ..Default::default()
    }
}

#[tokio::test]
async fn an_old_run_goes_and_frees_its_id() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut host = Host::open(folder.path()).await;
    host.start("closed", skip()).await;
    host.call().await.complete("done");
    host.end("closed").await;
    host.start("open", skip()).await;
    host.call().await;
    host.stop().await;

    let mut config = EngineConfig::new(folder.path());
    config.retention = Some(Duration::ZERO);
    let host = Host::with(config).await;
    let failure = loop {
        match host.engine.get(get("closed")).await {
            Ok(_) => tokio::task::yield_now().await,
            Err(failure) => break failure,
        }
    };
    let sub_status = failure.body.sub_status;
    assert_eq!(sub_status, Some(ErrorSubStatus::WorkflowNotExists));
    let open = host.engine.get(get("open")).await.expect("still there");
    assert_eq!(open.workflow_status, WorkflowStatus::Running);
    let mut request = start_request("closed", skip());
    request.workflow_start_options = Some(WorkflowStartOptions {
        id_reuse_policy: Some(IdReusePolicy::DisallowReuse),
        ..Default::default()
    });
    host.engine.start(request).await.expect("the id is free");
    host.stop().await;
}

#[tokio::test]
async fn without_retention_every_run_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut host = Host::open(folder.path()).await;
    host.start("closed", skip()).await;
    host.call().await.complete("done");
    host.end("closed").await;
    host.stop().await;
    let host = Host::open(folder.path()).await;
    host.engine.get(get("closed")).await.expect("still there");
    host.stop().await;
}
