//! From and to the types on the wire: the only place where this crate's types and those of
//! `iwf-protocol` meet.

mod attributes;
mod command;
mod decision;
mod options;
mod value;

pub(crate) use attributes::{search_from_wire, search_key, search_to_wire};
pub(crate) use command::{request_to_wire, results_from_wire};
pub(crate) use decision::{decision_to_wire, movements_to_wire};
pub(crate) use options::{
    config_to_wire, load_to_wire, state_options_to_wire, workflow_retry_to_wire,
};
pub(crate) use value::{key_value, payload_from_wire, payload_to_wire};
