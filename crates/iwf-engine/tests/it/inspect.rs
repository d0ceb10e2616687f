//! What can be seen of runs: in process, and in a data folder from outside.

use iwf_engine::inspect::{
    Api, ChannelKind, DataFolder, InspectOptions, Phase, RunDetails, RunsRequest, Trigger,
};
use iwf_protocol::{
    CommandRequest, EncodedObject, SignalCommand, StateStartResponse, TimerCommand,
    WorkflowSignalRequest, WorkflowStateOptions, WorkflowStatus, WorkflowStopRequest,
};

use crate::support::{Host, object, skip};

const VALUES: InspectOptions = InspectOptions {
    value_chars_max: 100,
    timeline_entries_max: 100,
};

fn signal(workflow_id: &str, channel: &str, value: EncodedObject) -> WorkflowSignalRequest {
    WorkflowSignalRequest {
        workflow_id: workflow_id.to_owned(),
        signal_channel_name: channel.to_owned(),
        signal_value: Some(value),
        ..Default::default()
    }
}

/// What is seen as soon as it is so.
async fn until(host: &Host, workflow_id: &str, is_so: impl Fn(&RunDetails) -> bool) -> RunDetails {
    loop {
        let seen = host.engine.inspect(workflow_id, None, VALUES).await;
        let seen = seen.expect("a run");
        if is_so(&seen) {
            return seen;
        }
        tokio::task::yield_now().await;
    }
}

/// Whether waitUntil has returned.
fn is_waiting(seen: &RunDetails) -> bool {
    let mut executions = seen.state_executions.iter();
    executions.all(|execution| matches!(execution.phase, Phase::Waiting { .. }))
}

/// Waits for one timer or one signal.
fn waiting() -> StateStartResponse {
    StateStartResponse {
        command_request: Some(CommandRequest {
            command_waiting_type: Some(iwf_protocol::CommandWaitingType::AnyCompleted),
            timer_commands: vec![TimerCommand {
                command_id: Some("t".to_owned()),
                duration_seconds: Some(3600),
                ..Default::default()
            }],
            signal_commands: vec![SignalCommand {
                command_id: Some("s".to_owned()),
                signal_channel_name: "changes".to_owned(),
                ..Default::default()
            }],
            ..Default::default()
        }),
        ..Default::default()
    }
}

#[tokio::test]
async fn a_waiting_run_shows_its_timers_signals_and_channels() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut host = Host::open(folder.path()).await;
    host.start("w", WorkflowStateOptions::default()).await;
    let seen = host.engine.inspect("w", None, VALUES).await.expect("w");
    let [calling] = &seen.state_executions[..] else {
        panic!("{seen:?}")
    };
    assert!(matches!(
        calling.phase,
        Phase::Calling {
            api: Api::WaitUntil,
            attempt: 1,
            ..
        }
    ));

    host.call().await.answer_wait_until(waiting());
    let other = signal("w", "other", object("\"x\""));
    host.engine.signal(other).await.expect("accepted");
    let seen = until(&host, "w", is_waiting).await;
    assert_eq!(seen.summary.status, WorkflowStatus::Running);
    assert_eq!(seen.summary.executing_state_ids, ["A"]);
    assert_eq!(seen.state_counts.get("A"), Some(&1));
    let [execution] = &seen.state_executions[..] else {
        panic!("{seen:?}")
    };
    assert_eq!(
        (execution.id.as_str(), execution.state_id.as_str()),
        ("A-1", "A")
    );
    let Phase::Waiting {
        trigger: Trigger::Any,
        timers,
        channels,
    } = &execution.phase
    else {
        panic!("{execution:?}")
    };
    assert_eq!((timers[0].id.as_str(), timers[0].is_fired), ("t", false));
    assert_eq!(seen.summary.due_at, Some(timers[0].fires_at));
    assert_eq!(
        (channels[0].name.as_str(), channels[0].is_received),
        ("changes", false)
    );
    let [channel] = &seen.channels[..] else {
        panic!("{seen:?}")
    };
    assert_eq!(
        (channel.kind, channel.name.as_str(), channel.messages),
        (ChannelKind::Signal, "other", 1)
    );
    host.stop().await;
}

/// Each event with what followed from it, without its time.
fn told(seen: &RunDetails) -> Vec<String> {
    let timeline = seen.timeline.as_ref().expect("asked for");
    assert_eq!(timeline.problem, None);
    let entries = timeline.entries.iter().map(|entry| {
        let then = entry.then.iter().map(|then| format!(" > {then}"));
        format!(
            "{} {}{}",
            entry.number,
            entry.text,
            then.collect::<String>()
        )
    });
    entries.collect()
}

#[tokio::test]
async fn the_timeline_tells_what_happened_and_what_followed() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut host = Host::open(folder.path()).await;
    host.start("w", WorkflowStateOptions::default()).await;
    host.call().await.answer_wait_until(waiting());
    until(&host, "w", is_waiting).await;
    let change = signal("w", "changes", object("12345"));
    host.engine.signal(change).await.expect("accepted");
    host.call().await.complete("1");
    host.end("w").await;
    let seen = host.engine.inspect("w", None, VALUES).await.expect("w");
    assert_eq!(
        told(&seen),
        [
            "1 the run was started > A-1 began",
            "2 waitUntil of A-1 returned > A-1 waits for any of 1 timer and 1 message",
            "3 a signal came on changes with 9 bytes > A-1 took a message from changes > A-1 goes on to execute",
            "4 execute of A-1 returned > A-1 ended > the run completed",
        ]
    );
    let newest = InspectOptions {
        timeline_entries_max: 1,
        ..VALUES
    };
    let seen = host.engine.inspect("w", None, newest).await.expect("w");
    let timeline = seen.timeline.expect("asked for");
    assert_eq!((timeline.entries.len(), timeline.omitted), (1, 3));
    assert_eq!(
        (timeline.entries[0].number, timeline.entries[0].event),
        (4, "execute_returned")
    );
    host.finish().await;
}

#[tokio::test]
async fn a_failing_call_shows_its_error_and_its_next_attempt() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut host = Host::open(folder.path()).await;
    host.start("w", skip()).await;
    let begun = host.engine.inspect("w", None, VALUES).await.expect("w");
    let Phase::Calling {
        attempt: 1,
        since,
        first_attempt_at,
        ..
    } = begun.state_executions[0].phase
    else {
        panic!("{begun:?}")
    };
    assert_eq!(since, Some(first_attempt_at));
    assert_eq!(begun.state_executions[0].failing, None);

    host.call().await.fail();
    let backs_off =
        |seen: &RunDetails| matches!(seen.state_executions[0].phase, Phase::BackingOff { .. });
    let seen = until(&host, "w", backs_off).await;
    let Phase::BackingOff {
        api: Api::Execute,
        attempt: 2,
        until: next,
        ..
    } = seen.state_executions[0].phase
    else {
        panic!("{seen:?}")
    };
    let failing = seen.state_executions[0].failing.as_ref().expect("an error");
    assert_eq!((failing.api, failing.attempt), (Api::Execute, 1));
    assert!(
        failing.message.contains("500 Internal Server Error"),
        "{failing:?}"
    );
    assert_eq!(failing.next_attempt_at, Some(next));
    assert_eq!(seen.summary.due_at, Some(next));

    // The second attempt is under way: the error of the first is still told.
    let call = host.call().await;
    let seen = host
        .engine
        .inspect("w", None, InspectOptions::default())
        .await
        .expect("w");
    let Phase::Calling {
        attempt: 2, since, ..
    } = seen.state_executions[0].phase
    else {
        panic!("{seen:?}")
    };
    assert_eq!(since, Some(next));
    let failing = seen.state_executions[0].failing.as_ref().expect("an error");
    assert_eq!((failing.attempt, failing.next_attempt_at), (1, None));
    assert_eq!(seen.timeline, None, "not asked for");

    call.complete("1");
    host.end("w").await;
    let seen = host.engine.inspect("w", None, VALUES).await.expect("w");
    let told = told(&seen);
    assert!(
        told[1].starts_with("2 attempt 1 of execute of A-1 failed: "),
        "{told:?}"
    );
    assert!(
        told[1].contains("> attempt 2 of execute of A-1 is due at "),
        "{told:?}"
    );
    assert_eq!(
        told[2],
        "3 something became due > attempt 2 of execute of A-1 is due"
    );
    host.finish().await;
}

#[tokio::test]
async fn an_unknown_run_is_told_apart_from_an_unknown_workflow() {
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::open(folder.path()).await;
    host.start("w", skip()).await;
    let refused = async |workflow_id, run_id| {
        let seen = host.engine.inspect(workflow_id, run_id, VALUES).await;
        seen.expect_err("there is none").to_string()
    };
    assert!(refused("v", None).await.contains("workflow not found"));
    let id = "00000000-0000-4000-8000-000000000001";
    assert!(refused("w", Some(id)).await.contains("no such run"));
    assert!(refused("w", Some("x")).await.contains("is no run id"));
    host.stop().await;
}

#[tokio::test]
async fn runs_are_listed_by_status_type_id_and_query_page_by_page() {
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::open(folder.path()).await;
    for workflow_id in ["a-1", "a-2", "b-1"] {
        host.start(workflow_id, skip()).await;
    }
    let stop = WorkflowStopRequest {
        workflow_id: "a-2".to_owned(),
        ..Default::default()
    };
    host.engine.stop(stop).await.expect("it stops");

    let ids = |page: &iwf_engine::inspect::RunsPage| -> Vec<String> {
        let ids = page.runs.iter().map(|run| run.workflow_id.clone());
        ids.collect()
    };
    let check = async |request: RunsRequest, expected: &[&str]| {
        let page = host.engine.inspect_runs(request.clone()).await;
        assert_eq!(ids(&page.expect("a page")), expected, "{request:?}");
        let folder = DataFolder::open(folder.path()).expect("a database");
        let page = folder.runs(&request, 50).expect("a page");
        assert_eq!(ids(&page), expected, "from outside: {request:?}");
    };
    let all = RunsRequest::default();
    check(all.clone(), &["b-1", "a-1", "a-2"]).await;
    let status = |status| RunsRequest {
        status: Some(status),
        ..RunsRequest::default()
    };
    check(status(WorkflowStatus::Running), &["b-1", "a-1"]).await;
    check(status(WorkflowStatus::Canceled), &["a-2"]).await;
    let prefix = |prefix: &str| RunsRequest {
        workflow_id_prefix: Some(prefix.to_owned()),
        ..RunsRequest::default()
    };
    check(prefix("a-"), &["a-1", "a-2"]).await;
    check(prefix("' OR '' = '"), &[]).await;
    let query = RunsRequest {
        query: Some("WorkflowId = 'a-1' OR WorkflowId = 'a-2'".to_owned()),
        ..status(WorkflowStatus::Canceled)
    };
    check(query, &["a-2"]).await;
    let none = RunsRequest {
        workflow_type: Some("Other".to_owned()),
        ..RunsRequest::default()
    };
    check(none, &[]).await;

    let mut request = RunsRequest {
        page_size: Some(2),
        ..all
    };
    let first = host
        .engine
        .inspect_runs(request.clone())
        .await
        .expect("a page");
    assert_eq!(ids(&first), ["b-1", "a-1"]);
    request.page_token = first.next_page_token;
    let second = host.engine.inspect_runs(request).await.expect("a page");
    assert_eq!(
        (ids(&second), second.next_page_token),
        (vec!["a-2".to_owned()], None)
    );
    assert!(second.runs[0].closed_at.is_some());

    let wrong = RunsRequest {
        query: Some("=".to_owned()),
        ..RunsRequest::default()
    };
    let refused = host.engine.inspect_runs(wrong).await.expect_err("no query");
    assert_eq!(refused.status, 400);
    host.stop().await;
}

#[tokio::test]
async fn a_closed_run_keeps_its_outcome_and_values_are_cut() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut host = Host::open(folder.path()).await;
    host.start("w", skip()).await;
    host.call().await.complete("0123456789");
    host.end("w").await;
    let run = |options| {
        let folder = DataFolder::open(folder.path()).expect("a database");
        let seen = folder.run("w", None, options).expect("readable");
        seen.expect("a run")
    };
    let cut = run(InspectOptions {
        value_chars_max: 4,
        timeline_entries_max: 0,
    });
    assert_eq!(cut.summary.status, WorkflowStatus::Completed);
    assert_eq!(cut.outputs[0].state_execution_id, "A-1");
    let value = &cut.outputs[0].value;
    assert_eq!((value.text.as_deref(), value.is_cut), (Some("0123"), true));
    assert_eq!(value.size_bytes, "json".len() + 10);
    assert_eq!(run(InspectOptions::default()).outputs[0].value.text, None);
    host.finish().await;
    // Also when nobody serves it.
    assert_eq!(
        run(VALUES).outputs[0].value.text.as_deref(),
        Some("0123456789")
    );
}

#[test]
fn a_folder_without_a_database_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let told = DataFolder::open(folder.path())
        .err()
        .expect("nothing there");
    assert!(
        told.to_string().contains("no readable engine database"),
        "{told}"
    );
}
