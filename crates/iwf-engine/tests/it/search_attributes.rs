//! Search attributes: two faces, one type each, and who may write what.

use serde_json::{Value, json};

use crate::support::{Answer, Stage, complete, go, sub_status};

fn attribute(key: &str, value_type: &str, field: &str, value: impl Into<Value>) -> Value {
    json!({"key": key, "valueType": value_type, field: value.into()})
}

fn keyword(text: &str) -> Value {
    attribute("k", "KEYWORD", "stringValue", text)
}

fn array() -> Value {
    attribute("k", "KEYWORD_ARRAY", "stringArrayValue", json!(["x"]))
}

async fn set(stage: &Stage, attributes: Value) -> Answer {
    let request = json!({"workflowId": "w", "searchAttributes": attributes});
    stage.post("searchattributes/set", request).await
}

async fn get(stage: &Stage, key: &str, value_type: Value) -> Answer {
    let keys = json!([{"key": key, "valueType": value_type}]);
    let request = json!({"workflowId": "w", "keys": keys});
    stage.post("searchattributes/get", request).await
}

/// The one attribute that is told, without its key and type.
async fn told(stage: &Stage, key: &str, value_type: &str) -> Value {
    let mut body = get(stage, key, json!(value_type)).await.ok();
    let mut found = body["searchAttributes"][0].take();
    assert_eq!(found["key"], key);
    assert_eq!(found["valueType"], value_type);
    let fields = found.as_object_mut().expect("an attribute");
    fields.retain(|name, _| name != "key" && name != "valueType");
    found
}

#[tokio::test]
async fn workers_see_what_was_written_and_clients_what_is_indexed() {
    let mut stage = Stage::new().await;
    let written = json!([
        attribute("bool", "BOOL", "boolValue", true),
        attribute(
            "date",
            "DATETIME",
            "stringValue",
            "2024-01-02T11:04:05.250+01:00"
        ),
        attribute("double", "DOUBLE", "doubleValue", 1.5),
        attribute("int", "INT", "integerValue", 9_007_199_254_740_993_i64),
        attribute(
            "list",
            "KEYWORD_ARRAY",
            "stringArrayValue",
            json!(["b", "a"])
        ),
        attribute("text", "TEXT", "stringValue", "some text"),
        attribute("word", "KEYWORD", "stringValue", "ä word")
    ]);
    let options = json!({"searchAttributes": written});
    stage
        .start("w", json!({"workflowStartOptions": options}))
        .await;
    let asked = stage.wait_until(json!({})).await;
    assert_eq!(asked["searchAttributes"], written);
    for (key, value_type, value) in [
        ("bool", "BOOL", json!({"boolValue": true})),
        (
            "date",
            "DATETIME",
            json!({"stringValue": "2024-01-02T10:04:05.25Z"}),
        ),
        ("double", "DOUBLE", json!({"doubleValue": 1.5})),
        (
            "int",
            "INT",
            json!({"integerValue": 9_007_199_254_740_993_i64}),
        ),
        (
            "list",
            "KEYWORD_ARRAY",
            json!({"stringArrayValue": ["b", "a"]}),
        ),
        ("text", "TEXT", json!({"stringValue": "some text"})),
        ("word", "KEYWORD", json!({"stringValue": "ä word"})),
        // What can be read as another type may be.
        ("double", "INT", json!({"integerValue": 1})),
        (
            "date",
            "KEYWORD",
            json!({"stringValue": "2024-01-02T10:04:05.25Z"}),
        ),
        ("word", "TEXT", json!({"stringValue": "ä word"})),
        ("IwfWorkflowType", "KEYWORD", json!({"stringValue": "Test"})),
    ] {
        assert_eq!(
            told(&stage, key, value_type).await,
            value,
            "{key} {value_type}"
        );
    }
}

#[tokio::test]
async fn what_has_no_value_is_left_out_and_what_does_not_fit_is_refused() {
    let stage = Stage::new().await;
    stage.start("w", json!({})).await;
    set(&stage, json!([keyword("x")])).await.ok();
    let nothing = json!({});
    let none = json!({"workflowId": "w", "keys": []});
    assert_eq!(stage.post("searchattributes/get", none).await.ok(), nothing);
    assert_eq!(get(&stage, "unknown", json!("INT")).await.ok(), nothing);
    assert_eq!(get(&stage, "unknown", json!(null)).await.ok(), nothing);
    for (key, value_type) in [
        ("k", json!("INT")),
        ("k", json!("KEYWORD_ARRAY")),
        ("k", json!(null)),
        ("", json!("KEYWORD")),
    ] {
        let refusal = get(&stage, key, value_type).await;
        assert_eq!(sub_status(&refusal, 500), "UNCATEGORIZED_SUB_STATUS");
    }
    let schema = get(&stage, "k", json!("COLOUR")).await;
    assert_eq!(schema.refused(400), "invalid request schema");
}

#[tokio::test]
async fn a_typed_attribute_without_a_value_is_the_zero_of_its_type() {
    let stage = Stage::new().await;
    let types = ["KEYWORD", "TEXT", "INT", "DOUBLE", "BOOL", "DATETIME"];
    let empty = types.map(|name| json!({"key": name, "valueType": name}));
    stage
        .start(
            "w",
            json!({"workflowStartOptions": {"searchAttributes": empty}}),
        )
        .await;
    for (name, zero) in types.into_iter().zip([
        json!({"stringValue": ""}),
        json!({"stringValue": ""}),
        json!({"integerValue": 0}),
        json!({"doubleValue": 0.0}),
        json!({"boolValue": false}),
        json!({"stringValue": "1970-01-01T00:00:00Z"}),
    ]) {
        assert_eq!(told(&stage, name, name).await, zero, "{name}");
    }
}

#[tokio::test]
async fn a_start_takes_only_what_can_be_indexed() {
    let stage = Stage::new().await;
    for bad in [
        json!({"key": "k", "stringValue": "x"}),
        attribute("k", "DATETIME", "stringValue", "2024-01-02T10:04:05Z"),
    ] {
        let options = json!({"workflowStartOptions": {"searchAttributes": [bad]}});
        let request = stage.start_request("w", options);
        let refusal = stage.post("start", request).await;
        assert_eq!(sub_status(&refusal, 500), "UNCATEGORIZED_SUB_STATUS");
    }
    let unknown = stage.post("get", json!({"workflowId": "w"})).await;
    assert_eq!(sub_status(&unknown, 400), "WORKFLOW_NOT_EXISTS_SUB_STATUS");
}

#[tokio::test]
async fn without_a_type_a_client_changes_what_workers_see_and_not_the_index() {
    let mut stage = Stage::new().await;
    stage.start("w", json!({"startStateId": null})).await;
    set(&stage, json!([keyword("indexed")])).await.ok();
    let untyped = json!({"key": "k", "stringValue": "seen"});
    set(&stage, json!([untyped])).await.ok();
    let (asked, answer) = stage.rpc("w", json!({}), json!({})).await;
    assert_eq!(answer.ok(), json!({}));
    assert_eq!(asked["searchAttributes"], json!([untyped]));
    let by_rpc = json!({"upsertSearchAttributes": [{"key": "k", "stringValue": "again"}]});
    let (_, answer) = stage.rpc("w", json!({}), by_rpc).await;
    answer.ok();
    assert_eq!(
        told(&stage, "k", "KEYWORD").await,
        json!({"stringValue": "indexed"})
    );
}

#[tokio::test]
async fn a_state_that_writes_one_without_a_type_fails_its_workflow() {
    let mut stage = Stage::new().await;
    for (id, bad) in [
        ("untyped", json!({"key": "k", "stringValue": "x"})),
        ("date", attribute("d", "DATETIME", "stringValue", "soon")),
    ] {
        stage.start(id, json!({})).await;
        stage
            .wait_until(json!({"upsertSearchAttributes": [bad]}))
            .await;
        let end = stage.end(id).await;
        assert_eq!(end["workflowStatus"], "FAILED");
        assert_eq!(end["errorType"], json!(null));
        let message = end["errorMessage"].as_str().expect("a message");
        assert!(message.contains("cannot be indexed"), "{message}");
    }
}

#[tokio::test]
async fn the_first_use_of_an_attribute_fixes_its_type() {
    let mut stage = Stage::new().await;
    stage.start("w", json!({"startStateId": null})).await;
    let both = set(&stage, json!([keyword("x"), array()])).await;
    assert_eq!(sub_status(&both, 500), "UNCATEGORIZED_SUB_STATUS");
    set(&stage, json!([keyword("x")])).await.ok();
    // Clients are refused.
    let refusal = set(&stage, json!([array()])).await;
    assert_eq!(sub_status(&refusal, 500), "UNCATEGORIZED_SUB_STATUS");
    assert!(refusal.refused(500).contains("is of type KEYWORD:"));
    let options = json!({"workflowStartOptions": {"searchAttributes": [array()]}});
    let request = stage.start_request("other", options);
    assert_eq!(
        sub_status(&stage.post("start", request).await, 500),
        "UNCATEGORIZED_SUB_STATUS"
    );
    // So are RPCs, and a locking one gives its keys back.
    let locking = json!({"dataAttributesLoadingPolicy": {
        "persistenceLoadingType": "LOAD_PARTIAL_WITH_EXCLUSIVE_LOCK", "lockingKeys": ["d"]}});
    for policy in [json!({}), locking.clone(), locking] {
        let wrong =
            json!({"upsertSearchAttributes": [array()], "upsertDataAttributes": [{"key": "d"}]});
        let (asked, refusal) = stage.rpc("w", policy, wrong).await;
        assert_eq!(asked.get("dataAttributes"), None, "nothing was written");
        assert_eq!(sub_status(&refusal, 500), "UNCATEGORIZED_SUB_STATUS");
    }
    // A state is asked again.
    stage.start_execute("state", json!({})).await;
    stage
        .execute(json!({"upsertSearchAttributes": [array()], "stateDecision": go(&["B"])["stateDecision"]}))
        .await;
    let again = stage.execute(complete()).await;
    assert_eq!(again["context"]["attempt"], 2);
    assert_eq!(stage.end("state").await["workflowStatus"], "COMPLETED");
    assert_eq!(
        told(&stage, "k", "KEYWORD").await,
        json!({"stringValue": "x"})
    );
}

#[tokio::test]
async fn kindred_types_are_taken_for_the_first() {
    let stage = Stage::new().await;
    stage.start("w", json!({})).await;
    set(
        &stage,
        json!([keyword("x"), attribute("n", "DOUBLE", "doubleValue", 0.5)]),
    )
    .await
    .ok();
    let kindred = json!([
        attribute("k", "TEXT", "stringValue", "two words"),
        attribute("n", "INT", "integerValue", 2)
    ]);
    set(&stage, kindred).await.ok();
    for query in ["k = 'two words' AND n = 2", "k = 'two words' AND n > 1.5"] {
        let page = stage.post("search", json!({"query": query})).await.ok();
        assert_eq!(page["workflowExecutions"][0]["workflowId"], "w", "{query}");
    }
    assert_eq!(
        told(&stage, "n", "DOUBLE").await,
        json!({"doubleValue": 2.0})
    );
}

#[tokio::test]
async fn executing_states_are_told_by_the_mode_of_the_run() {
    let mut stage = Stage::new().await;
    for (mode, wanted) in [
        (json!(null), json!(["A"])),
        (json!("ENABLED_FOR_STATES_WITH_WAIT_UNTIL"), json!(["A"])),
        (json!("ENABLED_FOR_ALL"), json!(["A", "B"])),
        (json!("DISABLED"), json!(null)),
    ] {
        let id = mode.as_str().unwrap_or("default").to_owned();
        let config = json!({"workflowConfigOverride": {"executingStateIdMode": mode}});
        stage
            .start_execute(&id, json!({"workflowStartOptions": config}))
            .await;
        let both = json!({"stateDecision": {"nextStates": [
            {"stateId": "B", "stateOptions": {"skipWaitUntil": true}}, {"stateId": "A"}, {"stateId": "A"}]}});
        stage.execute(both).await;
        // All three are called, in whatever order.
        let calls = [stage.call().await, stage.call().await, stage.call().await];
        let keys = json!([{"key": "IwfExecutingStateIds", "valueType": "KEYWORD_ARRAY"}]);
        let get = json!({"workflowId": id, "keys": keys});
        let told = stage.post("searchattributes/get", get).await.ok();
        assert_eq!(
            told["searchAttributes"][0]["stringArrayValue"], wanted,
            "{id}"
        );
        let query = format!("IwfExecutingStateIds = 'A' AND WorkflowId = '{id}'");
        let page = stage.post("search", json!({"query": query})).await.ok();
        let is_found = page["workflowExecutions"][0]["workflowId"] == id;
        assert_eq!(is_found, wanted != json!(null), "{id}");
        drop(calls);
    }
}
