//! The transition tables as data: every step of every test must be a row of its event's table,
//! and every row must be taken by some test.
//!
//! [`World`](crate::world::World) checks each step it makes. Which rows were taken is known only
//! when all tests are done, so the test here runs the scenarios once more, in a process that notes
//! them. The rows are named by the first two cells of the tables in `src/event`, which must agree.

mod tables;

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::process::Command;
use std::sync::{LazyLock, Mutex};

use iwf_engine_core::{Event, Rejection, Run, Timestamp, Transition};

use tables::{TABLES, table_of};

/// One step: what was, what happened, what came of it.
pub(crate) struct Step<'a> {
    pub(crate) before: &'a Run,
    pub(crate) now: Timestamp,
    pub(crate) event: &'a Event,
    pub(crate) result: &'a Result<Transition, Rejection>,
    pub(crate) after: &'a Run,
}

/// The table of one event, and how to tell that a step is one of its rows.
struct Table {
    file: &'static str,
    source: &'static str,
    rows: &'static [Row],
}

/// Its first two cells, and whether a step is one of it.
type Row = (&'static str, fn(&Step<'_>) -> bool);

/// Set for the process that notes the rows: the file to note them in.
const NOTES: &str = "TRANSITION_ROWS";

struct Notes {
    file: File,
    taken: BTreeSet<(&'static str, &'static str)>,
}

static TAKEN: LazyLock<Option<Mutex<Notes>>> = LazyLock::new(|| {
    let path = std::env::var_os(NOTES)?;
    let file = OpenOptions::new().create(true).append(true).open(path);
    Some(Mutex::new(Notes {
        file: file.expect("a file for the rows"),
        taken: BTreeSet::new(),
    }))
});

/// A step must be at least one row of its table; several things may be due at once.
pub(crate) fn check(step: &Step<'_>) {
    let table = table_of(step.event);
    let rows = table.rows.iter().filter(|(_, is_taken)| is_taken(step));
    let rows: Vec<&'static str> = rows.map(|(row, _)| *row).collect();
    assert!(
        !rows.is_empty(),
        "no row of {} fits: {:?} made {:?} of {:?}",
        table.file,
        step.event,
        step.result,
        step.before
    );
    if let Some(notes) = &*TAKEN {
        let mut notes = notes.lock().unwrap();
        for row in rows {
            if notes.taken.insert((table.file, row)) {
                writeln!(notes.file, "{}: {row}", table.file).unwrap();
            }
        }
    }
}

/// The first two cells of each row of the table that opens a file.
fn documented(source: &str) -> Vec<String> {
    let lines = source.lines().filter_map(|line| line.strip_prefix("//! |"));
    let rows = lines.skip(2).map(|line| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        format!("{}, {}", cells[0], cells[1])
    });
    rows.map(|row| row.trim_end_matches(", ").to_owned())
        .collect()
}

#[test]
fn the_tables_of_the_sources_are_these() {
    for table in TABLES {
        let rows: Vec<&str> = table.rows.iter().map(|(row, _)| *row).collect();
        assert_eq!(rows, documented(table.source), "{}", table.file);
    }
}

#[test]
fn every_row_is_taken_by_a_test() {
    let notes = format!("transition-rows-{}", std::process::id());
    let notes = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(notes);
    let tests = std::env::current_exe().expect("this program");
    let ended = Command::new(tests)
        .args(["--skip", "rows::", "--skip", "properties::"])
        .env(NOTES, &notes)
        .output()
        .expect("the other tests");
    assert!(ended.status.success(), "another test failed");
    let taken = std::fs::read_to_string(&notes).expect("the rows");
    std::fs::remove_file(&notes).expect("a file of ours");
    let taken: BTreeSet<&str> = taken.lines().collect();
    let all = TABLES.iter().flat_map(|table| {
        let rows = table.rows.iter();
        rows.map(|(row, _)| format!("{}: {row}", table.file))
    });
    let missing: Vec<String> = all.filter(|row| !taken.contains(row.as_str())).collect();
    assert!(missing.is_empty(), "no test takes {missing:#?}");
}
