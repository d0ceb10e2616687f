//! What happened, line by line: a running hash of all of it, and the last lines for people.

use std::collections::VecDeque;
use std::fmt::Arguments;
use std::hash::{DefaultHasher, Hasher};

const LINES_KEPT: usize = 60;

pub(super) struct Trace {
    hash: DefaultHasher,
    lines: VecDeque<String>,
    /// Every line is printed as well.
    is_verbose: bool,
}

impl Trace {
    pub(super) fn new(is_verbose: bool) -> Self {
        Self {
            hash: DefaultHasher::new(),
            lines: VecDeque::with_capacity(LINES_KEPT),
            is_verbose,
        }
    }

    pub(super) fn line(&mut self, time_millis: i64, what: Arguments<'_>) {
        let mut line = if self.lines.len() < LINES_KEPT {
            String::new()
        } else {
            self.lines.pop_front().unwrap_or_default()
        };
        line.clear();
        let (seconds, millis) = (time_millis.div_euclid(1000), time_millis.rem_euclid(1000));
        // Writing to a string cannot fail.
        let _ = std::fmt::write(&mut line, format_args!("{seconds:>6}.{millis:03}  {what}"));
        self.hash.write(line.as_bytes());
        if self.is_verbose {
            eprintln!("{line}");
        }
        self.lines.push_back(line);
    }

    /// Equal for equal histories.
    pub(super) fn hash(&self) -> u64 {
        self.hash.finish()
    }

    pub(super) fn last_lines(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().map(String::as_str)
    }
}
