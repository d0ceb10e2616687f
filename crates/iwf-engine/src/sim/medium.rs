//! Where rows are kept between two lives of the process.

use super::memory::{MemoryStore, Rows};
use crate::store::{Folder, RunStore, Store};

pub(super) trait Medium {
    type Store: RunStore;

    /// A connection for the next life. The one before must be gone.
    fn open(&self) -> Self::Store;
}

#[derive(Default)]
pub(super) struct Memory(Rows);

impl Medium for Memory {
    type Store = MemoryStore;

    fn open(&self) -> MemoryStore {
        MemoryStore::new(self.0.clone())
    }
}

/// The engine's own database, in memory where the system has a folder for that: what survives a
/// power cut is another test's business.
pub(super) struct Sqlite(tempfile::TempDir);

impl Sqlite {
    pub(super) fn new() -> Self {
        let in_memory = tempfile::tempdir_in("/dev/shm");
        #[expect(clippy::expect_used, reason = "nothing can be simulated without it")]
        let folder = in_memory
            .or_else(|_| tempfile::tempdir())
            .expect("a temporary folder");
        Self(folder)
    }
}

impl Medium for Sqlite {
    type Store = Store;

    fn open(&self) -> Store {
        #[expect(clippy::expect_used, reason = "the simulation made this folder itself")]
        Folder::new(self.0.path())
            .open()
            .expect("the simulation's own database opens")
    }
}
