//! A client set attributes.
//!
//! | state before | condition | writes | effects | state after |
//! |---|---|---|---|---|
//! | closed | | – | rejected | closed |
//! | running | | attributes | – | the same |
//! | running | a search attribute cannot be indexed | what workers see; the index keeps its value | – | the same |

use crate::draft::Draft;
use crate::event::AttributeWrites;
use crate::run::Run;
use crate::time::Timestamp;
use crate::transition::{Rejection, Transition};

pub(crate) fn apply(
    run: &Run,
    now: Timestamp,
    attributes: AttributeWrites,
) -> Result<Transition, Rejection> {
    if !run.is_running() {
        return Err(Rejection::NotRunning);
    }
    let mut draft = Draft::new(run, now);
    draft.write_attributes(attributes);
    Ok(draft.finish())
}
