//! Giving room back that deleted rows have left.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::MaintenanceError;
use crate::store::Folder;

/// What compacting brought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CompactReport {
    /// The folder.
    pub data_dir: PathBuf,
    /// Database and log before.
    pub before_bytes: u64,
    /// Database and log after.
    pub after_bytes: u64,
}

/// Writes the database anew without waste. Needs the folder for itself, and as much room again as
/// the database takes; a process that dies in between leaves everything as it was.
///
/// # Errors
///
/// There is no database, it is in use or damaged, or there is no room.
pub fn compact(data_dir: &Path) -> Result<CompactReport, MaintenanceError> {
    let folder = Folder::new(data_dir);
    if !folder.database().is_file() {
        return Err(MaintenanceError::NoDatabase {
            path: data_dir.to_owned(),
        });
    }
    let before_bytes = folder.sizes().iter().sum();
    let store = folder
        .open()
        .map_err(|error| MaintenanceError::unusable(data_dir, error))?;
    let written = store.vacuum();
    written.map_err(|error| MaintenanceError::database(&folder.database(), error))?;
    store.checkpoint();
    Ok(CompactReport {
        data_dir: data_dir.to_owned(),
        before_bytes,
        after_bytes: folder.sizes().iter().sum(),
    })
}
