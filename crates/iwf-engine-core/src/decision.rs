//! What a state decides: where to go next, or how to end.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::channel::ChannelKey;
use crate::id::{ChannelName, StateId};
use crate::options::StateOptions;
use crate::payload::Payload;

/// A decision with at least one movement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    movements: Vec<Movement>,
    conditional_close: Option<ConditionalClose>,
}

/// Why a decision is none. The attempt counts as failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidDecision;

impl std::fmt::Display for InvalidDecision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("empty state decision is no longer supported: return a dead end instead")
    }
}

impl Decision {
    /// An empty list of movements is no decision, even with a conditional close.
    pub fn new(
        movements: Vec<Movement>,
        conditional_close: Option<ConditionalClose>,
    ) -> Result<Self, InvalidDecision> {
        if movements.is_empty() {
            return Err(InvalidDecision);
        }
        Ok(Self {
            movements,
            conditional_close,
        })
    }

    /// | conditional close | its channels | movements | what happens |
    /// |---|---|---|---|
    /// | one channel | empty | any | force complete with its output |
    /// | one channel | not empty | states only | they start |
    /// | one channel | not empty | with a close | failed |
    /// | all channels | | | failed |
    /// | none | | states only | they start |
    /// | none | | exactly one close | that close |
    /// | none | | a close and more | failed |
    pub(crate) fn resolve(self, is_empty: impl FnOnce(&ChannelKey) -> bool) -> Resolved {
        let conditional = self.conditional_close.is_some();
        if let Some(close) = self.conditional_close {
            match close.when_empty {
                Closable::AllChannels => return Resolved::Illegal(UNSUPPORTED_CONDITION),
                Closable::Channel(channel) if is_empty(&channel) => {
                    return Resolved::Close(Close {
                        kind: CloseKind::ForceComplete,
                        output: close.output,
                    });
                }
                Closable::Channel(_) => {}
            }
        }
        let mut states = Vec::with_capacity(self.movements.len());
        let mut closes = Vec::new();
        for movement in self.movements {
            match movement {
                Movement::State(state) => states.push(state),
                Movement::Close(close) => closes.push(close),
            }
        }
        match (closes.pop(), closes.is_empty() && states.is_empty()) {
            (None, _) => Resolved::States(states),
            (Some(_), _) if conditional => Resolved::Illegal(UNMET_CONDITION),
            (Some(close), true) => Resolved::Close(close),
            (Some(_), false) => Resolved::Illegal(CLOSE_AND_MORE),
        }
    }
}

const UNSUPPORTED_CONDITION: &str =
    "invalid conditional close: only the emptiness of one channel is supported";
const UNMET_CONDITION: &str = "invalid ConditionUnmetDecision: when the condition is not met the decision must go to ordinary states";
const CLOSE_AND_MORE: &str =
    "invalid state decision: closing or dead-ending cannot be combined with other movements";

pub(crate) enum Resolved {
    States(Vec<StateMovement>),
    Close(Close),
    /// The user's code is wrong; the workflow fails with this message.
    Illegal(&'static str),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Movement {
    State(StateMovement),
    Close(Close),
}

/// A request to start a state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StateMovement {
    pub state_id: StateId,
    pub input: Option<Payload>,
    pub options: Option<Arc<StateOptions>>,
    /// Its completion is published under this key.
    pub wait_for_key: Option<Arc<str>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Close {
    pub kind: CloseKind,
    pub output: Option<Payload>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CloseKind {
    /// Complete when no state execution is left.
    Graceful,
    ForceComplete,
    ForceFail,
    /// End this thread only.
    DeadEnd,
}

/// Closes the workflow if there is no message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConditionalClose {
    pub when_empty: Closable,
    pub output: Option<Payload>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Closable {
    Channel(ChannelKey),
    /// Part of the protocol's schema, but nobody supports it.
    AllChannels,
}

impl Closable {
    pub fn channel(kind: crate::channel::ChannelKind, name: ChannelName) -> Self {
        Self::Channel(ChannelKey { kind, name })
    }
}
