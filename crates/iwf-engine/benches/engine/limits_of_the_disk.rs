//! What this disk can do: appends and SQLite commits, each durable before the next.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::load::Figures;

pub(super) fn measure(folder: &Path, time: Duration, figures: &mut Figures) {
    let mut file = File::create(folder.join("appends")).expect("a file");
    let appends = per_second(time, || {
        file.write_all(&[7; 4096]).expect("room");
        file.sync_data().expect("a disk");
    });
    figures.add("disk: durable 4 KiB appends/s", appends);

    let connection = Connection::open(folder.join("commits.db")).expect("a database");
    // As the engine's own.
    connection
        .pragma_update(None, "journal_mode", "WAL")
        .expect("a write-ahead log");
    connection
        .pragma_update(None, "synchronous", "FULL")
        .expect("durable commits");
    let table = "CREATE TABLE rows (number INTEGER PRIMARY KEY, value BLOB)";
    connection.execute_batch(table).expect("a table");
    let mut insert = connection
        .prepare("INSERT INTO rows (value) VALUES (?)")
        .expect("SQL");
    let commits = per_second(time, || _ = insert.execute([[7_u8; 400]]).expect("room"));
    figures.add("disk: SQLite commits/s", commits);
}

fn per_second(time: Duration, mut act: impl FnMut()) -> f64 {
    let begun = Instant::now();
    let mut count = 0_u32;
    while begun.elapsed() < time {
        act();
        count += 1;
    }
    f64::from(count) / begun.elapsed().as_secs_f64()
}
