//! Searching over the REST API, with what the engine itself writes to the index.

use serde_json::{Value, json};

use crate::support::Served;

async fn marked(served: &Served, workflow_id: &str, number: i64) -> String {
    let attributes = json!([
        {"key": "Word", "valueType": "KEYWORD", "stringValue": "red"},
        {"key": "Number", "valueType": "INT", "integerValue": number},
        {"key": "Due", "valueType": "DATETIME", "stringValue": "2026-01-01T00:00:00+00:00"},
        {"key": "Tags", "valueType": "KEYWORD_ARRAY", "stringArrayValue": ["x", workflow_id]}
    ]);
    let options = json!({"workflowStartOptions": {"searchAttributes": attributes}});
    served.start(workflow_id, options).await
}

async fn found(served: &Served, query: &str) -> Vec<String> {
    let page = served.post("search", json!({"query": query})).await.ok();
    entries(&page, "workflowId")
}

fn entries(page: &Value, field: &str) -> Vec<String> {
    let text = |entry: &Value| entry[field].as_str().expect("a text").to_owned();
    let entries = page["workflowExecutions"].as_array();
    entries.map_or_else(Vec::new, |entries| entries.iter().map(text).collect())
}

#[tokio::test]
async fn runs_are_found_by_what_they_were_started_with() {
    let served = Served::new().await;
    for (number, workflow_id) in (0..).zip(["a", "b", "c"]) {
        marked(&served, workflow_id, number).await;
    }
    for (query, wanted) in [
        ("", vec!["c", "b", "a"]),
        ("Word='red'", vec!["c", "b", "a"]),
        ("Word='red' AND Number >= 1", vec!["c", "b"]),
        ("Due <= '2026-01-01T00:00:00Z' AND Number = 0", vec!["a"]),
        ("Tags = 'b'", vec!["b"]),
        ("IwfWorkflowType='Test' AND WorkflowId='c'", vec!["c"]),
        ("Word='blue'", vec![]),
    ] {
        assert_eq!(found(&served, query).await, wanted, "{query}");
    }
}

#[tokio::test]
async fn runs_are_found_by_what_was_set_later() {
    let served = Served::new().await;
    served.start("a", json!({})).await;
    let attributes = json!([{"key": "Word", "valueType": "KEYWORD", "stringValue": "green"}]);
    let set = json!({"workflowId": "a", "searchAttributes": attributes});
    served.post("searchattributes/set", set).await.ok();
    assert_eq!(found(&served, "Word='green'").await, ["a"]);
}

#[tokio::test]
async fn every_run_of_a_workflow_is_an_entry_of_its_own() {
    let served = Served::new().await;
    let first = served.start("a", json!({})).await;
    served.post("stop", json!({"workflowId": "a"})).await.ok();
    let second = served.start("a", json!({})).await;
    let page = served
        .post("search", json!({"query": "WorkflowId='a'"}))
        .await
        .ok();
    assert_eq!(
        entries(&page, "workflowRunId"),
        [second.clone(), first.clone()]
    );
    let running = json!({"query": "WorkflowId='a' AND ExecutionStatus='Running'"});
    let page = served.post("search", running).await.ok();
    assert_eq!(entries(&page, "workflowRunId"), [second]);
    let by_id = json!({"query": format!("RunId='{first}'")});
    let page = served.post("search", by_id).await.ok();
    assert_eq!(entries(&page, "workflowRunId"), [first]);
}

#[tokio::test]
async fn pages_lead_to_the_end() {
    let served = Served::new().await;
    for number in 0..5 {
        marked(&served, &format!("w{number}"), number).await;
    }
    let (mut seen, mut token) = (Vec::new(), String::new());
    loop {
        let request = json!({"query": "Word='red'", "pageSize": 2, "nextPageToken": token});
        let page = served.post("search", request).await.ok();
        seen.extend(entries(&page, "workflowId"));
        page["nextPageToken"]
            .as_str()
            .expect("a token")
            .clone_into(&mut token);
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(seen, ["w4", "w3", "w2", "w1", "w0"]);
}

#[tokio::test]
async fn a_query_that_cannot_be_read_is_refused_with_the_place() {
    let served = Served::new().await;
    let refusal = served
        .post("search", json!({"query": "this is no query ="}))
        .await;
    assert!(refusal.refused(400).contains("at position 8"));
    let token = json!({"query": "", "nextPageToken": "no token"});
    assert!(
        served
            .post("search", token)
            .await
            .refused(400)
            .contains("nextPageToken")
    );
}
