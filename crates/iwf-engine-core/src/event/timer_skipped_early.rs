//! A client made a timer complete in a run that was reset to before that. The timer may not be
//! there yet, so the skip is kept until it is.
//!
//! | state before | condition | writes | effects | state after |
//! |---|---|---|---|---|
//! | closed | | – | rejected | closed |
//! | waiting | the timer is pending | timer fired | call, if the trigger is met | |
//! | waiting | there is no such timer, or it fired already | – | – | the same |
//! | not started, or in waitUntil | | skip kept | – | the same |
//! | executing or done | too late | – | – | the same |

use crate::draft::Draft;
use crate::event::TimerChoice;
use crate::execution::Phase;
use crate::id::StateExecutionId;
use crate::run::Run;
use crate::settle::settle;
use crate::time::Timestamp;
use crate::transition::{Rejection, Transition, Write};

pub(crate) fn apply(
    run: &Run,
    now: Timestamp,
    execution: StateExecutionId,
    choice: TimerChoice,
) -> Result<Transition, Rejection> {
    if !run.is_running() {
        return Err(Rejection::NotRunning);
    }
    let mut draft = Draft::new(run, now);
    let found = run.executions.values().find(|other| other.id == execution);
    match found.map(|found| (found, &found.phase)) {
        Some((found, Phase::Waiting(commands))) => {
            if let Some(index) = commands.timer(&choice) {
                draft.skip_timer(found, commands, index);
                settle(&mut draft);
            }
        }
        Some((_, Phase::WaitUntil(_))) => draft.write(Write::SkipKept(execution, choice)),
        None if execution.number >= run.next_number(&execution.state_id) => {
            draft.write(Write::SkipKept(execution, choice));
        }
        Some((_, Phase::Execute { .. })) | None => {}
    }
    Ok(draft.finish())
}
