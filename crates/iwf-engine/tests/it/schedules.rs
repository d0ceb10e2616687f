//! Cron schedules: what registering answers, and the runs that follow, over a restart too.

use std::path::Path;

use iwf_engine::EngineConfig;
use iwf_protocol::{
    SearchAttribute, SearchAttributeValueType, WorkflowGetRequest, WorkflowSearchRequest,
    WorkflowStartOptions, WorkflowStartRequest,
};
use serde_json::{Value, json};

use crate::support::{Call, Host, Served, skip, start_request};

const EVERY_SECOND: &str = "* * * * * * *";

fn every_second(workflow_id: &str) -> WorkflowStartRequest {
    let options = WorkflowStartOptions {
        cron_schedule: Some(EVERY_SECOND.to_owned()),
        workflow_start_delay_seconds: Some(3600),
        ..Default::default()
    };
    WorkflowStartRequest {
        workflow_start_options: Some(options),
        ..start_request(workflow_id, skip())
    }
}

async fn register(host: &Host, workflow_id: &str) {
    let answer = host.engine.start(every_second(workflow_id)).await;
    assert_eq!(answer.expect("registered").workflow_run_id, "");
}

/// The name of the run that a call is for, which ends in the instant it was started for.
fn name(call: &Call, schedule: &str) -> String {
    let name = call.context().workflow_id.clone();
    let instant = name.strip_prefix(schedule).expect(&name);
    let instant = instant.strip_prefix('-').expect(&name);
    let instant = chrono::DateTime::parse_from_rfc3339(instant).expect(&name);
    assert!(name.ends_with('Z'), "{name}");
    let started = call.context().workflow_started_timestamp;
    assert!(instant.timestamp() <= started, "{name}");
    name
}

async fn reopened(host: Host, folder: &Path) -> Host {
    host.stop().await;
    Host::open(folder).await
}

#[tokio::test]
async fn each_time_that_comes_round_starts_a_run_of_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut host = Host::open(folder.path()).await;
    register(&host, "s").await;
    let first = host.call().await;
    let first_name = name(&first, "s");
    first.complete("done");
    host.end(&first_name).await;
    let second = host.call().await;
    assert_ne!(name(&second, "s"), first_name);
}

#[tokio::test]
async fn a_schedule_skips_while_its_last_run_is_open() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut host = Host::open(folder.path()).await;
    register(&host, "slow").await;
    let slow = host.call().await;
    // Another schedule tells that seconds have gone by.
    register(&host, "quick").await;
    for _ in 0..2 {
        let call = host.call().await;
        let quick = name(&call, "quick");
        call.complete("done");
        host.end(&quick).await;
    }
    slow.complete("done");
    loop {
        let call = host.call().await;
        if call.context().workflow_id.starts_with("slow") {
            break;
        }
        call.complete("done");
    }
}

#[tokio::test]
async fn a_schedule_outlives_the_process() {
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::open(folder.path()).await;
    register(&host, "s").await;
    let mut host = reopened(host, folder.path()).await;
    name(&host.call().await, "s");
    let again = host.engine.start(every_second("s")).await.unwrap_err();
    assert_eq!(again.status, 400);
}

#[tokio::test]
async fn a_damaged_schedule_leaves_the_others_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::open(folder.path()).await;
    let mut yearly = every_second("damaged");
    let options = yearly.workflow_start_options.as_mut();
    options.expect("options").cron_schedule = Some("0 0 1 1 *".to_owned());
    host.engine.start(yearly.clone()).await.expect("registered");
    register(&host, "sound").await;
    host.stop().await;
    let database = rusqlite::Connection::open(folder.path().join("iwf-engine.db"));
    let changed = database.expect("the database").execute(
        "UPDATE schedules SET schedule = substr(schedule, 2) WHERE workflow_id = 'damaged'",
        [],
    );
    assert_eq!(changed.expect("an update"), 1);
    let mut host = Host::open(folder.path()).await;
    name(&host.call().await, "sound");
    assert_eq!(host.engine.health().damaged_runs, 1);
    let refusal = host.engine.start(yearly).await;
    let refusal = refusal
        .expect_err("it is there, whatever it is")
        .to_string();
    assert!(refusal.contains("damaged"), "{refusal}");
    host.stop().await;
}

#[tokio::test]
async fn the_plain_id_is_no_workflow() {
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::open(folder.path()).await;
    register(&host, "s").await;
    let workflow_id = "s".to_owned();
    let request = WorkflowGetRequest {
        workflow_id,
        ..Default::default()
    };
    assert_eq!(host.engine.get(request).await.unwrap_err().status, 400);
}

#[tokio::test]
async fn runs_of_a_schedule_are_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut host = Host::open(folder.path()).await;
    let mut request = every_second("s");
    let options = request.workflow_start_options.as_mut();
    let attribute = SearchAttribute {
        key: "k".to_owned(),
        value_type: Some(SearchAttributeValueType::Int),
        integer_value: Some(7),
        ..Default::default()
    };
    options.expect("options").search_attributes = vec![attribute];
    host.engine.start(request).await.expect("registered");
    let name = name(&host.call().await, "s");
    let query = "IwfWorkflowType = 'Test' AND k = 7".to_owned();
    let request = WorkflowSearchRequest {
        query,
        ..Default::default()
    };
    let page = host.engine.search(request).await.expect("a page");
    assert_eq!(page.workflow_executions[0].workflow_id, name);
}

#[tokio::test]
async fn schedules_are_bounded() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut config = EngineConfig::new(folder.path());
    config.limits.schedules_max = 1;
    let host = Host::with(config).await;
    register(&host, "one").await;
    let refusal = host.engine.start(every_second("two")).await.unwrap_err();
    assert_eq!(refusal.status, 429);
}

#[tokio::test]
async fn registering_is_answered_as_a_start() {
    let served = Served::new().await;
    let register = async |id: &str, more: Value| {
        let mut options = json!({"cronSchedule": "0 0 1 1 *"});
        let fields = options.as_object_mut().expect("an object");
        fields.extend(more.as_object().expect("an object").clone());
        let request = json!({
            "workflowId": id, "iwfWorkflowType": "Test", "iwfWorkerUrl": "http://127.0.0.1:1",
            "workflowStartOptions": options
        });
        served.post("start", request).await
    };
    let already = |ignore: bool, request_id: Value| json!({"workflowAlreadyStartedOptions": {"ignoreAlreadyStartedError": ignore, "requestId": request_id}});
    let scheduled = json!({"workflowRunId": ""});
    assert_eq!(
        register("s", already(false, json!("r1"))).await.ok(),
        scheduled
    );
    for refused in [
        json!({}),
        already(false, json!("r1")),
        already(true, json!("r2")),
    ] {
        let answer = register("s", refused).await;
        answer.refused(400);
        assert_eq!(
            answer.json()["subStatus"],
            "WORKFLOW_ALREADY_STARTED_SUB_STATUS"
        );
    }
    for same in [already(true, json!("r1")), already(true, json!(null))] {
        assert_eq!(register("s", same).await.ok(), scheduled);
    }
    let bad = register("t", json!({"cronSchedule": "not a schedule"})).await;
    assert!(bad.refused(500).contains("it has 3 fields"));
    assert_eq!(bad.json()["subStatus"], "UNCATEGORIZED_SUB_STATUS");
    // An empty schedule is none.
    let started = register("u", json!({"cronSchedule": ""})).await.ok();
    assert_ne!(started, scheduled);
}
