//! The exact spelling of every field a request may hold, for bodies that spell it in another case.
//!
//! Serde knows the names: a deserializer that only listens hears them when a type asks for its
//! fields, so no list can drift from the types. No two request fields differ in case alone.

use std::collections::HashMap;
use std::sync::LazyLock;

use iwf_protocol as wire;
use serde::de::value::Error;
use serde::de::{Deserialize, Deserializer, Error as _, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::Value;

/// A request whose field names are known here.
pub(super) trait FieldNames {}

macro_rules! known {
    (requests: $($request:ident)*; inside: $($inside:ident)*;) => {
        $(impl FieldNames for wire::$request {})*

        static SPELLING: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
            let mut spelling = HashMap::new();
            $(listen::<wire::$request>(&mut spelling);)*
            $(listen::<wire::$inside>(&mut spelling);)*
            spelling
        });
    };
}

known! {
    requests:
        WorkflowStartRequest WorkflowSignalRequest PublishToInternalChannelRequest
        WorkflowStopRequest WorkflowGetRequest WorkflowSearchRequest WorkflowResetRequest
        WorkflowRpcRequest WorkflowSkipTimerRequest WorkflowConfigUpdateRequest
        TriggerContinueAsNewRequest WorkflowWaitForStateCompletionRequest
        WorkflowGetDataObjectsRequest WorkflowSetDataObjectsRequest
        WorkflowGetSearchAttributesRequest WorkflowSetSearchAttributesRequest WorkflowDumpRequest;
    inside:
        EncodedObject KeyValue SearchAttribute SearchAttributeKeyAndType WorkflowStateOptions
        RetryPolicy PersistenceLoadingPolicy WorkflowStartOptions WorkflowRetryPolicy
        WorkflowAlreadyStartedOptions WorkflowConfig InterStateChannelPublishing;
}

/// Renames every key that is a known field in another case; an exact key beside it wins.
pub(super) fn correct_case<Q: FieldNames>(value: &mut Value) {
    rename(value);
}

fn rename(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(rename),
        Value::Object(fields) => {
            for (name, mut inner) in std::mem::take(fields) {
                rename(&mut inner);
                match SPELLING.get(&name.to_ascii_lowercase()) {
                    Some(exact) if *exact == name => {
                        fields.insert(name, inner);
                    }
                    Some(exact) => {
                        fields.entry(*exact).or_insert(inner);
                    }
                    None => {}
                }
            }
        }
        _ => {}
    }
}

fn listen<'de, T: Deserialize<'de>>(spelling: &mut HashMap<String, &'static str>) {
    let listener = Listener(spelling);
    // It always fails: it has heard the names by then, and holds no data.
    drop(T::deserialize(listener));
}

struct Listener<'a>(&'a mut HashMap<String, &'static str>);

impl<'de> Deserializer<'de> for Listener<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(Error::custom("not a struct"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Error> {
        for field in fields {
            self.0.insert(field.to_ascii_lowercase(), field);
        }
        Err(Error::custom("the names are known now"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        option unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier
        ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_requests_and_of_what_they_hold_are_known() {
        for name in [
            "workflowId",
            "workflowIDReusePolicy",
            "extStoreId",
            "lockingKeys",
        ] {
            assert_eq!(SPELLING.get(&name.to_ascii_lowercase()), Some(&name));
        }
        assert!(!SPELLING.contains_key("nosuchfield"));
    }
}
