//! A run begins.
//!
//! | state before | condition | writes | effects | state after |
//! |---|---|---|---|---|
//! | nothing happened | no start state | initial attributes | – | idle |
//! | nothing happened | start state, no delay | attributes, execution 1 | call | in its first call |
//! | nothing happened | start state, delay | attributes, movement queued | – | delayed |

use crate::attribute::{DataAttribute, SearchAttribute};
use crate::decision::StateMovement;
use crate::draft::Draft;
use crate::run::{Run, Start};
use crate::settle::settle;
use crate::time::Timestamp;
use crate::transition::{Transition, Write};

#[derive(Clone, Debug, PartialEq)]
pub struct Started {
    movement: Option<StateMovement>,
    data_attributes: Vec<DataAttribute>,
    search_attributes: Vec<SearchAttribute>,
}

impl From<Start> for Started {
    fn from(start: Start) -> Self {
        Self {
            movement: start.movement,
            data_attributes: start.data_attributes,
            search_attributes: start.search_attributes,
        }
    }
}

pub(crate) fn apply(run: &Run, now: Timestamp, started: Started) -> Transition {
    let mut draft = Draft::new(run, now);
    for attribute in started.search_attributes {
        draft.write_search_attribute(attribute);
    }
    for attribute in started.data_attributes {
        draft.write(Write::DataAttributeSet(attribute));
    }
    if let Some(movement) = started.movement {
        draft.start_state(movement);
    }
    settle(&mut draft);
    draft.finish()
}
