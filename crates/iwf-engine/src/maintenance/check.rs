//! Whether everything in a database is as it was written, and fits together.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use serde::Serialize;

use super::{MaintenanceError, must_exist, open_current};
use crate::store::{
    Against, Folder, OpenStoreError, Problem, RunKey, StoreError, check_objects, verify_all,
};

/// Findings that are listed; the others are counted.
const FINDINGS_MAX: usize = 1000;

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckReport {
    /// The database that was checked.
    pub file: PathBuf,
    /// Runs that were looked at; 0 if the database's own structure is damaged.
    pub runs: u64,
    /// All problems, also those beyond the list.
    pub problems: u64,
    /// What is wrong, at most 1,000 entries.
    pub findings: Vec<Finding>,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The place of the run in the database, if it is about one.
    pub run_key: Option<i64>,
    /// Its workflow id, as far as it can be read.
    pub workflow_id: Option<String>,
    /// What is wrong.
    pub problem: String,
    /// Only this run is harmed: it stands still, the others go on.
    pub is_contained: bool,
    /// What to do.
    pub advice: String,
}

/// Checks the database of a data folder, whether it is served or not. Reads everything, changes
/// nothing.
///
/// # Errors
///
/// There is no database of this version, or it cannot be read.
pub fn check(data_dir: &Path) -> Result<CheckReport, MaintenanceError> {
    check_database(&Folder::new(data_dir).database())
}

/// Checks a database by its file: a backup.
///
/// # Errors
///
/// As [`check`].
pub fn check_file(file: &Path) -> Result<CheckReport, MaintenanceError> {
    must_exist(file)?;
    check_database(file)
}

fn check_database(file: &Path) -> Result<CheckReport, MaintenanceError> {
    let connection = open_current(file)?;
    let mut report = CheckReport {
        file: file.to_owned(),
        runs: 0,
        problems: 0,
        findings: Vec::new(),
    };
    report.runs = verify(&connection, Against::Rules, &mut |problem| {
        report.problems += 1;
        if report.findings.len() < FINDINGS_MAX {
            report.findings.push(Finding::new(&connection, problem));
        }
    })?;
    Ok(report)
}

fn verify(
    connection: &Connection,
    against: Against,
    report: &mut dyn FnMut(Problem),
) -> Result<u64, MaintenanceError> {
    match check_objects(connection) {
        Err(OpenStoreError::Damaged(problem)) => {
            report(Problem::general(problem));
            return Ok(0);
        }
        Err(OpenStoreError::Database(error)) => return Err(error.into()),
        _ => {}
    }
    match verify_all(connection, against, report) {
        Ok(runs) => Ok(runs),
        Err(StoreError::Sql(error)) => Err(error.into()),
        Err(StoreError::Damaged(damage)) => {
            report(Problem::general(damage.to_string()));
            Ok(0)
        }
    }
}

/// The first thing that is wrong with a database of this version.
pub(super) fn first_problem(connection: &Connection) -> Result<Option<String>, MaintenanceError> {
    let mut first = None;
    verify(connection, Against::Storage, &mut |problem| {
        first.get_or_insert(problem.what);
    })?;
    Ok(first)
}

impl Finding {
    fn new(connection: &Connection, problem: Problem) -> Self {
        let advice = if problem.is_contained {
            "restore a backup, or let this run stand still and start the workflow again under another id"
        } else {
            "stop the engine and restore a backup"
        };
        Self {
            run_key: problem.run.map(|key| key.0),
            workflow_id: problem.run.and_then(|key| workflow_id(connection, key)),
            problem: problem.what,
            is_contained: problem.is_contained,
            advice: advice.to_owned(),
        }
    }
}

/// The run cannot be trusted, but its name may help to find out what it was.
fn workflow_id(connection: &Connection, key: RunKey) -> Option<String> {
    let sql = "SELECT workflow_id FROM runs WHERE run_key = ?";
    connection.query_row(sql, [key.0], |row| row.get(0)).ok()
}
