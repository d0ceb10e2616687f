//! Runs as bytes, each value sealed: one byte of format, a checksum, and the value itself.
//!
//! The checksum covers the value and its [`Place`], so that neither a flipped bit nor a value that
//! slipped into another row is ever taken for the truth: `SQLite` itself checks its log, but not
//! its pages. A head also carries the [`Digest`] of the rows that belong to it, which tells a row
//! that was lost or fell back to an earlier version.

mod digest;
mod place;

use std::collections::BTreeMap;
use std::sync::Arc;

use iwf_engine_core::{
    Event, Head, Payload, Schedule, Settings, Slot, StateExecution, Timestamp, WorkflowId,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub(crate) use self::digest::{Contents, Digest};
pub(super) use self::place::{Columns, Place, completion_checksum};
use super::RunKey;
use super::history::HistoryEnd;

/// Changes with the encoding, together with a migration. Far from format 1, which had no
/// checksum, so that no single flipped bit makes the one the other.
const FORMAT: u8 = 0xA2;
/// The format and the checksum.
const SEAL_BYTES: usize = 5;
/// Executions in higher slots have rows of their own, so that one transition of a wide fan-out
/// does not rewrite all of it.
const INLINE_SLOTS: u32 = 8;
/// So do executions that are larger, most of all their input.
const INLINE_BYTES_MAX: usize = 1024;

#[derive(Debug, thiserror::Error)]
pub(crate) enum DecodeError {
    #[error("a value has format {0}, which this program does not know")]
    Format(u8),
    #[error("a value does not fit its checksum")]
    Checksum,
    #[error("a value cannot be decoded")]
    Damaged(#[from] postcard::Error),
    #[error("a value is missing")]
    Missing,
    #[error("a row cannot be read: {0}")]
    Row(#[source] rusqlite::Error),
    #[error("the {0} of the run are not those that it was stored with")]
    Contents(&'static str),
    #[error("the history of run {0} is broken")]
    History(i64),
}

pub(super) struct DecodedHead {
    pub(super) head: Head,
    pub(super) executions: BTreeMap<Slot, Arc<StateExecution>>,
    pub(super) contents: Contents,
    pub(super) history: Option<HistoryEnd>,
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

/// Makes the buffer ready for what [`seal`] will close.
pub(super) fn start(buffer: &mut Vec<u8>) {
    buffer.clear();
    buffer.extend([FORMAT, 0, 0, 0, 0]);
}

/// Closes what was appended since [`start`]; returns the checksum.
pub(super) fn seal(buffer: &mut [u8], place: Place) -> u32 {
    let Some((seal, value)) = buffer.split_at_mut_checked(SEAL_BYTES) else {
        return 0;
    };
    let checksum = place.with(value).checksum();
    if let Some(bytes) = seal.get_mut(1..) {
        bytes.copy_from_slice(&checksum.to_le_bytes());
    }
    checksum
}

/// One value by itself, and its checksum.
pub(super) fn sealed(value: &impl Serialize, place: Place) -> (Vec<u8>, u32) {
    let mut buffer = Vec::new();
    start(&mut buffer);
    append(&mut buffer, value);
    let checksum = seal(&mut buffer, place);
    (buffer, checksum)
}

/// The value as it was sealed, and its checksum.
pub(super) fn unseal(bytes: &[u8], place: Place) -> Result<(&[u8], u32), DecodeError> {
    match bytes {
        [FORMAT, a, b, c, d, value @ ..] => {
            let checksum = u32::from_le_bytes([*a, *b, *c, *d]);
            if place.with(value).checksum() == checksum {
                Ok((value, checksum))
            } else {
                Err(DecodeError::Checksum)
            }
        }
        [FORMAT, ..] => Err(DecodeError::Checksum),
        [other, ..] => Err(DecodeError::Format(*other)),
        [] => Err(DecodeError::Missing),
    }
}

/// A value of [`sealed`].
pub(super) fn decode<T: DeserializeOwned>(
    bytes: &[u8],
    place: Place,
) -> Result<(T, u32), DecodeError> {
    let (value, checksum) = unseal(bytes, place)?;
    Ok((postcard::from_bytes(value)?, checksum))
}

/// The head, without the executions that are stored with it and without its seal.
pub(super) fn start_head(
    buffer: &mut Vec<u8>,
    head: &Head,
    contents: &Contents,
    history: Option<HistoryEnd>,
) {
    start(buffer);
    append(buffer, contents);
    append(buffer, &history);
    append(buffer, head);
}

pub(super) fn decode_head(bytes: &[u8], place: Place) -> Result<DecodedHead, DecodeError> {
    let (rest, _) = unseal(bytes, place)?;
    let (contents, rest) = postcard::take_from_bytes(rest)?;
    let (history, rest) = postcard::take_from_bytes(rest)?;
    let (head, rest) = postcard::take_from_bytes(rest)?;
    Ok(DecodedHead {
        head,
        executions: decode_executions(rest)?,
        contents,
        history,
    })
}

pub(super) fn decode_events(
    bytes: &[u8],
    place: Place,
) -> Result<Vec<(Timestamp, Event)>, DecodeError> {
    let (mut rest, _) = unseal(bytes, place)?;
    let mut events = Vec::new();
    while !rest.is_empty() {
        let (event, after) = postcard::take_from_bytes(rest)?;
        events.push(event);
        rest = after;
    }
    Ok(events)
}

/// The executions that follow a head.
pub(super) fn decode_executions(
    mut rest: &[u8],
) -> Result<BTreeMap<Slot, Arc<StateExecution>>, DecodeError> {
    let mut executions = BTreeMap::new();
    while !rest.is_empty() {
        let (execution, after): (StateExecution, _) = postcard::take_from_bytes(rest)?;
        executions.insert(execution.slot, Arc::new(execution));
        rest = after;
    }
    Ok(executions)
}

pub(super) fn encode_settings(settings: &Settings, key: RunKey) -> Vec<u8> {
    sealed(settings, Place::settings(key)).0
}

pub(super) fn decode_settings(bytes: &[u8], key: RunKey) -> Result<Settings, DecodeError> {
    Ok(decode(bytes, Place::settings(key))?.0)
}

pub(super) fn encode_schedule(schedule: &Schedule) -> Vec<u8> {
    sealed(schedule, Place::schedule(&schedule.workflow_id)).0
}

/// The schedule of this workflow id.
pub(super) fn decode_schedule(
    bytes: &[u8],
    workflow_id: &WorkflowId,
) -> Result<Schedule, DecodeError> {
    Ok(decode(bytes, Place::schedule(workflow_id))?.0)
}

/// A key or message without a value is a value here, too: an empty column would have no checksum.
pub(super) fn encode_payload(payload: Option<&Payload>, place: Place) -> (Vec<u8>, u32) {
    sealed(&payload, place)
}

pub(super) fn decode_payload(
    bytes: &[u8],
    place: Place,
) -> Result<(Option<Payload>, u32), DecodeError> {
    decode(bytes, place)
}

#[cfg(test)]
mod tests {
    use iwf_engine_core::AttributeKey;

    use super::*;

    #[test]
    fn every_flipped_bit_is_noticed() {
        let name = AttributeKey::from("a");
        let place = || Place::data_attribute(RunKey(7), &name);
        let payload = Payload {
            data: Some("value".into()),
            ..Payload::default()
        };
        let (bytes, checksum) = encode_payload(Some(&payload), place());
        let read = decode_payload(&bytes, place()).expect("whole");
        assert_eq!(read, (Some(payload), checksum));
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(decode_payload(&flipped, place()).is_err(), "bit {bit}");
        }
        for length in 0..bytes.len() {
            assert!(
                decode_payload(&bytes[..length], place()).is_err(),
                "{length}"
            );
        }
    }

    #[test]
    fn a_value_in_the_wrong_place_is_noticed() {
        let name = AttributeKey::from("a");
        let (bytes, _) = encode_payload(None, Place::data_attribute(RunKey(7), &name));
        let elsewhere = [
            Place::data_attribute(RunKey(8), &name),
            Place::data_attribute(RunKey(7), &"b".into()),
            Place::settings(RunKey(7)),
        ];
        for place in elsewhere {
            assert!(matches!(
                decode_payload(&bytes, place),
                Err(DecodeError::Checksum)
            ));
        }
    }

    #[test]
    fn a_digest_forgets_what_is_removed() {
        let mut digest = Digest::of([1, 2, u32::MAX].into_iter());
        digest.remove(u32::MAX);
        assert_eq!(digest, Digest::of([2, 1].into_iter()));
        digest.remove(1);
        assert_ne!(digest, Digest::of([1].into_iter()));
    }
}
