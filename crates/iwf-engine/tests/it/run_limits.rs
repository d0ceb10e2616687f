//! What a run may grow to: at the bound, and one beyond.

use iwf_engine::{EngineConfig, Failure, Limits};
use iwf_protocol::{
    InterStateChannelPublishing, KeyValue, PublishToInternalChannelRequest, SearchAttribute,
    SearchAttributeValueType, StateDecideResponse, StateDecision, StateMovement,
    WorkflowSetDataObjectsRequest, WorkflowSetSearchAttributesRequest, WorkflowSignalRequest,
    WorkflowStatus,
};

use crate::support::{Host, object, skip};

/// An engine on a folder of its own with a run "w" that is in a call of state A.
async fn host(bound: impl FnOnce(&mut Limits)) -> (Host, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut config = EngineConfig::new(folder.path());
    bound(&mut config.limits);
    let host = Host::with(config).await;
    host.start("w", skip()).await;
    (host, folder)
}

async fn signal(host: &Host, data: &str) -> Result<(), Failure> {
    let request = WorkflowSignalRequest {
        workflow_id: "w".to_owned(),
        signal_channel_name: "c".to_owned(),
        signal_value: Some(object(data)),
        ..Default::default()
    };
    host.engine.signal(request).await
}

async fn publish(host: &Host, messages: usize) -> Result<(), Failure> {
    let message = InterStateChannelPublishing {
        channel_name: "c".to_owned(),
        value: None,
    };
    let request = PublishToInternalChannelRequest {
        workflow_id: "w".to_owned(),
        messages: vec![message; messages],
        ..Default::default()
    };
    host.engine.publish_to_internal_channel(request).await
}

async fn set(host: &Host, keys: &[&str], data: &str) -> Result<(), Failure> {
    let object = |key: &&str| KeyValue {
        key: (*key).to_owned(),
        value: Some(object(data)),
    };
    let request = WorkflowSetDataObjectsRequest {
        workflow_id: "w".to_owned(),
        objects: keys.iter().map(object).collect(),
        ..Default::default()
    };
    host.engine.set_data_objects(request).await
}

/// Refused with this status, a sentence, and a time to come back if there is a point in that.
fn assert_refused(result: Result<(), Failure>, status: u16, word: &str) {
    let failure = result.expect_err("one too many");
    assert_eq!(failure.status, status);
    assert_eq!(failure.retry_after.is_some(), status == 429);
    let detail = failure.body.detail.expect("a sentence");
    assert!(detail.contains(word), "{detail}");
}

#[tokio::test]
async fn messages_wait_up_to_the_limit() {
    let (host, _folder) = host(|limits| limits.messages_per_run_max = 3).await;
    signal(&host, "1").await.expect("there is room");
    publish(&host, 2).await.expect("there is room");
    assert_refused(signal(&host, "4").await, 429, "4 messages");
    assert_refused(publish(&host, 1).await, 429, "4 messages");
}

#[tokio::test]
async fn a_request_without_room_changes_nothing() {
    let (host, _folder) = host(|limits| limits.messages_per_run_max = 3).await;
    assert_refused(publish(&host, 4).await, 429, "4 messages");
    publish(&host, 3).await.expect("none of the four was kept");
}

#[tokio::test]
async fn attributes_are_bounded_by_number_and_replacing_one_is_no_growth() {
    let (host, _folder) = host(|limits| limits.data_attributes_per_run_max = 2).await;
    set(&host, &["a", "b"], "1").await.expect("there is room");
    set(&host, &["b", "a"], "2")
        .await
        .expect("they are the same");
    assert_refused(set(&host, &["a", "c"], "3").await, 413, "3 data attributes");
}

#[tokio::test]
async fn all_values_together_are_bounded_in_bytes() {
    // Key and value; the encoding "json" has 4 bytes.
    let (host, _folder) = host(|limits| limits.run_bytes_max = 1 + 4 + 10).await;
    set(&host, &["a"], "0123456789").await.expect("it fits");
    assert_refused(set(&host, &["a"], "0123456789x").await, 413, "16 bytes");
    assert_refused(signal(&host, "").await, 413, "19 bytes");
    set(&host, &["a"], "")
        .await
        .expect("less is always possible");
    signal(&host, "").await.expect("now it fits");
}

#[tokio::test]
async fn search_attributes_are_bounded_in_bytes() {
    let (host, _folder) = host(|limits| limits.search_attribute_bytes_per_run_max = 8).await;
    let set = |text: &str| {
        let attribute = SearchAttribute {
            key: "Key".to_owned(),
            value_type: Some(SearchAttributeValueType::Keyword),
            string_value: Some(text.to_owned()),
            ..Default::default()
        };
        host.engine
            .set_search_attributes(WorkflowSetSearchAttributesRequest {
                workflow_id: "w".to_owned(),
                search_attributes: vec![attribute],
                ..Default::default()
            })
    };
    set("value").await.expect("it fits");
    assert_refused(set("values").await, 413, "9 bytes");
}

fn movements(number: usize) -> StateDecideResponse {
    let movement = StateMovement {
        state_id: "B".to_owned(),
        state_options: Some(Box::new(skip())),
        ..Default::default()
    };
    StateDecideResponse {
        state_decision: Some(StateDecision {
            next_states: vec![movement; number],
            conditional_close: None,
        }),
        ..Default::default()
    }
}

#[tokio::test]
async fn an_answer_without_room_is_a_failed_attempt_and_the_run_goes_on() {
    let (mut host, _folder) = host(|limits| limits.executions_per_run_max = 2).await;
    host.call().await.answer_execute(movements(3));
    let again = host.call().await;
    assert_eq!((again.execution_id(), again.attempt()), ("A-1", 2));
    again.answer_execute(movements(2));
    assert_eq!(host.call().await.context().workflow_id, "w");
    host.call().await.complete("done");
    assert_eq!(
        host.end("w").await.workflow_status,
        WorkflowStatus::Completed
    );
}

#[tokio::test]
async fn an_answer_with_too_long_a_list_is_a_failed_attempt() {
    let (mut host, _folder) = host(|limits| limits.list_items_max = 2).await;
    host.call().await.answer_execute(movements(3));
    let again = host.call().await;
    assert_eq!(again.attempt(), 2);
    again.answer_execute(movements(2));
    assert_eq!(host.call().await.execution_id().len(), "B-1".len());
}
