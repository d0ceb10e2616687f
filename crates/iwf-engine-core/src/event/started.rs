//! A run begins.
//!
//! | state before | condition | writes | effects | state after |
//! |---|---|---|---|---|
//! | nothing happened | no start state | initial attributes | – | idle |
//! | nothing happened | start state, no delay | attributes, execution 1 | call | in its first call |
//! | nothing happened | start state, delay | attributes, movement queued | – | delayed |

use crate::decision::StateMovement;
use crate::draft::Draft;
use crate::event::AttributeWrites;
use crate::run::{Run, Start};
use crate::settle::settle;
use crate::time::Timestamp;
use crate::transition::Transition;

#[derive(Clone, Debug, PartialEq)]
pub struct Started {
    movement: Option<StateMovement>,
    attributes: AttributeWrites,
}

impl From<Start> for Started {
    fn from(start: Start) -> Self {
        Self {
            movement: start.movement,
            attributes: AttributeWrites {
                search: start.search_attributes,
                data: start.data_attributes,
            },
        }
    }
}

pub(crate) fn apply(run: &Run, now: Timestamp, started: Started) -> Transition {
    let mut draft = Draft::new(run, now);
    draft.write_attributes(started.attributes);
    if let Some(movement) = started.movement {
        draft.start_state(movement);
    }
    settle(&mut draft);
    draft.finish()
}
