//! Runs as bytes. A head is one byte of format, the head proper, and the executions that are
//! stored with it.

use std::collections::BTreeMap;
use std::sync::Arc;

use iwf_engine_core::{Event, Head, Payload, Settings, Slot, StateExecution, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::history::HistoryEnd;

/// Raised when the encoding changes, together with a migration.
const FORMAT: u8 = 1;
/// Heads name the end of the history since format 2.
const HEAD_FORMAT: u8 = 2;
/// Executions in higher slots have rows of their own, so that one transition of a wide fan-out
/// does not rewrite all of it.
const INLINE_SLOTS: u32 = 8;
/// So do executions that are larger, most of all their input.
const INLINE_BYTES_MAX: usize = 1024;

#[derive(Debug, thiserror::Error)]
pub(crate) enum DecodeError {
    #[error("the value has format {0}, which this program does not know")]
    Format(u8),
    #[error("the value is damaged")]
    Damaged(#[from] postcard::Error),
    #[error("the value is empty")]
    Empty,
    #[error("the history of run {0} is broken")]
    History(i64),
}

/// What else must be read.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct RowFlags {
    pub(super) has_executions: bool,
    pub(super) has_messages: bool,
    pub(super) has_attributes: bool,
    pub(super) history: Option<HistoryEnd>,
}

pub(super) struct DecodedHead {
    pub(super) head: Head,
    pub(super) executions: BTreeMap<Slot, Arc<StateExecution>>,
    pub(super) flags: RowFlags,
}

/// Whether an execution belongs into the head, given its encoding.
pub(super) fn is_inline(slot: Slot, size_bytes: usize) -> bool {
    slot.0 < INLINE_SLOTS && size_bytes <= INLINE_BYTES_MAX
}

/// Appends one value.
pub(super) fn append(buffer: &mut Vec<u8>, value: &impl Serialize) {
    // Writing to memory fails only for a type that does not know its length; ours all do.
    let encoded = postcard::to_extend(value, std::mem::take(buffer));
    *buffer = encoded.unwrap_or_default();
}

pub(super) fn start_head(buffer: &mut Vec<u8>, head: &Head, flags: &RowFlags) {
    buffer.clear();
    buffer.push(HEAD_FORMAT);
    append(buffer, flags);
    append(buffer, head);
}

pub(super) fn decode_head(bytes: &[u8]) -> Result<DecodedHead, DecodeError> {
    let (flags, rest) = decode_flags(bytes)?;
    let (head, mut rest) = postcard::take_from_bytes(rest)?;
    let mut executions = BTreeMap::new();
    while !rest.is_empty() {
        let (execution, after): (StateExecution, _) = postcard::take_from_bytes(rest)?;
        executions.insert(execution.slot, Arc::new(execution));
        rest = after;
    }
    Ok(DecodedHead {
        head,
        executions,
        flags,
    })
}

fn decode_flags(bytes: &[u8]) -> Result<(RowFlags, &[u8]), DecodeError> {
    match bytes.split_first() {
        Some((&HEAD_FORMAT, rest)) => Ok(postcard::take_from_bytes(rest)?),
        Some((1, rest)) => {
            let (flags, rest) = postcard::take_from_bytes(rest)?;
            let (has_executions, has_messages, has_attributes) = flags;
            let flags = RowFlags {
                has_executions,
                has_messages,
                has_attributes,
                history: None,
            };
            Ok((flags, rest))
        }
        Some((&other, _)) => Err(DecodeError::Format(other)),
        None => Err(DecodeError::Empty),
    }
}

/// Begins a row of the history; its events are appended.
pub(super) fn start_events(buffer: &mut Vec<u8>) {
    buffer.clear();
    buffer.push(FORMAT);
}

pub(super) fn decode_events(bytes: &[u8]) -> Result<Vec<(Timestamp, Event)>, DecodeError> {
    let mut rest = checked(bytes)?;
    let mut events = Vec::new();
    while !rest.is_empty() {
        let (event, after) = postcard::take_from_bytes(rest)?;
        events.push(event);
        rest = after;
    }
    Ok(events)
}

pub(super) fn encode_settings(settings: &Settings) -> Vec<u8> {
    versioned(settings)
}

pub(super) fn decode_settings(bytes: &[u8]) -> Result<Settings, DecodeError> {
    decode(bytes)
}

pub(super) fn decode_execution(bytes: &[u8]) -> Result<StateExecution, DecodeError> {
    Ok(postcard::from_bytes(bytes)?)
}

pub(super) fn encode_payload(payload: &Payload) -> Vec<u8> {
    versioned(payload)
}

pub(super) fn decode_payload(bytes: &[u8]) -> Result<Payload, DecodeError> {
    decode(bytes)
}

fn versioned(value: &impl Serialize) -> Vec<u8> {
    let mut buffer = vec![FORMAT];
    append(&mut buffer, value);
    buffer
}

fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, DecodeError> {
    Ok(postcard::from_bytes(checked(bytes)?)?)
}

fn checked(bytes: &[u8]) -> Result<&[u8], DecodeError> {
    match bytes.split_first() {
        Some((&FORMAT, rest)) => Ok(rest),
        Some((&other, _)) => Err(DecodeError::Format(other)),
        None => Err(DecodeError::Empty),
    }
}
