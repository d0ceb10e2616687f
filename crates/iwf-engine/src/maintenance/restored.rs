//! The mark of a restore: a small file in the data folder, for whoever must know that what the
//! workflows hold ready may have happened before.
//!
//! `restore` writes it before the backup takes the place of the data, so there is no moment in which
//! an engine could run on restored data without it. It stays until the next restore replaces it.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::Path;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{MaintenanceError, settle_folder};
use crate::store::private;

const MARK: &str = "restored.json";
const UNFINISHED: &str = "restored.json.new";

/// The last restore of a data folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Restored {
    /// When the backup took the place of the data. No two restores have the same.
    pub restored_at: DateTime<Utc>,
    /// When the file with the backup was last written, if the system could tell: copying may have
    /// changed it.
    pub backup_written_at: Option<DateTime<Utc>>,
}

/// Whether the data of this folder was restored from a backup, and when. Reads one small file, so it
/// can be asked at any time, also before an engine opens the folder.
///
/// # Errors
///
/// The mark is there and cannot be read.
pub fn restored(data_dir: &Path) -> Result<Option<Restored>, MaintenanceError> {
    let path = data_dir.join(MARK);
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(MaintenanceError::file(&path, error)),
    };
    let mark = serde_json::from_slice(&text);
    mark.map(Some)
        .map_err(|error| MaintenanceError::file(&path, error.into()))
}

/// Writes the mark, whole or not at all.
pub(super) fn mark(data_dir: &Path, mark: Restored) -> Result<(), MaintenanceError> {
    let (path, unfinished) = (data_dir.join(MARK), data_dir.join(UNFINISHED));
    let written = || -> std::io::Result<()> {
        let mut file = private::new_file()
            .create(true)
            .truncate(true)
            .open(&unfinished)?;
        file.write_all(&serde_json::to_vec(&mark)?)?;
        file.sync_all()?;
        fs::rename(&unfinished, &path)
    };
    written().map_err(|error| MaintenanceError::file(&path, error))?;
    settle_folder(Some(data_dir))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_read_as_it_was_written_and_replaced() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(restored(folder.path()).unwrap(), None);
        for day in 1..3 {
            let written = Restored {
                restored_at: DateTime::UNIX_EPOCH + chrono::TimeDelta::days(day),
                backup_written_at: Some(DateTime::UNIX_EPOCH),
            };
            mark(folder.path(), written).unwrap();
            assert_eq!(restored(folder.path()).unwrap(), Some(written));
        }
        fs::write(folder.path().join(MARK), "half").unwrap();
        assert!(restored(folder.path()).is_err());
    }
}
