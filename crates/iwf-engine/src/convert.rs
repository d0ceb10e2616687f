//! Wire types to core types and back: the only place that knows both.
//!
//! Here the old and new names of a field become one value, text becomes ids and instants, and
//! what cannot be meant is refused. Rules of iWF are applied, never made.

mod answer;
mod call;
pub(crate) mod datetime;
mod dump;
mod options;
mod outcome;
mod start;
mod value;

pub(crate) use answer::{RpcUnusable, rpc_answer};
pub(crate) use call::{call_panicked, call_worker, in_time, rpc_failure, rpc_request};
pub(crate) use dump::dump;
pub(crate) use options::{executing_state_ids, loading_policy};
pub(crate) use outcome::{error_type, get_response, status};
pub(crate) use start::start_order;
pub(crate) use value::{
    data_attribute, data_attribute_out, payload, payload_out, publications, search_attribute,
    search_value_as, search_value_out,
};
