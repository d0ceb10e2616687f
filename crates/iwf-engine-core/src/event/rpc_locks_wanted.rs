//! A locking RPC asks for its keys before its worker is called.
//!
//! | state before | condition | writes | effects | state after |
//! |---|---|---|---|---|
//! | closed | | – | rejected | closed |
//! | running | a state API holds a key, or another RPC is under way | – | rejected | the same |
//! | running | otherwise | RPC locked | – | locked, in memory |

use std::sync::Arc;

use crate::draft::Draft;
use crate::locks;
use crate::run::Run;
use crate::time::Timestamp;
use crate::transition::{Rejection, RpcLock, Transition, Write};

pub(crate) fn apply(run: &Run, now: Timestamp, lock: RpcLock) -> Result<Transition, Rejection> {
    if !run.is_running() {
        return Err(Rejection::NotRunning);
    }
    if !locks::is_free_for_rpc(run, &lock.data_keys, &lock.search_keys) {
        return Err(Rejection::Locked);
    }
    let mut draft = Draft::new(run, now);
    draft.write(Write::RpcLocked(Arc::new(lock)));
    Ok(draft.finish())
}
