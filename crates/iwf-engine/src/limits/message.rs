//! Measures a message of the protocol: every text and every list in it, at any depth.
//!
//! It is a serializer that writes nothing. So it sees each field of each type, and a field that
//! the protocol gains is bounded from its first day.

use std::fmt;

use serde::Serialize;
use serde::ser::{self, Impossible};

use super::{Excess, Measure};
use crate::Limits;

/// Finds the first part that is too large.
pub(crate) fn check(message: &impl Serialize, limits: &Limits) -> Result<(), Excess> {
    let field = "the request";
    match message.serialize(Scales { limits, field }) {
        Err(Stop(Some(excess))) => Err(excess),
        // The other failure is a type that cannot be serialized; those of the protocol all can.
        Ok(()) | Err(Stop(None)) => Ok(()),
    }
}

#[derive(Clone, Copy)]
struct Scales<'a> {
    limits: &'a Limits,
    /// The name on the wire.
    field: &'static str,
}

#[derive(Debug)]
struct Stop(Option<Excess>);

impl Scales<'_> {
    fn measure(&self) -> (Measure, usize) {
        let limits = self.limits;
        match self.field {
            "data" => (Measure::Value, limits.payload_bytes_max),
            field if is_name(field) => (Measure::Name, limits.name_chars_max),
            _ => (Measure::Text, limits.text_bytes_max),
        }
    }

    fn text(&self, text: &str) -> Result<(), Stop> {
        let (measure, max) = self.measure();
        // A text has no more characters than bytes.
        if text.len() <= max {
            return Ok(());
        }
        let found = match measure {
            Measure::Name => text.chars().count(),
            Measure::Value | Measure::Text | Measure::List => text.len(),
        };
        self.at_most(max, found, measure)
    }

    fn list(&self, length: usize) -> Result<(), Stop> {
        self.at_most(self.limits.list_items_max, length, Measure::List)
    }

    fn at_most(&self, max: usize, found: usize, measure: Measure) -> Result<(), Stop> {
        if found <= max {
            return Ok(());
        }
        Err(Stop(Some(Excess {
            what: self.field,
            found,
            max,
            measure,
        })))
    }
}

/// `workflowId`, `lockingKeys`, `channelName`, …
fn is_name(field: &str) -> bool {
    let suffixes = ["Id", "Ids", "Key", "Keys", "Name", "Type"];
    field == "key" || field == "keys" || suffixes.iter().any(|suffix| field.ends_with(suffix))
}

/// Nothing to weigh.
macro_rules! weightless {
    ($($method:ident: $kind:ty),+) => {
        $(fn $method(self, _: $kind) -> Result<(), Stop> { Ok(()) })+
    };
}

impl<'a> ser::Serializer for Scales<'a> {
    type Ok = ();
    type Error = Stop;
    type SerializeSeq = Items<'a>;
    type SerializeMap = Items<'a>;
    type SerializeStruct = Self;
    type SerializeTuple = Impossible<(), Stop>;
    type SerializeTupleStruct = Impossible<(), Stop>;
    type SerializeTupleVariant = Impossible<(), Stop>;
    type SerializeStructVariant = Impossible<(), Stop>;

    weightless!(
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32,
        serialize_i64: i64, serialize_u8: u8, serialize_u16: u16, serialize_u32: u32,
        serialize_u64: u64, serialize_f32: f32, serialize_f64: f64, serialize_char: char,
        serialize_unit_struct: &'static str
    );

    fn serialize_str(self, text: &str) -> Result<(), Stop> {
        self.text(text)
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<(), Stop> {
        self.at_most(self.limits.payload_bytes_max, bytes.len(), Measure::Value)
    }

    fn serialize_none(self) -> Result<(), Stop> {
        Ok(())
    }

    fn serialize_unit(self) -> Result<(), Stop> {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Stop> {
        value.serialize(self)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Result<(), Stop> {
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Stop> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> Result<(), Stop> {
        value.serialize(self)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Items<'a>, Stop> {
        self.list(length.unwrap_or_default())?;
        Ok(Items {
            scales: self,
            length: 0,
        })
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Items<'a>, Stop> {
        self.serialize_seq(length)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Stop> {
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Stop> {
        Err(Stop(None))
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, Stop> {
        Err(Stop(None))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Stop> {
        Err(Stop(None))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Stop> {
        Err(Stop(None))
    }
}

impl ser::SerializeStruct for Scales<'_> {
    type Ok = ();
    type Error = Stop;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        field: &'static str,
        value: &T,
    ) -> Result<(), Stop> {
        let limits = self.limits;
        value.serialize(Scales { limits, field })
    }

    fn end(self) -> Result<(), Stop> {
        Ok(())
    }
}

/// A list that may not have told its length.
struct Items<'a> {
    scales: Scales<'a>,
    length: usize,
}

impl Items<'_> {
    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Stop> {
        self.length += 1;
        self.scales.list(self.length)?;
        value.serialize(self.scales)
    }
}

impl ser::SerializeSeq for Items<'_> {
    type Ok = ();
    type Error = Stop;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Stop> {
        self.item(value)
    }

    fn end(self) -> Result<(), Stop> {
        Ok(())
    }
}

impl ser::SerializeMap for Items<'_> {
    type Ok = ();
    type Error = Stop;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Stop> {
        self.item(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Stop> {
        value.serialize(self.scales)
    }

    fn end(self) -> Result<(), Stop> {
        Ok(())
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the message is too large")
    }
}

impl std::error::Error for Stop {}

impl ser::Error for Stop {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self(None)
    }
}

#[cfg(test)]
mod tests {
    use iwf_protocol::{
        CommandCombination, CommandRequest, EncodedObject, KeyValue, SearchAttribute,
        StateDecideResponse, StateDecision, StateMovement, StateStartResponse,
        WorkflowSetDataObjectsRequest, WorkflowSignalRequest, WorkflowStartRequest,
        WorkflowStateOptions,
    };

    use super::*;

    fn limits() -> Limits {
        Limits {
            payload_bytes_max: 10,
            name_chars_max: 4,
            text_bytes_max: 6,
            list_items_max: 2,
            ..Limits::default()
        }
    }

    fn excess(message: &impl Serialize) -> Option<String> {
        check(message, &limits())
            .err()
            .map(|excess| excess.to_string())
    }

    fn signal(name: &str, data: &str) -> WorkflowSignalRequest {
        WorkflowSignalRequest {
            signal_channel_name: name.to_owned(),
            signal_value: Some(EncodedObject {
                data: Some(data.to_owned()),
                ..EncodedObject::default()
            }),
            ..WorkflowSignalRequest::default()
        }
    }

    #[test]
    fn values_and_names_are_measured_each_by_its_unit() {
        assert_eq!(excess(&signal("äöüß", "0123456789")), None);
        let told = excess(&signal("c", "0123456789x")).expect("a sentence");
        assert!(told.contains("data has 11 bytes"), "{told}");
        let told = excess(&signal("äöüßx", "")).expect("a sentence");
        assert!(
            told.contains("signalChannelName has 5 characters"),
            "{told}"
        );
    }

    #[test]
    fn lists_are_counted() {
        let request = |length| WorkflowSetDataObjectsRequest {
            objects: vec![KeyValue::default(); length],
            ..WorkflowSetDataObjectsRequest::default()
        };
        assert_eq!(excess(&request(2)), None);
        let told = excess(&request(3)).expect("a sentence");
        assert!(told.contains("objects has 3 entries"), "{told}");
    }

    #[test]
    fn answers_are_measured_as_deep_as_they_go() {
        let movement = |state_id: &str| StateMovement {
            state_id: "A".to_owned(),
            state_options: Some(Box::new(WorkflowStateOptions {
                execute_api_failure_proceed_state_options: Some(Box::new(WorkflowStateOptions {
                    execute_api_failure_proceed_state_id: Some(state_id.to_owned()),
                    ..WorkflowStateOptions::default()
                })),
                ..WorkflowStateOptions::default()
            })),
            ..StateMovement::default()
        };
        let decision = |state_id| StateDecideResponse {
            state_decision: Some(StateDecision {
                next_states: vec![movement(state_id)],
                conditional_close: None,
            }),
            ..StateDecideResponse::default()
        };
        assert_eq!(excess(&decision("four")), None);
        assert!(excess(&decision("fives")).is_some());
        let combination = |length| StateStartResponse {
            command_request: Some(CommandRequest {
                command_combinations: vec![CommandCombination {
                    command_ids: vec![String::new(); length],
                }],
                ..CommandRequest::default()
            }),
            ..StateStartResponse::default()
        };
        assert_eq!(excess(&combination(2)), None);
        assert!(excess(&combination(3)).is_some());
    }

    #[test]
    fn other_texts_have_a_bound_of_their_own() {
        let request = |url: &str| WorkflowStartRequest {
            iwf_worker_url: url.to_owned(),
            ..WorkflowStartRequest::default()
        };
        assert_eq!(excess(&request("http:/")), None);
        assert!(excess(&request("http://")).is_some());
        let attribute = |text: &str| SearchAttribute {
            string_array_value: vec![text.to_owned()],
            ..SearchAttribute::default()
        };
        assert_eq!(excess(&attribute("sixsix")), None);
        assert!(excess(&attribute("sevenn7")).is_some());
    }
}
