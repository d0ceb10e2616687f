//! `cargo xtask words`: brings the files of translations (`app/languages/*.po`) in step with the code.
//!
//! Texts that the code has and a file has not are added without a translation, those that are in no code
//! any more are taken out; a translation is never changed. `cargo xtask tidy` says what is missing.

mod catalogue;
mod source;

use crate::workspace::Workspace;
use anyhow::Result;

pub(crate) use catalogue::{LANGUAGES, check, path};
pub(crate) use source::{is_source, joined, texts};

pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let mut all = Vec::new();
    for file in crate::tidy::text_files(workspace)? {
        if is_source(&file.path) {
            all.extend(texts(&file.path, &file.text)?);
        }
    }
    let all = joined(all);
    for language in LANGUAGES {
        let path = path(language.code);
        let left = catalogue::bring_in_step(&language, &workspace.root().join(&path), &all)?;
        eprintln!("  {path}: {} texts, {left} to translate", all.len());
    }
    Ok(())
}
