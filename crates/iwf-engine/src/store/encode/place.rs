//! Where a value belongs: part of what its checksum covers, so that it is worth nothing elsewhere.

use iwf_engine_core::{AttributeKey, ChannelKey, ChannelKind, Slot, WorkflowId};

use crate::store::RunKey;

/// Which value of which run: part of what its checksum covers.
#[derive(Clone)]
pub(in crate::store) struct Place(crc32fast::Hasher);

impl Place {
    fn new(kind: u8, key: RunKey) -> Self {
        let mut hasher = crc32fast::Hasher::new();
        hasher.update(&[kind]);
        hasher.update(&key.0.to_le_bytes());
        Self(hasher)
    }

    pub(super) fn with(mut self, bytes: &[u8]) -> Self {
        self.0.update(bytes);
        self
    }

    /// Covers every column of the row, so that none is believed that was not stored with it.
    pub(in crate::store) fn head(key: RunKey, columns: &Columns<'_>) -> Self {
        let number = |place: Self, number: Option<i64>| match number {
            Some(number) => place.with(&[1]).with(&number.to_le_bytes()),
            None => place.with(&[0]),
        };
        let text = |place: Self, text: &str| {
            number(place, i64::try_from(text.len()).ok()).with(text.as_bytes())
        };
        let place = Self::new(1, key).with(&columns.run_id);
        let place = text(place, columns.workflow_id);
        let place = text(place, columns.workflow_type);
        let place = number(place, Some(columns.status));
        let place = number(place, Some(columns.started_at));
        let place = number(place, columns.closed_at);
        let place = number(place, columns.due_at);
        text(place, columns.executing.unwrap_or_default())
    }

    pub(in crate::store) fn settings(key: RunKey) -> Self {
        Self::new(2, key)
    }

    pub(in crate::store) fn execution(key: RunKey, slot: Slot) -> Self {
        Self::new(3, key).with(&slot.0.to_le_bytes())
    }

    pub(in crate::store) fn data_attribute(key: RunKey, name: &AttributeKey) -> Self {
        Self::new(4, key).with(name.as_str().as_bytes())
    }

    pub(in crate::store) fn message(key: RunKey, sequence: u64, channel: &ChannelKey) -> Self {
        let kind = match channel.kind {
            ChannelKind::Signal => 0,
            ChannelKind::Internal => 1,
        };
        let place = Self::new(5, key)
            .with(&sequence.to_le_bytes())
            .with(&[kind]);
        place.with(channel.name.as_str().as_bytes())
    }

    /// The row of a history is known by where it stands in the chain.
    pub(in crate::store) fn history(key: RunKey, previous: Option<i64>, number: u64) -> Self {
        let place = Self::new(7, key).with(&number.to_le_bytes());
        match previous {
            Some(row) => place.with(&row.to_le_bytes()),
            None => place,
        }
    }

    /// The snapshot in the row whose first event has this number.
    pub(in crate::store) fn snapshot(key: RunKey, number: u64) -> Self {
        Self::new(9, key).with(&number.to_le_bytes())
    }

    fn completion(workflow_id: &str, key: &str) -> Self {
        let place = Self::new(6, RunKey(0)).with(workflow_id.as_bytes());
        place.with(&[0]).with(key.as_bytes())
    }

    pub(in crate::store) fn schedule(workflow_id: &WorkflowId) -> Self {
        Self::new(8, RunKey(0)).with(workflow_id.as_str().as_bytes())
    }

    /// Stands for a value that is written once and never changes.
    pub(in crate::store) fn checksum(self) -> u32 {
        self.0.finalize()
    }
}

/// The columns of a run's row, beside its head and settings.
#[derive(Clone, Copy, Debug)]
pub(in crate::store) struct Columns<'a> {
    pub(in crate::store) run_id: [u8; 16],
    pub(in crate::store) workflow_id: &'a str,
    pub(in crate::store) workflow_type: &'a str,
    pub(in crate::store) status: i64,
    pub(in crate::store) started_at: i64,
    pub(in crate::store) closed_at: Option<i64>,
    pub(in crate::store) due_at: Option<i64>,
    pub(in crate::store) executing: Option<&'a str>,
}

/// The checksum of a row that announces a completion.
pub(in crate::store) fn completion_checksum(
    workflow_id: &str,
    key: &str,
    completed_at: i64,
) -> u32 {
    let place = Place::completion(workflow_id, key);
    place.with(&completed_at.to_le_bytes()).checksum()
}
