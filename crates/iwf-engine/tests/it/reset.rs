//! Resets of real runs: what becomes of the old run, of those who wait, and of late answers.

use std::path::Path;

use iwf_engine::{EngineConfig, Failure};
use iwf_protocol::{
    CommandRequest, CommandWaitingType, SignalCommand, StateMovement, StateStartResponse,
    WorkflowDumpRequest, WorkflowGetRequest, WorkflowResetRequest, WorkflowResetType,
    WorkflowSignalRequest, WorkflowStateOptions, WorkflowStatus, WorkflowStopRequest,
};

use crate::support::{Host, object, skip};

fn reset(workflow_id: &str, reset_type: WorkflowResetType) -> WorkflowResetRequest {
    WorkflowResetRequest {
        workflow_id: workflow_id.to_owned(),
        reset_type: Some(reset_type),
        ..Default::default()
    }
}

/// The new run.
async fn to_the_beginning(host: &Host, workflow_id: &str) -> String {
    let request = reset(workflow_id, WorkflowResetType::Beginning);
    let response = host.engine.reset(request).await.expect("reset");
    response.workflow_run_id
}

async fn refused(host: &Host, request: WorkflowResetRequest) -> String {
    let failure: Failure = host.engine.reset(request).await.expect_err("refused");
    assert_eq!(failure.status, 500, "{failure}");
    failure.to_string()
}

/// The status and id of a run, or of the current one.
async fn get(host: &Host, workflow_id: &str, run_id: Option<&str>) -> (WorkflowStatus, String) {
    let request = WorkflowGetRequest {
        workflow_id: workflow_id.to_owned(),
        workflow_run_id: run_id.map(Into::into),
        ..Default::default()
    };
    let response = host.engine.get(request).await.expect("a run");
    (response.workflow_status, response.workflow_run_id)
}

/// A movement to a state without waitUntil.
fn go_to(state: &str) -> StateMovement {
    StateMovement {
        state_id: state.to_owned(),
        state_options: Some(Box::new(skip())),
        ..Default::default()
    }
}

fn signal(workflow_id: &str, value: &str) -> WorkflowSignalRequest {
    WorkflowSignalRequest {
        workflow_id: workflow_id.to_owned(),
        signal_channel_name: "c".to_owned(),
        signal_value: Some(object(value)),
        ..Default::default()
    }
}

/// What waits in the channel of [`signal`].
async fn signals_received(host: &Host, workflow_id: &str) -> Vec<serde_json::Value> {
    let request = WorkflowDumpRequest {
        workflow_id: workflow_id.to_owned(),
        ..Default::default()
    };
    let dump = host.engine.dump(request).await.expect("a dump");
    let inside: serde_json::Value = serde_json::from_str(&dump.json_data).expect("JSON");
    let signals = inside["SignalsReceived"]["c"].as_array();
    signals.expect("a list").clone()
}

async fn open(folder: &Path) -> Host {
    Host::open(folder).await
}

#[tokio::test]
async fn a_run_that_was_reset_is_terminated_and_its_late_answers_change_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut host = open(folder.path()).await;
    host.start("w", skip()).await;
    let late = host.call().await;
    let (_, first) = get(&host, "w", None).await;
    let end = host.engine.get_with_wait(WorkflowGetRequest {
        workflow_id: "w".to_owned(),
        workflow_run_id: Some(first.clone()),
        ..Default::default()
    });
    let (end, second) = tokio::join!(end, to_the_beginning(&host, "w"));
    let status = end.expect("an answer").workflow_status;
    assert_eq!(status, WorkflowStatus::Terminated);
    assert_ne!(first, second);
    let again = host.call().await;
    assert_eq!((again.execution_id(), again.attempt()), ("A-1", 1));
    assert_eq!(
        again.context().workflow_run_id,
        first,
        "states see the first run"
    );
    late.complete("late");
    again.complete("again");
    let end = host.end("w").await;
    assert_eq!(end.workflow_run_id, second);
    assert_eq!(end.results[0].completed_state_output, Some(object("again")));
    let old = get(&host, "w", Some(&first)).await;
    assert_eq!(old, (WorkflowStatus::Terminated, first));
    host.finish().await;
}

#[tokio::test]
async fn a_new_run_goes_on_after_a_restart_and_can_be_reset_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut host = open(folder.path()).await;
    host.start("w", skip()).await;
    host.call().await.go(go_to("B"));
    host.call().await.complete("first");
    host.end("w").await;
    let mut request = reset("w", WorkflowResetType::StateId);
    request.state_id = Some("B".to_owned());
    host.engine.reset(request.clone()).await.expect("reset");
    assert_eq!(host.call().await.execution_id(), "B-1");
    host.stop().await;

    let mut host = open(folder.path()).await;
    let call = host.call().await;
    assert_eq!((call.execution_id(), call.attempt()), ("B-1", 1));
    call.complete("second");
    host.end("w").await;
    host.engine.reset(request).await.expect("reset once more");
    host.call().await.complete("third");
    host.end("w").await;
    to_the_beginning(&host, "w").await;
    assert_eq!(host.call().await.execution_id(), "A-1");
    host.stop().await;
}

#[tokio::test]
async fn only_one_run_goes_on_when_an_older_one_is_reset() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut host = open(folder.path()).await;
    host.start("w", skip()).await;
    host.call().await.complete("first");
    let first = host.end("w").await.workflow_run_id;
    host.start("w", skip()).await;
    let (_, second) = get(&host, "w", None).await;
    let mut request = reset("w", WorkflowResetType::Beginning);
    request.workflow_run_id = Some(first.clone());
    let third = host.engine.reset(request).await.expect("reset");
    let third = third.workflow_run_id;
    let status = async |run: &str| get(&host, "w", Some(run)).await.0;
    assert_eq!(status(&first).await, WorkflowStatus::Completed);
    assert_eq!(status(&second).await, WorkflowStatus::Terminated);
    assert_eq!(
        get(&host, "w", None).await,
        (WorkflowStatus::Running, third)
    );
    host.stop().await;
}

#[tokio::test]
async fn a_signal_that_comes_again_is_stored_with_the_new_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let host = open(folder.path()).await;
    host.start("w", skip()).await;
    for value in ["one", "two"] {
        host.engine
            .signal(signal("w", value))
            .await
            .expect("signalled");
    }
    to_the_beginning(&host, "w").await;
    host.stop().await;
    let host = open(folder.path()).await;
    let signals = signals_received(&host, "w").await;
    assert_eq!(signals.len(), 2, "{signals:?}");
    assert_eq!(signals[1]["data"], "two");
    host.stop().await;
}

#[tokio::test]
async fn more_messages_come_again_than_may_wait_at_a_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut config = EngineConfig::new(folder.path());
    config.limits.messages_per_run_max = 2;
    let mut host = Host::with(config).await;
    host.start("w", WorkflowStateOptions::default()).await;
    for value in ["1", "2", "3", "4", "5"] {
        host.engine
            .signal(signal("w", value))
            .await
            .expect("signalled");
        let command = SignalCommand {
            signal_channel_name: "c".to_owned(),
            ..Default::default()
        };
        let request = CommandRequest {
            command_waiting_type: Some(CommandWaitingType::AllCompleted),
            signal_commands: vec![command],
            ..Default::default()
        };
        host.call().await.answer_wait_until(StateStartResponse {
            command_request: Some(request),
            ..Default::default()
        });
        host.call().await.go(StateMovement {
            state_id: "A".to_owned(),
            ..Default::default()
        });
    }
    to_the_beginning(&host, "w").await;
    let signals = signals_received(&host, "w").await;
    let values: Vec<_> = signals.iter().map(|signal| &signal["data"]).collect();
    assert_eq!(values, ["1", "2", "3", "4", "5"]);
    let refusal = host.engine.signal(signal("w", "6")).await;
    assert_eq!(refusal.expect_err("the limit holds again").status, 429);
    host.stop().await;
}

#[tokio::test]
async fn a_history_that_began_anew_goes_back_to_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut config = EngineConfig::new(folder.path());
    config.limits.history_bytes_max = 2000;
    let mut host = Host::with(config).await;
    host.start("w", skip()).await;
    for round in 0..200 {
        let state = if round < 190 { "A" } else { "Late" };
        host.call().await.go(go_to(state));
    }
    host.call().await.complete("end");
    host.end("w").await;
    let sentence = refused(&host, reset("w", WorkflowResetType::Beginning)).await;
    assert!(sentence.contains("does not go back"), "{sentence}");
    let mut request = reset("w", WorkflowResetType::StateExecutionId);
    request.state_execution_id = Some("Late-10".to_owned());
    let second = host.engine.reset(request.clone()).await.expect("reset");
    let call = host.call().await;
    assert_eq!(call.execution_id(), "Late-10");
    call.complete("again");
    let end = host.end("w").await;
    assert_eq!(end.workflow_run_id, second.workflow_run_id);
    // Its own history begins with the point it was reset to.
    let sentence = refused(&host, request).await;
    assert!(sentence.contains("does not go back"), "{sentence}");
    host.finish().await;
}

#[tokio::test]
async fn runs_of_the_first_schema_cannot_be_reset_to_before_it_changed() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = include_bytes!("data/schema-1.db");
    std::fs::write(folder.path().join("iwf-engine.db"), database).expect("written");
    let host = open(folder.path()).await;
    for workflow_id in ["closed", "waiting"] {
        let sentence = refused(&host, reset(workflow_id, WorkflowResetType::Beginning)).await;
        assert!(sentence.contains("does not go back"), "{sentence}");
    }
    let stop = WorkflowStopRequest {
        workflow_id: "waiting".to_owned(),
        ..Default::default()
    };
    host.engine.stop(stop).await.expect("stopped");
    let sentence = refused(&host, reset("waiting", WorkflowResetType::Beginning)).await;
    assert!(sentence.contains("does not go back"), "{sentence}");
    host.stop().await;
}

#[tokio::test]
async fn a_point_needs_its_field() {
    let folder = tempfile::tempdir().expect("a folder");
    let host = open(folder.path()).await;
    host.start("w", skip()).await;
    for (kind, field) in [
        (None, "resetType"),
        (Some(WorkflowResetType::StateId), "stateId"),
        (
            Some(WorkflowResetType::StateExecutionId),
            "stateExecutionId",
        ),
        (Some(WorkflowResetType::HistoryEventId), "historyEventId"),
        (
            Some(WorkflowResetType::HistoryEventTime),
            "historyEventTime",
        ),
    ] {
        let mut request = reset("w", WorkflowResetType::Beginning);
        request.reset_type = kind;
        let sentence = refused(&host, request).await;
        assert!(sentence.contains(field), "{sentence}");
    }
    host.stop().await;
}
