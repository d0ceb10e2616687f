//! Is everything in a database as it was written, and does it fit together? Reads only.
//!
//! Reading a run checks its own values. What no single reading can notice is looked at here: the
//! structure that `SQLite` relies on, rows that belong to nothing, an index that leads elsewhere,
//! and pages that fell back to an earlier time, which show as a run and its history that disagree.

mod run;

use std::collections::HashMap;

use rusqlite::{Connection, params};

use self::run::{obeys_rules, reachable, verify_loaded};
use super::{RunKey, Store, StoreError, encode, history};

/// Problems of `SQLite` itself that are listed.
const STRUCTURE_MAX: usize = 20;
/// Rows of tables that belong to runs.
const BELONGINGS: [&str; 4] = [
    "executions",
    "messages",
    "data_attributes",
    "search_attributes",
];

/// What a run is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Against {
    /// What was written.
    Storage,
    /// Also what today's rules make of it, which a program with other rules may have seen
    /// differently.
    Rules,
}

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The run it is about, if it is about one.
    pub(crate) run: Option<RunKey>,
    pub(crate) what: String,
    /// Whoever touches the run or the schedule notices, and nobody else is harmed.
    pub(crate) is_contained: bool,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.run {
            Some(key) => write!(f, "run {}: {}", key.0, self.what),
            None => f.write_str(&self.what),
        }
    }
}

impl Problem {
    pub(crate) fn general(what: impl Into<String>) -> Self {
        Self {
            run: None,
            what: what.into(),
            is_contained: false,
        }
    }

    fn of(key: RunKey, what: impl Into<String>) -> Self {
        Self {
            run: Some(key),
            what: what.into(),
            is_contained: false,
        }
    }
}

/// Looks at everything, in one snapshot. `report` hears of each problem; returns how many runs
/// there are.
pub(crate) fn verify_all(
    connection: &Connection,
    against: Against,
    report: &mut dyn FnMut(Problem),
) -> Result<u64, StoreError> {
    let snapshot = connection.unchecked_transaction()?;
    let structure = structure(&snapshot)?;
    let is_sound = structure.is_empty();
    structure
        .into_iter()
        .map(Problem::general)
        .for_each(&mut *report);
    if !is_sound {
        // What the rest would find follows from this.
        return Ok(0);
    }
    for table in BELONGINGS {
        strays(&snapshot, table)?.for_each(&mut *report);
    }
    let mut ends = history_ends(&snapshot)?;
    let mut keys = snapshot.prepare("SELECT run_key FROM runs ORDER BY run_key")?;
    let mut rows = keys.query([])?;
    let mut runs = 0;
    while let Some(row) = rows.next()? {
        let key = RunKey(row.get(0)?);
        runs += 1;
        verify_run(&snapshot, key, ends.remove(&key), against, report)?;
    }
    for key in ends.into_keys() {
        report(Problem::of(key, "a history without its run"));
    }
    completions(&snapshot, report)?;
    schedules(&snapshot, report)?;
    Ok(runs)
}

impl Store {
    /// Whether everything is as it was written.
    pub(crate) fn verify(&self, report: &mut dyn FnMut(Problem)) -> Result<u64, StoreError> {
        verify_all(&self.connection, Against::Storage, report)
    }
}

/// The runs after a key, at most so many, each by itself; returns the last one that was looked at.
pub(crate) fn verify_some(
    connection: &Connection,
    after: RunKey,
    limit: u32,
    report: &mut dyn FnMut(Problem),
) -> Result<Option<RunKey>, StoreError> {
    let snapshot = connection.unchecked_transaction()?;
    let mut statement = snapshot
        .prepare_cached("SELECT run_key FROM runs WHERE run_key > ? ORDER BY run_key LIMIT ?")?;
    let keys = statement.query_map(params![after.0, limit], |row| row.get(0).map(RunKey))?;
    let mut last = None;
    for key in keys {
        let key = key?;
        last = Some(key);
        if let Some(loaded) = verify_loaded(&snapshot, key, report)? {
            reachable(&snapshot, key, &loaded.run, report)?;
        }
    }
    Ok(last)
}

/// What `SQLite` finds wrong with its own structure.
fn structure(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let read = || -> Result<Vec<String>, rusqlite::Error> {
        let sql = format!("PRAGMA integrity_check({STRUCTURE_MAX})");
        let mut statement = connection.prepare(&sql)?;
        let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
        rows.collect()
    };
    match read().map_err(StoreError::from) {
        Ok(found) if found == ["ok"] => Ok(Vec::new()),
        Ok(found) => Ok(found.iter().flat_map(|found| lines(found)).collect()),
        Err(StoreError::Damaged(damage)) => Ok(vec![damage.to_string()]),
        Err(error) => Err(error),
    }
}

/// `SQLite` puts several findings into one row, below a heading that says nothing.
fn lines(found: &str) -> Vec<String> {
    let (heading, rest) = found.split_once('\n').unwrap_or(("", found));
    let rest = if heading.starts_with("***") {
        rest
    } else {
        found
    };
    rest.lines().map(str::to_owned).collect()
}

/// Rows of runs that are not there.
fn strays(
    connection: &Connection,
    table: &str,
) -> Result<impl Iterator<Item = Problem>, StoreError> {
    let sql = format!(
        "SELECT DISTINCT run_key FROM {table}
         WHERE run_key NOT IN (SELECT run_key FROM runs UNION SELECT run_key FROM garbage)
         LIMIT {STRUCTURE_MAX}"
    );
    let mut statement = connection.prepare(&sql)?;
    let keys = statement.query_map([], |row| row.get(0).map(RunKey))?;
    let keys = keys.collect::<Result<Vec<_>, _>>()?;
    let what = format!("{table} of a run that is not there");
    Ok(keys
        .into_iter()
        .map(move |key| Problem::of(key, what.clone())))
}

/// The last row of each history; what waits to be deleted with its run is none.
fn history_ends(connection: &Connection) -> Result<HashMap<RunKey, i64>, StoreError> {
    let mut statement = connection.prepare(
        "SELECT run_key, max(id) FROM history
         WHERE run_key IN (SELECT run_key FROM runs)
            OR run_key NOT IN (SELECT run_key FROM garbage)
         GROUP BY run_key",
    )?;
    let rows = statement.query_map([], |row| Ok((RunKey(row.get(0)?), row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn verify_run(
    connection: &Connection,
    key: RunKey,
    history_end: Option<i64>,
    against: Against,
    report: &mut dyn FnMut(Problem),
) -> Result<(), StoreError> {
    let Some(loaded) = verify_loaded(connection, key, report)? else {
        return Ok(());
    };
    // A page of older content is whole in itself, but it does not know what came later.
    if loaded.stored.history.map(|end| end.row) != history_end {
        report(Problem::of(
            key,
            "the run and its history end at different events",
        ));
        return Ok(());
    }
    match history::whole(connection, key, &loaded) {
        Ok(history) if against == Against::Rules => {
            obeys_rules(key, &loaded, history.as_ref(), report);
        }
        Ok(_) => {}
        Err(StoreError::Damaged(damage)) => report(Problem {
            run: Some(key),
            what: damage.to_string(),
            is_contained: true,
        }),
        Err(error) => return Err(error),
    }
    Ok(())
}

fn completions(connection: &Connection, report: &mut dyn FnMut(Problem)) -> Result<(), StoreError> {
    let mut statement =
        connection.prepare("SELECT workflow_id, key, completed_at, checksum FROM completions")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (workflow_id, key): (String, String) = (row.get(0)?, row.get(1)?);
        if encode::completion_checksum(&workflow_id, &key, row.get(2)?) != row.get::<_, u32>(3)? {
            report(Problem::general(format!(
                "the completion {key} of workflow {workflow_id} does not fit its checksum"
            )));
        }
    }
    Ok(())
}

fn schedules(connection: &Connection, report: &mut dyn FnMut(Problem)) -> Result<(), StoreError> {
    let mut statement = connection.prepare("SELECT workflow_id, schedule FROM schedules")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let workflow_id: String = row.get(0)?;
        let encoded: Vec<u8> = row.get(1)?;
        if let Err(damage) = encode::decode_schedule(&encoded, &workflow_id.as_str().into()) {
            report(Problem {
                is_contained: true,
                ..Problem::general(format!("the schedule of workflow {workflow_id}: {damage}"))
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_finding_is_a_problem_of_its_own() {
        let found = "*** in database main ***\nTree 5 page 9: btreeInitPage\nTree 6 page 2: free";
        let lines = lines(found);
        assert_eq!(
            lines,
            ["Tree 5 page 9: btreeInitPage", "Tree 6 page 2: free"]
        );
        assert_eq!(
            super::lines("row 1 missing from index a"),
            ["row 1 missing from index a"]
        );
    }
}
