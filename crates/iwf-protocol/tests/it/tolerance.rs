//! What is let through, and what is not.

use iwf_protocol::*;

#[test]
fn unknown_fields_are_ignored() {
    let request: WorkflowGetRequest =
        serde_json::from_str(r#"{"workflowId": "w", "someDay": {"maybe": [true]}}"#).expect("good");
    assert_eq!(request.workflow_id, "w");
}

#[test]
fn empty_lists_and_absent_options_are_left_out() {
    let nothing = serde_json::to_string(&StateStartResponse::default()).expect("encodes");
    assert_eq!(nothing, "{}");
}

#[test]
fn required_fields_are_written_even_when_empty() {
    let nothing = serde_json::to_string(&WorkflowSearchResponse::default()).expect("encodes");
    assert_eq!(nothing, r#"{"nextPageToken":""}"#);
}

#[test]
fn integers_are_integers_of_32_bits() {
    for timeout in ["10.0", "10.5", "\"7\"", "true", "2147483648"] {
        let body = format!(r#"{{"workflowTimeoutSeconds": {timeout}}}"#);
        assert!(
            serde_json::from_str::<WorkflowStartRequest>(&body).is_err(),
            "{timeout}"
        );
    }
    let body = r#"{"workflowTimeoutSeconds": 2147483647}"#;
    assert!(serde_json::from_str::<WorkflowStartRequest>(body).is_ok());
}

#[test]
fn a_fraction_may_be_written_as_an_integer() {
    let policy: RetryPolicy = serde_json::from_str(r#"{"backoffCoefficient": 2}"#).expect("good");
    assert_eq!(policy.backoff_coefficient, Some(2.0));
}
