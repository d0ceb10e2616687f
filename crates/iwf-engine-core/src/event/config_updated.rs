//! A client changed the configuration of a run, field by field.
//!
//! | state before | condition | writes | effects | state after |
//! |---|---|---|---|---|
//! | closed | | – | rejected | closed |
//! | running | nothing that matters here | – | – | the same |
//! | running | another mode of executing state ids | config | – | the same |

use crate::draft::Draft;
use crate::run::{Config, ExecutingStateIds, Run};
use crate::time::Timestamp;
use crate::transition::{Rejection, Transition, Write};

pub(crate) fn apply(
    run: &Run,
    now: Timestamp,
    executing_state_ids: Option<ExecutingStateIds>,
) -> Result<Transition, Rejection> {
    if !run.is_running() {
        return Err(Rejection::NotRunning);
    }
    let mut draft = Draft::new(run, now);
    if let Some(executing_state_ids) = executing_state_ids {
        draft.write(Write::ConfigSet(Config {
            executing_state_ids,
        }));
    }
    Ok(draft.finish())
}
