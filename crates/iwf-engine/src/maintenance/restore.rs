//! Putting a backup in the place of the data. What was there is kept.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use serde::Serialize;

use super::backup::remove_if_there;
use super::check::first_problem;
use super::named_file::is_none_of;
use super::restored::{Restored, mark};
use super::{MaintenanceError, must_exist, now, number, open_to_read, settle, settle_folder};
use crate::store::{Folder, bring_up_to_date, disk_full, private};

/// A backup that was restored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RestoreReport {
    /// The folder that now holds the backup.
    pub data_dir: PathBuf,
    /// Runs in it.
    pub runs: u64,
    /// Where the data that was there before is now, if there was any.
    pub kept_in: Option<PathBuf>,
}

/// Puts a backup in the place of the data. The backup is checked first; data that is there is moved
/// into a folder beside it, never deleted. If the process dies in between, no engine starts on the
/// folder until the restore is repeated.
///
/// # Errors
///
/// The file is no whole backup, the folder is in use, or it cannot be written.
pub fn restore(data_dir: &Path, file: &Path) -> Result<RestoreReport, MaintenanceError> {
    let folder = Folder::new(data_dir);
    must_exist(file)?;
    is_none_of(&folder, file)?;
    let backup_written_at = std::fs::metadata(file)
        .and_then(|metadata| metadata.modified())
        .ok()
        .map(Into::into);
    let (backup, _) = open_to_read(file)?;
    let _lock = folder
        .lock()
        .map_err(|error| MaintenanceError::unusable(data_dir, error))?;
    let incoming = folder.incoming();
    remove_if_there(&incoming)?;
    private::make_file(&incoming).map_err(|source| MaintenanceError::file(&incoming, source))?;
    // A copy through SQLite: the backup may have a log beside it.
    let copied = backup.execute("VACUUM INTO ?", [incoming.to_string_lossy()]);
    drop(backup);
    let copied = copied.map_err(|error| {
        let is_full = disk_full::is_full(&error);
        MaintenanceError::database(if is_full { &incoming } else { file }, error)
    });
    let runs = match copied.and_then(|_| examine(&incoming, file)) {
        Ok(runs) => runs,
        Err(error) => {
            remove_if_there(&incoming)?;
            return Err(error);
        }
    };
    settle(&incoming)?;
    let kept_in = move_aside(&folder)?;
    mark(
        data_dir,
        Restored {
            restored_at: now(),
            backup_written_at,
        },
    )?;
    let database = folder.database();
    std::fs::rename(&incoming, &database)
        .map_err(|source| MaintenanceError::file(&database, source))?;
    settle_folder(Some(data_dir))?;
    Ok(RestoreReport {
        data_dir: data_dir.to_owned(),
        runs,
        kept_in,
    })
}

/// Brings the copy up to date, so that backups of older versions can be checked, too.
fn examine(incoming: &Path, file: &Path) -> Result<u64, MaintenanceError> {
    let mut copy = Connection::open(incoming)?;
    bring_up_to_date(&mut copy).map_err(|error| MaintenanceError::unusable(file, error))?;
    if let Some(problem) = first_problem(&copy)? {
        return Err(MaintenanceError::NotWhole {
            path: file.to_owned(),
            problem,
        });
    }
    Ok(number(&copy, "SELECT count(*) FROM runs")?)
}

/// The database goes first: without it no engine starts, and its log would not be missed.
fn move_aside(folder: &Folder) -> Result<Option<PathBuf>, MaintenanceError> {
    let present = [folder.database(), folder.log(), folder.log_index()];
    let mut present = present.into_iter().filter(|path| path.exists()).peekable();
    if present.peek().is_none() {
        return Ok(None);
    }
    let name = format!("before-restore-{}", now().format("%Y%m%dT%H%M%S%.3fZ"));
    let aside = folder.path().join(name);
    private::make_folder(&aside).map_err(|source| MaintenanceError::file(&aside, source))?;
    for path in present {
        let Some(name) = path.file_name() else {
            continue;
        };
        std::fs::rename(&path, aside.join(name))
            .map_err(|source| MaintenanceError::file(&path, source))?;
        settle_folder(Some(folder.path()))?;
    }
    settle_folder(Some(&aside))?;
    Ok(Some(aside))
}
