//! From a request body to a wire type.
//!
//! SDKs write the exact field names, so a strict decode comes first and nearly always suffices.
//! The real server also takes names in any case and lets the last of two equal names win; only
//! when a body fails the strict way, or holds a name it does not know, is it read again like that.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::field_names::{self, FieldNames};
use crate::limits::json;

/// The body is not what the operation takes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Undecodable {
    Schema,
    TooManyValues,
}

pub(super) fn request<Q>(body: &[u8]) -> Result<Q, Undecodable>
where
    Q: DeserializeOwned + Default + FieldNames,
{
    if json::has_too_many_values(body) {
        return Err(Undecodable::TooManyValues);
    }
    // Serde takes a list for a struct; the protocol does not.
    match body.trim_ascii_start().first() {
        Some(b'{') => strict(body).map_or_else(|| tolerant(body), Ok),
        Some(b'n') if body.trim_ascii() == b"null" => Ok(Q::default()),
        _ => Err(Undecodable::Schema),
    }
}

/// `None` also when the body holds a name that `Q` has not.
fn strict<Q: DeserializeOwned>(body: &[u8]) -> Option<Q> {
    let mut unknown_names = false;
    let mut json = serde_json::Deserializer::from_slice(body);
    let request = serde_ignored::deserialize(&mut json, |_| unknown_names = true).ok()?;
    json.end().ok()?;
    (!unknown_names).then_some(request)
}

fn tolerant<Q: DeserializeOwned + FieldNames>(body: &[u8]) -> Result<Q, Undecodable> {
    let mut value: Value = serde_json::from_slice(body).map_err(|_| Undecodable::Schema)?;
    field_names::correct_case::<Q>(&mut value);
    serde_json::from_value(value).map_err(|_| Undecodable::Schema)
}

#[cfg(test)]
mod tests {
    use super::*;
    use iwf_protocol::{WorkflowGetRequest, WorkflowStartRequest, WorkflowStopRequest};

    fn get(body: &str) -> Result<WorkflowGetRequest, Undecodable> {
        request(body.as_bytes())
    }

    fn id(body: &str) -> String {
        get(body).expect("a good body").workflow_id
    }

    #[test]
    fn names_are_taken_in_any_case() {
        assert_eq!(id(r#"{"workflowId":"w"}"#), "w");
        assert_eq!(id(r#"{"WORKFLOWID":"w"}"#), "w");
        assert_eq!(id(r#" {"workflowid":"w", "extra": [1, {"a": null}]}"#), "w");
    }

    #[test]
    fn names_inside_are_taken_in_any_case_too() {
        let body = br#"{"workflowId":"w","STATEINPUT":{"DATA":"x"},
            "stateOptions":{"skipwaituntil":true},
            "WorkflowStartOptions":{"WORKFLOWIDREUSEPOLICY":"ALLOW_DUPLICATE"}}"#;
        let start: WorkflowStartRequest = request(body).expect("a good body");
        assert_eq!(start.state_input.and_then(|v| v.data).as_deref(), Some("x"));
        assert_eq!(
            start.state_options.and_then(|o| o.skip_wait_until),
            Some(true)
        );
        assert!(
            start
                .workflow_start_options
                .is_some_and(|o| o.workflow_id_reuse_policy.is_some())
        );
    }

    #[test]
    fn the_exact_name_wins_over_another_case() {
        assert_eq!(id(r#"{"workflowId":"a","WorkflowID":"b"}"#), "a");
    }

    #[test]
    fn the_last_of_two_equal_names_wins() {
        assert_eq!(id(r#"{"workflowId":"a","workflowId":"b"}"#), "b");
    }

    #[test]
    fn null_is_an_empty_request() {
        assert_eq!(get(" null\n"), Ok(WorkflowGetRequest::default()));
        assert_eq!(
            get(r#"{"workflowId":null}"#),
            Ok(WorkflowGetRequest::default())
        );
    }

    #[test]
    fn other_shapes_are_refused() {
        for body in [
            "",
            " ",
            "[]",
            "7",
            "\"text\"",
            "{",
            "{} {}",
            "nul",
            r#"{"workflowId":7}"#,
        ] {
            assert_eq!(get(body), Err(Undecodable::Schema), "{body}");
        }
        assert_eq!(get(r#"{"waitTimeSeconds":10.0}"#), Err(Undecodable::Schema));
        assert_eq!(
            get(r#"{"waitTimeSeconds":2147483648}"#),
            Err(Undecodable::Schema)
        );
        let unknown: Result<WorkflowStopRequest, _> = request(br#"{"stopType":"HALT"}"#);
        assert_eq!(unknown, Err(Undecodable::Schema));
    }

    #[test]
    fn a_body_of_many_small_values_is_refused_before_it_grows() {
        let body = format!(r#"{{"keys":[{}7]}}"#, "7,".repeat(json::VALUES_MAX));
        assert_eq!(get(&body), Err(Undecodable::TooManyValues));
    }

    #[test]
    fn deep_nesting_is_refused_not_followed() {
        let body = format!(r#"{{"extra":{}}}"#, "[".repeat(50_000));
        assert_eq!(get(&body), Err(Undecodable::Schema));
    }
}
