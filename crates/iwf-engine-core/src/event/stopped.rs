//! A client stopped the workflow, or a new start replaced it.
//!
//! | state before | kind | writes | effects | state after |
//! |---|---|---|---|---|
//! | closed | cancel | – | – | closed |
//! | closed | terminate, fail | – | rejected | closed |
//! | running | cancel | closed | closed | canceled |
//! | running | terminate | closed | closed | terminated |
//! | running | fail | closed, perhaps a successor | closed | failed |
//!
//! Calls under way run on; their answers are late.

use std::sync::Arc;

use crate::draft::{Draft, Ending};
use crate::event::StopKind;
use crate::run::{ErrorType, Run, Status};
use crate::time::Timestamp;
use crate::transition::{Rejection, Transition};

pub(crate) fn apply(
    run: &Run,
    now: Timestamp,
    kind: StopKind,
    reason: Option<Arc<str>>,
) -> Result<Transition, Rejection> {
    let mut draft = Draft::new(run, now);
    match (run.is_running(), kind) {
        (false, StopKind::Cancel) => {}
        (false, StopKind::Terminate | StopKind::Fail) => return Err(Rejection::NotRunning),
        (true, StopKind::Cancel) => draft.close(Ending::plain(Status::Canceled)),
        (true, StopKind::Terminate) => draft.close(Ending::plain(Status::Terminated)),
        (true, StopKind::Fail) => draft.close(Ending::failed(ErrorType::ClientApi, reason)),
    }
    Ok(draft.finish())
}
