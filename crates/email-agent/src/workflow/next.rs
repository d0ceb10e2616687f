//! Where a desk goes, as a decision of iWF.

use chrono::{DateTime, Utc};
use iwf::{Next, StateExt};

use super::{
    AgentState, ClosingState, EmailAgentWorkflow, ScheduleState, TurnState,
    schedule_state::Wait,
    schema::{USER_INPUT, UserInput, What},
};
use crate::{
    book::Book,
    desk::{Desk, Flow, InHand, Moment, Words},
};

impl EmailAgentWorkflow {
    /// The decision that follows from the desk.
    pub(super) fn next(&self, desk: &Desk) -> Next<Self> {
        match desk.flow() {
            Flow::Listen => AgentState::go(()),
            Flow::Turn(request) => Next::all([TurnState::spawn_with(
                request,
                TurnState::options_of(&self.office.settings.now()),
            )]),
            Flow::Wait { attempt, due } => ScheduleState::go(Wait { attempt, due }),
            // What was accepted in the last moment is answered before the end, not dropped.
            Flow::Close(ending) => {
                Next::complete_if_empty(USER_INPUT, ending, [ClosingState::spawn(ending)])
            }
        }
    }
}

/// Takes one message from the channel.
pub(super) fn take(desk: &mut Desk, book: &Book, input: UserInput, moment: &Moment) {
    let UserInput {
        sequence, at, what, ..
    } = input;
    match what {
        What::Request { .. } if !book.has(sequence) => desk.skip(sequence),
        What::Request {
            text,
            time_zone,
            removed,
        } => {
            if let Some(stopped) = book.stopped_at(sequence) {
                desk.stop(&InHand { sequence, text, at }, stopped);
            } else {
                let words = Words {
                    sequence,
                    text,
                    time_zone,
                    at,
                    removed,
                };
                desk.take_words(words, moment);
            }
        }
        What::Command(command) => desk.take_command(sequence, &command, moment),
    }
}

/// Says beside the step that was taken up how often that failed before, so that the trouble is still
/// told when it is over.
pub(super) fn note_delay(
    desk: &mut Desk,
    before: &Desk,
    attempt: u32,
    asked_at: DateTime<Utc>,
    moment: &Moment,
) {
    if attempt > 1 {
        desk.note_effort(before.last_step(), attempt, asked_at, moment.now);
    }
}
