//! A seeded simulation: the real core and the real driver over a clock, a database and workers
//! that do what a seed says.
//!
//! One seed decides what workflows do, what clients ask, which answers are lost, late or doubled,
//! which writes fail, when the process dies and how the clock jumps, far more often than in life.
//! A ledger of its own checks the invariants at every commit, call and answer. Everything runs on
//! one thread, so that a seed gives the same history every time.

mod client;
mod dice;
mod disk;
mod ledger;
mod medium;
mod memory;
mod plan;
#[cfg(test)]
mod tests;
mod trace;
mod worker;
mod world;

use std::panic::AssertUnwindSafe;

/// How a seed is simulated.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Simulated hours.
    pub hours: u32,
    /// What keeps the rows.
    pub store: StoreKind,
    /// Prints what happens while it happens.
    pub is_verbose: bool,
}

/// What keeps the rows of a simulation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreKind {
    /// A map; fast.
    Memory,
    /// The engine's own database, which covers its encodings and statements.
    Sqlite,
    /// SQLite for one seed in sixteen.
    Mixed,
}

/// What came of a seed.
#[derive(Clone, Debug)]
pub struct Report {
    /// The seed.
    pub seed: u64,
    /// Turns of the writer.
    pub turns: u64,
    /// Commits.
    pub commits: u64,
    /// Lives of the process.
    pub lives: u32,
    /// Hours that workflows were open.
    pub workflow_hours: f64,
    /// Equal for equal histories.
    pub history: u64,
    /// The broken invariant, if one was.
    pub failure: Option<Failure>,
}

/// How an invariant was broken.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The invariant, a sentence.
    pub invariant: String,
    /// What contradicts it.
    pub detail: String,
    /// The last events before it.
    pub last_events: Vec<String>,
}

/// Simulates one seed from beginning to end, or to the first broken invariant.
///
/// # Panics
///
/// There is no temporary folder for SQLite.
#[must_use]
pub fn simulate(seed: u64, options: &Options) -> Report {
    let on_sqlite = match options.store {
        StoreKind::Memory => false,
        StoreKind::Sqlite => true,
        StoreKind::Mixed => seed.is_multiple_of(16),
    };
    let simulated = std::panic::catch_unwind(AssertUnwindSafe(|| {
        if on_sqlite {
            world::run(seed, *options, medium::Sqlite::new())
        } else {
            world::run(seed, *options, medium::Memory::default())
        }
    }));
    match simulated {
        Ok(report) => report,
        Err(panic) => std::panic::resume_unwind(panic),
    }
}
