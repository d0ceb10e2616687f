//! A client sent a signal.
//!
//! | state before | condition | writes | effects | state after |
//! |---|---|---|---|---|
//! | closed | | – | rejected | closed |
//! | running | nobody waits for it | message added | – | buffered |
//! | running | a waiter | message added and taken | call, if a trigger is met | |

use crate::channel::{ChannelKey, ChannelKind};
use crate::draft::Draft;
use crate::id::ChannelName;
use crate::payload::Payload;
use crate::run::Run;
use crate::settle::settle;
use crate::time::Timestamp;
use crate::transition::{Rejection, Transition};

pub(crate) fn apply(
    run: &Run,
    now: Timestamp,
    name: ChannelName,
    value: Option<Payload>,
) -> Result<Transition, Rejection> {
    if !run.is_running() {
        return Err(Rejection::NotRunning);
    }
    let mut draft = Draft::new(run, now);
    let kind = ChannelKind::Signal;
    draft.add_message(ChannelKey { kind, name }, value);
    settle(&mut draft);
    Ok(draft.finish())
}
