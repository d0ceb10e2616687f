//! The lock of an RPC is gone: it was lost with its process, or ended when nobody waited for it.
//! Histories alone have this event, so that a replay forgets the lock where the run did.
//!
//! | state before | condition | writes | effects | state after |
//! |---|---|---|---|---|
//! | locked by it | | unlocked | – | unlocked |
//! | anything else | late | – | – | the same |

use crate::draft::Draft;
use crate::id::RpcId;
use crate::run::Run;
use crate::time::Timestamp;
use crate::transition::{Transition, Write};

pub(crate) fn apply(run: &Run, now: Timestamp, rpc: RpcId) -> Transition {
    let mut draft = Draft::new(run, now);
    if run.rpc_in_progress() == Some(rpc) {
        draft.write(Write::RpcUnlocked);
    }
    draft.finish()
}
