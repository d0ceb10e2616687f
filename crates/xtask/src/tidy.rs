//! `cargo xtask tidy`: the rules of this repository that no compiler knows.
//!
//! One file per rule. A rule reads and reports; it never changes a file. All findings are printed, so
//! that one run is enough.

mod arrows;
mod links;
mod sources;
mod style;
mod words;

use crate::process::answer;
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use std::fmt;
use std::fs;
use std::process::Command;

/// A place and what is wrong there.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    file: String,
    /// Counted from 1; 0 means the file as a whole.
    line: usize,
    what: String,
}

/// A file under version control, or about to be.
pub(crate) struct TextFile {
    /// From the root of the workspace, with `/` between the folders.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Finding {
    fn new(file: &str, line: usize, what: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            line,
            what: what.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(out, "{}: {}", self.file, self.what),
            line => write!(out, "{}:{line}: {}", self.file, self.what),
        }
    }
}

pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let files = text_files(workspace)?;
    let mut findings = arrows::check(&arrows::packages(workspace)?);
    for file in &files {
        findings.extend(sources::check(file));
        findings.extend(style::check(file));
    }
    findings.extend(links::check(&files, &|path| {
        workspace.root().join(path).exists()
    }));
    findings.extend(words::check(workspace, &files)?);
    for finding in &findings {
        eprintln!("{finding}");
    }
    if !findings.is_empty() {
        bail!(
            "tidy has {} findings: mend the places above",
            findings.len()
        );
    }
    eprintln!("  tidy: {} files in order", files.len());
    Ok(())
}

/// Everything git tracks or would track that is text.
pub(crate) fn text_files(workspace: &Workspace) -> Result<Vec<TextFile>> {
    let words = ["ls-files", "--cached", "--others", "--exclude-standard"];
    let listing = answer(
        Command::new("git")
            .args(words)
            .current_dir(workspace.root()),
    )
    .context("tidy asks git for the list of files: run it in a clone, with `git` on the PATH")?;
    // What is no UTF-8 is a picture or a font; what does not open was deleted and not yet committed.
    let read = |path: &str| {
        let text = fs::read_to_string(workspace.root().join(path)).ok()?;
        Some(TextFile {
            path: path.to_owned(),
            text,
        })
    };
    Ok(listing.lines().filter_map(read).collect())
}

#[cfg(test)]
fn sample(path: &str, text: &str) -> TextFile {
    TextFile {
        path: path.to_owned(),
        text: text.to_owned(),
    }
}
