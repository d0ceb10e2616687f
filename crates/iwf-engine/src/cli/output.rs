//! Standard output: aligned columns for people, one JSON object for programs.
//!
//! A reader who has seen enough closes the pipe; that is no error.

use std::io::{self, ErrorKind, Write as _};

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use tabwriter::TabWriter;

/// Prints one JSON object.
pub(super) fn json(value: &impl Serialize) -> anyhow::Result<()> {
    print(&(serde_json::to_string_pretty(value)? + "\n"))
}

/// Prints text as it is.
pub(super) fn print(text: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// Rows of cells, aligned.
#[derive(Default)]
pub(super) struct Table(String);

impl Table {
    pub(super) fn row<const N: usize>(&mut self, cells: [&str; N]) {
        let cells = cells.map(printable);
        self.0.push_str(cells.join("\t").trim_end());
        self.0.push('\n');
    }

    pub(super) fn into_text(self) -> anyhow::Result<String> {
        let mut aligned = Vec::new();
        let mut writer = TabWriter::new(&mut aligned).padding(2);
        writer.write_all(self.0.as_bytes())?;
        writer.flush()?;
        drop(writer);
        Ok(String::from_utf8(aligned)?)
    }
}

/// What users have named can hold anything; a terminal obeys control characters.
pub(super) fn printable(text: &str) -> String {
    let shown = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    text.chars().map(shown).collect()
}

pub(super) fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// When the engine acts by itself; a worker call is owed or under way since 1970.
pub(super) fn due_or_dash(at: Option<DateTime<Utc>>) -> String {
    match at {
        Some(at) if at == DateTime::UNIX_EPOCH => "in a call".to_owned(),
        at => instant_or_dash(at),
    }
}

pub(super) fn instant_or_dash(at: Option<DateTime<Utc>>) -> String {
    at.map_or_else(|| "-".to_owned(), instant)
}

/// A size in the unit that gives it two or three digits.
pub(super) fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];
    let mut unit = 0;
    let mut rest = bytes;
    while rest >= 10_240 && unit + 1 < UNITS.len() {
        rest /= 1024;
        unit += 1;
    }
    format!("{rest} {}", UNITS.get(unit).copied().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_few_digits() {
        assert_eq!(size(0), "0 B");
        assert_eq!(size(10_239), "10239 B");
        assert_eq!(size(10_240), "10 KiB");
        assert_eq!(size(u64::MAX), "16777215 TiB");
    }

    #[test]
    fn columns_are_aligned_and_cannot_command_the_terminal() {
        let mut table = Table::default();
        table.row(["a", "b"]);
        table.row(["long\u{1b}[2J", "c"]);
        assert_eq!(
            table.into_text().unwrap(),
            "a         b\nlong\u{fffd}[2J  c\n"
        );
    }
}
