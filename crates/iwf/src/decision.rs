//! Decisions with their types forgotten, ready for the wire.

use crate::{
    CxError, Workflow,
    next::{Move, Next, RawMove},
    payload::Payload,
};
use serde::Serialize;

/// A decision as the server understands it.
#[derive(Debug)]
pub(crate) enum RawDecision {
    Moves(Vec<RawMove>),
    Close(Close, Payload),
    CloseIfEmpty {
        channel: String,
        signal: bool,
        output: Payload,
        or_else: Vec<RawMove>,
    },
}
/// How a thread or a workflow ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Close {
    DeadEnd,
    Complete,
    CompleteNow,
    Fail,
}

impl RawDecision {
    pub(crate) fn from_next<W: Workflow>(next: Next<W>) -> Result<Self, CxError> {
        Ok(match next {
            Next::Moves(moves) => RawDecision::Moves(raw(moves)?),
            Next::DeadEnd => RawDecision::Close(Close::DeadEnd, Payload::ABSENT),
            Next::Complete(output) => RawDecision::Close(Close::Complete, encode(&output)?),
            Next::CompleteNow(output) => RawDecision::Close(Close::CompleteNow, encode(&output)?),
            Next::Fail { reason, output } => RawDecision::fail(&reason, &output)?,
            Next::CompleteIfEmpty {
                channel,
                signal,
                output,
                or_else,
            } => {
                let (output, or_else) = (encode(&output)?, raw(or_else)?);
                RawDecision::CloseIfEmpty {
                    channel,
                    signal,
                    output,
                    or_else,
                }
            }
        })
    }
    /// The wire has room for one value beside "failed": the output, or else the reason.
    pub(crate) fn fail(reason: &str, output: &crate::Json) -> Result<Self, CxError> {
        let value = if output.is_null() {
            encode(reason)?
        } else {
            encode(output)?
        };
        Ok(RawDecision::Close(Close::Fail, value))
    }
}

/// The constructors refuse an empty list when they are built; the variants themselves cannot.
fn raw<W>(moves: Vec<Move<W>>) -> Result<Vec<RawMove>, CxError> {
    if moves.is_empty() {
        return Err(CxError::NoMovement);
    }
    Ok(moves.into_iter().map(|movement| movement.raw).collect())
}
fn encode<T: Serialize + ?Sized>(output: &T) -> Result<Payload, CxError> {
    Payload::encode(output).map_err(|source| CxError::Encode {
        what: "output of the workflow".into(),
        source,
    })
}
