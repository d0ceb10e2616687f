//! What stands for all rows that belong to a run, so that none can be missing unnoticed.

use serde::{Deserialize, Serialize};

/// How many rows there are and the sum of their checksums: any row that is missing, too many or
/// out of date makes another digest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Digest {
    rows: u32,
    sum: u32,
}

impl Digest {
    pub(in crate::store) fn of(checksums: impl Iterator<Item = u32>) -> Self {
        let mut digest = Self::default();
        checksums.for_each(|checksum| digest.add(checksum));
        digest
    }

    pub(in crate::store) fn add(&mut self, checksum: u32) {
        self.rows = self.rows.wrapping_add(1);
        self.sum = self.sum.wrapping_add(checksum);
    }

    pub(in crate::store) fn remove(&mut self, checksum: u32) {
        self.rows = self.rows.wrapping_sub(1);
        self.sum = self.sum.wrapping_sub(checksum);
    }

    pub(in crate::store) fn rows(self) -> u32 {
        self.rows
    }

    pub(in crate::store) fn is_empty(self) -> bool {
        self.rows == 0
    }
}

/// The rows that belong to a run beside its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Contents {
    pub(in crate::store) executions: Digest,
    pub(in crate::store) messages: Digest,
    pub(in crate::store) attributes: Digest,
}
