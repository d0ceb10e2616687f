//! A client published to internal channels.
//!
//! | state before | condition | writes | effects | state after |
//! |---|---|---|---|---|
//! | closed | | – | rejected | closed |
//! | running | | messages added, in order; taken where somebody waits | calls | |

use crate::channel::Publication;
use crate::draft::Draft;
use crate::run::Run;
use crate::settle::settle;
use crate::time::Timestamp;
use crate::transition::{Rejection, Transition};

pub(crate) fn apply(
    run: &Run,
    now: Timestamp,
    publications: Vec<Publication>,
) -> Result<Transition, Rejection> {
    if !run.is_running() {
        return Err(Rejection::NotRunning);
    }
    let mut draft = Draft::new(run, now);
    draft.publish(publications);
    settle(&mut draft);
    Ok(draft.finish())
}
