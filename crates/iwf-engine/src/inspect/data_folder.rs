//! A data folder seen from outside: by commands, and while an engine may be serving it.

use std::path::Path;

use iwf_engine_core::{RunId, WorkflowId};

use super::run::{InspectOptions, RunDetails};
use super::runs::{self, RunsPage, RunsRequest};
use crate::search::{self, SearchError};
use crate::store::{Folder, Reader, StoreError};

/// Reads what is committed in a data folder. Takes no lock and never makes anybody wait.
///
/// ```no_run
/// use iwf_engine::inspect::{DataFolder, RunsRequest};
///
/// let folder = DataFolder::open("data")?;
/// for run in folder.runs(&RunsRequest::default(), 50)?.runs {
///     println!("{} {:?}", run.workflow_id, run.status);
/// }
/// # Ok::<(), iwf_engine::inspect::ReadError>(())
/// ```
pub struct DataFolder(Reader);

/// Why nothing could be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// There is no database, or it cannot be opened.
    #[error(
        "there is no readable engine database in {path}: name the folder that the engine was started with"
    )]
    Folder {
        /// The folder that was named.
        path: std::path::PathBuf,
        /// What `SQLite` said.
        source: rusqlite::Error,
    },
    /// Another version of the program wrote it.
    #[error(
        "the database has schema version {found}, this program reads version {known}: use the program that serves it, or serve it once with this one if it is newer"
    )]
    Version {
        /// The schema version of the data.
        found: u32,
        /// The schema version of this program.
        known: u32,
    },
    /// The query or the page token cannot be read.
    #[error("{0}")]
    Request(String),
    /// What is stored cannot be read.
    #[error("the database cannot be read: check it, and restore a backup if it is damaged")]
    Damaged(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl DataFolder {
    /// Opens the database in this folder for reading.
    ///
    /// # Errors
    ///
    /// There is none, or it is of another version.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, ReadError> {
        let path = path.as_ref();
        let folder = Folder::new(path);
        let unusable = |source| ReadError::Folder {
            path: path.to_owned(),
            source,
        };
        let reader = folder.reader().map_err(unusable)?;
        let found = reader.schema_version().map_err(unusable)?;
        let known = Folder::known_version();
        if found != known {
            return Err(ReadError::Version { found, known });
        }
        Ok(Self(reader))
    }

    /// One page of runs, with at most `entries_max` entries.
    ///
    /// # Errors
    ///
    /// The query or the page token cannot be read, or the database is damaged.
    pub fn runs(&self, request: &RunsRequest, entries_max: usize) -> Result<RunsPage, ReadError> {
        let connection = self.0.connection();
        let found = search::find(connection, &runs::search(request), entries_max);
        let found = found.map_err(|error| match error {
            SearchError::Database(error) => damaged(error.into()),
            request => ReadError::Request(request.to_string()),
        })?;
        runs::page(connection, found).map_err(|error| damaged(error.into()))
    }

    /// Everything about one run, the workflow's current one if none is named; `None` if there is
    /// no such run.
    ///
    /// # Errors
    ///
    /// The run id is no run id, or the database is damaged.
    pub fn run(
        &self,
        workflow_id: &str,
        run_id: Option<&str>,
        options: InspectOptions,
    ) -> Result<Option<RunDetails>, ReadError> {
        let run_id = match run_id {
            None => None,
            Some(text) => Some(RunId::parse(text).ok_or_else(|| {
                ReadError::Request(format!(
                    "{text:?} is no run id: leave it out for the current run"
                ))
            })?),
        };
        let workflow_id = WorkflowId::from(workflow_id);
        super::details(&self.0, &workflow_id, run_id, options).map_err(damaged)
    }
}

fn damaged(error: StoreError) -> ReadError {
    ReadError::Damaged(Box::new(error))
}
