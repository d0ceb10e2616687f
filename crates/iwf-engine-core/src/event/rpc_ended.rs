//! A locking RPC failed: its keys are free, nothing else changes.
//!
//! | state before | condition | writes | effects | state after |
//! |---|---|---|---|---|
//! | locked by it | | unlocked, locks granted | calls | unlocked |
//! | anything else | late | – | – | the same |

use crate::draft::Draft;
use crate::id::RpcId;
use crate::run::Run;
use crate::settle::settle;
use crate::time::Timestamp;
use crate::transition::{Transition, Write};

pub(crate) fn apply(run: &Run, now: Timestamp, rpc: RpcId) -> Transition {
    let mut draft = Draft::new(run, now);
    if run.rpc_in_progress() == Some(rpc) {
        draft.write(Write::RpcUnlocked);
        settle(&mut draft);
    }
    draft.finish()
}
