//! A copy of the database in one file, as it is at one instant.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::named_file::may_be_written;
use super::{MaintenanceError, number, open_to_read, settle, settle_folder, size_bytes};
use crate::store::{Folder, private};

/// What becomes of a file that has the name of the backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// It stays, and there is no backup.
    Keep,
    /// The backup takes its place once it is complete.
    Replace,
}

/// A backup that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BackupReport {
    /// The file.
    pub file: PathBuf,
    /// Its size.
    pub size_bytes: u64,
    /// Runs in it.
    pub runs: u64,
}

/// Copies the database into one file. The copy is what was committed at one instant, without
/// waste, and on disk when this returns. An engine that serves the folder goes on meanwhile.
///
/// # Errors
///
/// There is no database, the file exists, is one of the data folder, or cannot be written.
pub fn backup(
    data_dir: &Path,
    file: &Path,
    existing: Existing,
) -> Result<BackupReport, MaintenanceError> {
    let folder = Folder::new(data_dir);
    let (connection, _) = open_to_read(&folder.database())?;
    may_be_written(&folder, file, existing)?;
    // Under another name until it is whole: a file with the right name is a whole backup.
    let partial = partial_name(file);
    remove_if_there(&partial)?;
    private::make_file(&partial).map_err(|source| MaintenanceError::file(&partial, source))?;
    let copied = connection.execute("VACUUM INTO ?", [partial.to_string_lossy()]);
    if let Err(error) = copied {
        remove_if_there(&partial)?;
        return Err(MaintenanceError::database(&partial, error));
    }
    settle(&partial)?;
    let (copy, _) = open_to_read(&partial)?;
    let runs = number(&copy, "SELECT count(*) FROM runs")?;
    drop(copy);
    std::fs::rename(&partial, file).map_err(|source| MaintenanceError::file(file, source))?;
    settle_folder(file.parent())?;
    Ok(BackupReport {
        file: file.to_owned(),
        size_bytes: size_bytes(file),
        runs,
    })
}

fn partial_name(file: &Path) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(".partial");
    name.into()
}

pub(super) fn remove_if_there(path: &Path) -> Result<(), MaintenanceError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(MaintenanceError::file(path, error))
        }
        _ => Ok(()),
    }
}
