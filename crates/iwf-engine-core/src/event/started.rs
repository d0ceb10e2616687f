//! A run begins.
//!
//! | state before | condition | writes | effects | state after |
//! |---|---|---|---|---|
//! | nothing happened | no start state | initial attributes | – | idle |
//! | nothing happened | start state, no delay | attributes, execution 1 | call | in its first call |
//! | nothing happened | start state, delay | attributes, movement queued | – | delayed |

use serde::{Deserialize, Serialize};

use crate::decision::StateMovement;
use crate::draft::Draft;
use crate::event::AttributeWrites;
use crate::id::{RunId, WorkflowId};
use crate::run::{Config, Run, Settings, Start};
use crate::settle::settle;
use crate::time::Timestamp;
use crate::transition::Transition;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Started {
    config: Config,
    starts_at: Option<Timestamp>,
    movement: Option<StateMovement>,
    pub(super) attributes: AttributeWrites,
}

impl From<Start> for Started {
    fn from(start: Start) -> Self {
        Self {
            config: start.config,
            starts_at: start.starts_at,
            movement: start.movement,
            attributes: AttributeWrites {
                search: start.search_attributes,
                data: start.data_attributes,
            },
        }
    }
}

impl Started {
    /// What the run was started with, given what this event does not hold.
    pub(crate) fn to_start(&self, id: RunId, workflow_id: WorkflowId, settings: Settings) -> Start {
        Start {
            id,
            workflow_id,
            settings,
            config: self.config,
            starts_at: self.starts_at,
            movement: self.movement.clone(),
            data_attributes: self.attributes.data.clone(),
            search_attributes: self.attributes.search.clone(),
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
