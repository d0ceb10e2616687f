//! What an engine that was stopped leaves to the next one on the same folder.

use std::path::Path;

use iwf_engine::{EngineConfig, OpenError};
use iwf_protocol::{
    CommandRequest, CommandWaitingType, ExecuteApiFailurePolicy, SignalCommand, StateStartResponse,
    TimerCommand, WorkflowErrorType, WorkflowSignalRequest, WorkflowStateOptions, WorkflowStatus,
};

use crate::support::{Call, Host, object, once, skip};

fn waiting(request: CommandRequest) -> StateStartResponse {
    StateStartResponse {
        command_request: Some(CommandRequest {
            command_waiting_type: Some(CommandWaitingType::AllCompleted),
            ..request
        }),
        ..Default::default()
    }
}

fn signal_command(name: &str) -> SignalCommand {
    SignalCommand {
        signal_channel_name: name.to_owned(),
        ..Default::default()
    }
}

async fn signal(host: &Host, workflow_id: &str, channel: &str, value: &str) {
    let request = WorkflowSignalRequest {
        workflow_id: workflow_id.to_owned(),
        signal_channel_name: channel.to_owned(),
        signal_value: Some(object(value)),
        ..Default::default()
    };
    host.engine.signal(request).await.expect("taken");
}

/// The next engine, when all calls had ended.
async fn continued(host: Host, folder: &Path) -> Host {
    host.finish().await;
    Host::open(folder).await
}

/// The next engine, while calls were in flight.
async fn reopened(host: Host, folder: &Path) -> Host {
    host.stop().await;
    Host::open(folder).await
}

#[tokio::test]
async fn a_waiting_state_keeps_what_it_has_received() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut host = Host::open(folder.path()).await;
    host.start("w", WorkflowStateOptions::default()).await;
    let request = CommandRequest {
        signal_commands: vec![signal_command("c"), signal_command("d")],
        ..Default::default()
    };
    host.call().await.answer_wait_until(waiting(request));
    signal(&host, "w", "c", "before").await;

    let mut host = continued(host, folder.path()).await;
    signal(&host, "w", "d", "after").await;
    let Call::Execute(request, reply) = host.call().await else {
        panic!("waitUntil again")
    };
    let results = request
        .command_results
        .clone()
        .expect("results")
        .signal_results;
    let values: Vec<_> = results
        .into_iter()
        .map(|result| result.signal_value)
        .collect();
    assert_eq!(values, [Some(object("before")), Some(object("after"))]);
    Call::Execute(request, reply).complete("done");
    assert_eq!(
        host.end("w").await.workflow_status,
        WorkflowStatus::Completed
    );
}

#[tokio::test]
async fn a_timer_fires_although_the_engine_was_away() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut host = Host::open(folder.path()).await;
    host.start("w", WorkflowStateOptions::default()).await;
    let timer = TimerCommand {
        duration_seconds: Some(1),
        ..Default::default()
    };
    let request = CommandRequest {
        timer_commands: vec![timer],
        ..Default::default()
    };
    host.call().await.answer_wait_until(waiting(request));

    let mut host = continued(host, folder.path()).await;
    let call = host.call().await;
    assert_eq!(call.execution_id(), "A-1");
    call.complete("done");
    host.end("w").await;
}

#[tokio::test]
async fn a_call_in_flight_is_made_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut host = Host::open(folder.path()).await;
    host.start("w", skip()).await;
    let first = host.call().await;
    let mut host = reopened(host, folder.path()).await;
    let again = host.call().await;
    assert_eq!(again.context(), first.context());
    again.complete("done");
    assert_eq!(
        host.end("w").await.workflow_status,
        WorkflowStatus::Completed
    );
}

#[tokio::test]
async fn retries_go_on_where_they_were() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut host = Host::open(folder.path()).await;
    host.start("w", skip()).await;
    let first = host.call().await;
    let since = first.context().first_attempt_timestamp;
    first.fail();
    let mut host = continued(host, folder.path()).await;
    let second = host.call().await;
    assert_eq!(
        (second.attempt(), second.context().first_attempt_timestamp),
        (2, since)
    );
    second.complete("done");
    host.end("w").await;
}

/// The promise that at-most-once sending rests on.
#[tokio::test]
async fn a_call_with_one_attempt_is_never_made_twice() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut host = Host::open(folder.path()).await;
    host.start("w", once()).await;
    let lost = host.call().await;
    assert_eq!(lost.attempt(), 1);

    let host = reopened(host, folder.path()).await;
    let end = host.end("w").await;
    assert_eq!(end.workflow_status, WorkflowStatus::Failed);
    assert_eq!(end.error_type, Some(WorkflowErrorType::StateApiFail));
    let message = end.error_message.expect("a reason");
    assert!(
        message.contains("whether the worker did its work is unknown"),
        "{message}"
    );
    assert_eq!(host.stop().await, 0, "the lost call was made again");
}

#[tokio::test]
async fn a_lost_call_with_one_attempt_goes_on_by_its_policy() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut host = Host::open(folder.path()).await;
    let options = WorkflowStateOptions {
        execute_api_failure_policy: Some(ExecuteApiFailurePolicy::ProceedToConfiguredState),
        execute_api_failure_proceed_state_id: Some("R".to_owned()),
        execute_api_failure_proceed_state_options: Some(Box::new(skip())),
        ..once()
    };
    host.start("w", options).await;
    let _lost = host.call().await;
    let mut host = reopened(host, folder.path()).await;
    let recovery = host.call().await;
    assert_eq!(recovery.execution_id(), "R-1");
    recovery.complete("unsure");
    assert_eq!(
        host.end("w").await.workflow_status,
        WorkflowStatus::Completed
    );
}

#[tokio::test]
async fn a_call_with_one_attempt_that_never_left_is_made_later() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut config = EngineConfig::new(folder.path());
    config.limits.calls_per_worker_max = 1;
    let mut host = Host::with(config).await;
    host.start("w1", once()).await;
    let _hangs = host.call().await;
    host.start("w2", once()).await;
    assert_eq!(host.stop().await, 0, "there was no room for a second call");

    let mut host = Host::open(folder.path()).await;
    let call = host.call().await;
    assert_eq!(call.context().workflow_id, "w2");
    call.complete("done");
    assert_eq!(
        host.end("w2").await.workflow_status,
        WorkflowStatus::Completed
    );
    assert_eq!(host.end("w1").await.workflow_status, WorkflowStatus::Failed);
}

#[tokio::test]
async fn many_large_and_parallel_states_come_back_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut host = Host::open(folder.path()).await;
    host.start("w", skip()).await;
    let Call::Execute(_, reply) = host.call().await else {
        panic!("waitUntil")
    };
    let movement = |number: usize| iwf_protocol::StateMovement {
        state_id: "B".to_owned(),
        state_input: Some(object(&"x".repeat(number * 300))),
        state_options: Some(Box::new(skip())),
        ..Default::default()
    };
    let next_states = (0..20).map(movement).collect();
    let state_decision = Some(iwf_protocol::StateDecision {
        next_states,
        conditional_close: None,
    });
    let response = iwf_protocol::StateDecideResponse {
        state_decision,
        ..Default::default()
    };
    reply.send(Ok(response)).expect("the engine listens");
    let mut first = Vec::new();
    for _ in 0..20 {
        first.push(size(&host.call().await));
    }
    let mut host = reopened(host, folder.path()).await;
    let mut again = Vec::new();
    for _ in 0..20 {
        again.push(size(&host.call().await));
    }
    first.sort_unstable();
    again.sort_unstable();
    assert_eq!(first, again);
    assert_eq!(
        again,
        (0..20).map(|number| number * 300).collect::<Vec<_>>()
    );
}

fn size(call: &Call) -> usize {
    let Call::Execute(request, _) = call else {
        panic!("not execute")
    };
    request
        .state_input
        .as_ref()
        .and_then(|input| input.data.as_ref())
        .map_or(0, String::len)
}

async fn refused(folder: &Path) -> OpenError {
    match Host::try_open(EngineConfig::new(folder)).await {
        Ok(_) => panic!("it opened"),
        Err(error) => error,
    }
}

#[tokio::test]
async fn a_folder_belongs_to_one_engine() {
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::open(folder.path()).await;
    assert!(matches!(
        refused(folder.path()).await,
        OpenError::InUse { .. }
    ));
    host.stop().await;
    Host::open(folder.path()).await.stop().await;
}

#[tokio::test]
async fn a_newer_database_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    Host::open(folder.path()).await.stop().await;
    let database = rusqlite::Connection::open(folder.path().join("iwf-engine.db")).expect("there");
    database
        .pragma_update(None, "user_version", 99)
        .expect("written");
    drop(database);
    let error = refused(folder.path()).await;
    assert!(
        matches!(error, OpenError::TooNew { found: 99, .. }),
        "{error}"
    );
}

/// A folder as the first schema left it: runs that wait, call, fan out and are closed.
fn first_schema() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let database = include_bytes!("data/schema-1.db");
    std::fs::write(folder.path().join("iwf-engine.db"), database).expect("written");
    folder
}

#[tokio::test]
async fn a_folder_of_the_first_schema_goes_on() {
    let folder = first_schema();
    let mut host = Host::open(folder.path()).await;
    for _ in 0..20 {
        assert!(host.call().await.execution_id().starts_with("B-"), "wide");
    }
    let message = host.end("once").await.error_message.expect("a reason");
    assert!(message.contains("is unknown"), "{message}");
    assert_eq!(
        host.end("closed").await.workflow_status,
        WorkflowStatus::Completed
    );
    signal(&host, "waiting", "d", "second").await;
    let skip = iwf_protocol::WorkflowSkipTimerRequest {
        workflow_id: "waiting".to_owned(),
        workflow_state_execution_id: "A-1".to_owned(),
        timer_command_index: Some(0),
        ..Default::default()
    };
    host.engine.skip_timer(skip).await.expect("skipped");
    let Call::Execute(request, _) = host.call().await else {
        panic!("waitUntil again")
    };
    let results = request.command_results.expect("results").signal_results;
    let values: Vec<_> = results.into_iter().map(|one| one.signal_value).collect();
    assert_eq!(values, [Some(object("first")), Some(object("second"))]);
    let objects = request.data_objects;
    assert_eq!(objects.len(), 2, "{objects:?}");
    // What was rewritten is read back whole by the next engine.
    let mut host = reopened(host, folder.path()).await;
    for _ in 0..21 {
        host.call().await;
    }
}
