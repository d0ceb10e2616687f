//! A file that somebody named for a copy, or as one: whether it may be that.
//!
//! The files of the data folder may not. An engine that serves the folder holds them open: put
//! another file in their place, and it goes on writing to what nobody will find again.

use std::fs::{self, Metadata};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::MaintenanceError;
use super::backup::Existing;
use crate::store::Folder;

/// Whether a backup may get this name.
pub(super) fn may_be_written(
    folder: &Folder,
    file: &Path,
    existing: Existing,
) -> Result<(), MaintenanceError> {
    is_none_of(folder, file)?;
    match fs::symlink_metadata(file) {
        Ok(found) if !found.is_file() => Err(MaintenanceError::NotAFile {
            path: file.to_owned(),
        }),
        Ok(_) if existing == Existing::Keep => Err(MaintenanceError::Exists {
            path: file.to_owned(),
        }),
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(MaintenanceError::file(file, error))
        }
        _ => Ok(()),
    }
}

/// Refuses the files of the data folder, by whatever name: a link leads to them as well, and they
/// may be missing while no engine runs.
pub(super) fn is_none_of(folder: &Folder, file: &Path) -> Result<(), MaintenanceError> {
    let failed = |error| MaintenanceError::file(file, error);
    let place = place(file).map_err(failed)?;
    let found = found(file).map_err(failed)?;
    for own in folder.files() {
        let is_same = match (&found, self::found(&own).map_err(failed)?) {
            (Some(a), Some(b)) => is_same_file((file, a), (&own, &b)).map_err(failed)?,
            _ => place.is_some() && place == self::place(&own).map_err(failed)?,
        };
        if is_same {
            return Err(MaintenanceError::OfTheFolder {
                path: file.to_owned(),
                folder: folder.path().to_owned(),
            });
        }
    }
    Ok(())
}

/// What the name leads to, if anything.
fn found(file: &Path) -> io::Result<Option<Metadata>> {
    missing_is_none(fs::metadata(file))
}

/// The name without links and detours; `None` where its folder is missing.
fn place(file: &Path) -> io::Result<Option<PathBuf>> {
    let Some(name) = file.file_name() else {
        return Ok(None);
    };
    let parent = file.parent().filter(|path| !path.as_os_str().is_empty());
    let parent = missing_is_none(parent.unwrap_or(Path::new(".")).canonicalize())?;
    Ok(parent.map(|parent| parent.join(name)))
}

fn missing_is_none<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere the names are followed")]
fn is_same_file((_, a): (&Path, &Metadata), (_, b): (&Path, &Metadata)) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    Ok((a.dev(), a.ino()) == (b.dev(), b.ino()))
}

#[cfg(not(unix))]
fn is_same_file((a, _): (&Path, &Metadata), (b, _): (&Path, &Metadata)) -> io::Result<bool> {
    Ok(a.canonicalize()? == b.canonicalize()?)
}
