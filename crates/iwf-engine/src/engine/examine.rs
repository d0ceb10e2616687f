//! Is the stored data what was stored? Looked at when the engine opens.
//!
//! A run checks its own values whenever it is read. What no single reading can notice (a lost
//! index entry, a page of older content) is looked for here: in a small database before the first
//! request, in a larger one meanwhile, so that it need not wait for it.

use std::time::Instant;

use tokio::sync::watch;

use super::OpenError;
use crate::driver::WriterHealth;
use crate::store::{Folder, OpenStoreError, Problem, RunKey, Store, StoreError, verify_some};

/// Runs that are looked at in one snapshot.
const RUNS_AT_A_TIME: u32 = 128;
/// How much longer than its work each rest is: a tenth of one core is for this.
const RESTS: u32 = 9;

/// Whether the database has been looked at as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Examined {
    Whole,
    /// It was too large for that.
    NotYet,
}

/// Looks at a database of at most so many bytes. Damage that stays within a run is told, and
/// anything else is a reason not to open.
pub(super) fn examine(
    store: &Store,
    bytes_max: u64,
    health: &WriterHealth,
) -> Result<Examined, OpenStoreError> {
    if store.size_bytes()? > bytes_max {
        return Ok(Examined::NotYet);
    }
    let mut first = None;
    let examined = store.verify(&mut |problem| match problem.run {
        Some(key) if problem.is_contained => health.damaged(key, &problem.what),
        // A schedule, of which the writer tells.
        None if problem.is_contained => {}
        _ => {
            first.get_or_insert(problem.to_string());
        }
    });
    match (examined, first) {
        (Ok(_), None) => Ok(Examined::Whole),
        (Ok(_), Some(problem)) => Err(OpenStoreError::Damaged(problem)),
        (Err(StoreError::Damaged(damage)), _) => Err(OpenStoreError::Damaged(damage.to_string())),
        (Err(StoreError::Sql(error)), _) => Err(error.into()),
    }
}

/// Looks at every run, on a thread of its own that ends with the engine.
pub(super) fn start(
    folder: Folder,
    health: WriterHealth,
    is_closing: watch::Receiver<bool>,
) -> Result<(), OpenError> {
    let work = move || match examine_meanwhile(&folder, &health, &is_closing) {
        Ok(()) => {}
        Err(StoreError::Damaged(damage)) => health.damaged_as_a_whole(&damage.to_string()),
        Err(error) => tracing::error!(%error, "the stored runs could not be examined"),
    };
    let thread = std::thread::Builder::new().name("iwf-examine".to_owned());
    thread.spawn(work).map(drop).map_err(OpenError::Thread)
}

/// A few runs at a time, with long rests, so that nobody else notices.
fn examine_meanwhile(
    folder: &Folder,
    health: &WriterHealth,
    is_closing: &watch::Receiver<bool>,
) -> Result<(), StoreError> {
    let reader = folder.reader()?;
    let mut report = |problem: Problem| match problem.run {
        Some(key) if problem.is_contained => health.damaged(key, &problem.what),
        _ => health.damaged_as_a_whole(&problem.to_string()),
    };
    let mut after = RunKey(0);
    loop {
        let begun = Instant::now();
        let last = verify_some(reader.connection(), after, RUNS_AT_A_TIME, &mut report)?;
        match last {
            Some(last) => after = last,
            None => return Ok(()),
        }
        if is_closing.has_changed().is_err() || *is_closing.borrow() {
            return Ok(());
        }
        std::thread::park_timeout(begun.elapsed() * RESTS);
    }
}
