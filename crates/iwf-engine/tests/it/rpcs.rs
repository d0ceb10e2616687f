//! RPCs whose callers or locks come and go.

use std::time::Duration;

use iwf_protocol::{
    KeyValue, PersistenceLoadingPolicy, PersistenceLoadingType, WorkerRpcResponse,
    WorkflowGetDataObjectsRequest, WorkflowRpcRequest, WorkflowStateOptions,
};

use crate::support::{Call, Host, object, start_request};

fn rpc(is_locking: bool) -> WorkflowRpcRequest {
    let policy = PersistenceLoadingPolicy {
        persistence_loading_type: Some(PersistenceLoadingType::LoadAllWithPartialLock),
        locking_keys: vec!["n".to_owned()],
        ..Default::default()
    };
    WorkflowRpcRequest {
        workflow_id: "w".to_owned(),
        rpc_name: "save".to_owned(),
        data_attributes_loading_policy: is_locking.then_some(policy),
        ..Default::default()
    }
}

async fn idle(host: &Host) {
    let mut request = start_request("w", WorkflowStateOptions::default());
    request.start_state_id = None;
    host.engine.start(request).await.expect("started");
}

fn save(call: Call, value: &str) {
    let Call::Rpc(_, reply) = call else {
        panic!("not an RPC")
    };
    let response = WorkerRpcResponse {
        upsert_data_attributes: vec![KeyValue {
            key: "n".to_owned(),
            value: Some(object(value)),
        }],
        ..Default::default()
    };
    reply.send(Ok(response)).expect("the engine listens");
}

async fn saved(host: &Host) -> Option<String> {
    let request = WorkflowGetDataObjectsRequest {
        workflow_id: "w".to_owned(),
        ..Default::default()
    };
    let mut objects = host
        .engine
        .get_data_objects(request)
        .await
        .expect("read")
        .objects;
    objects.pop()?.value?.data
}

#[tokio::test]
async fn an_rpc_ends_although_its_caller_went_away() {
    for is_locking in [false, true] {
        let folder = tempfile::tempdir().expect("a folder");
        let mut host = Host::open(folder.path()).await;
        idle(&host).await;
        let engine = host.engine.clone();
        let caller = tokio::spawn(async move { engine.rpc(rpc(is_locking)).await });
        let call = host.call().await;
        caller.abort();
        assert!(caller.await.expect_err("gone").is_cancelled());
        save(call, "1");
        // Locking RPCs take turns, so the answer of a second one means that the first has ended.
        let engine = host.engine.clone();
        let second = tokio::spawn(async move { engine.rpc(rpc(true)).await });
        save(host.call().await, "2");
        second.await.expect("no panic").expect("its turn came");
        assert_eq!(saved(&host).await.as_deref(), Some("2"));
    }
}

#[tokio::test]
async fn locking_rpcs_take_turns() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut host = Host::open(folder.path()).await;
    idle(&host).await;
    let call = |host: &Host| {
        let engine = host.engine.clone();
        tokio::spawn(async move { engine.rpc(rpc(true)).await })
    };
    let callers: Vec<_> = (0..5).map(|_| call(&host)).collect();
    for number in 0..5 {
        let asked = host.call().await;
        let Call::Rpc(request, _) = &asked else {
            panic!("not an RPC")
        };
        let seen = request.data_attributes.first();
        let seen = seen.and_then(|attribute| attribute.value.as_ref()?.data.as_deref());
        let before = (number > 0).then(|| (number - 1).to_string());
        assert_eq!(
            seen,
            before.as_deref(),
            "it saw what the one before it wrote"
        );
        save(asked, &number.to_string());
    }
    for caller in callers {
        caller.await.expect("no panic").expect("its turn came");
    }
}

#[tokio::test]
async fn an_rpc_of_a_worker_that_hangs_runs_into_its_time_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut host = Host::open(folder.path()).await;
    idle(&host).await;
    let engine = host.engine.clone();
    let first = tokio::spawn(async move { engine.rpc(rpc(true)).await });
    let _held = host.call().await;
    let mut second = rpc(true);
    second.timeout_seconds = Some(1);
    let failure = host
        .engine
        .rpc(second)
        .await
        .expect_err("the keys are held");
    assert_eq!(failure.status, 450);
    first.abort();
    host.engine.shutdown(Duration::ZERO).await;
}

#[tokio::test]
async fn shutdown_waits_for_an_rpc() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut host = Host::open(folder.path()).await;
    idle(&host).await;
    let engine = host.engine.clone();
    let caller = tokio::spawn(async move { engine.rpc(rpc(false)).await });
    let call = host.call().await;
    let engine = host.engine.clone();
    let shutdown = tokio::spawn(async move { engine.shutdown(Duration::from_mins(1)).await });
    save(call, "1");
    caller.await.expect("no panic").expect("it was written");
    shutdown.await.expect("no panic");
    drop(host);
    let host = Host::open(folder.path()).await;
    assert_eq!(saved(&host).await.as_deref(), Some("1"));
}
