//! Every text of the interface has a translation in every language, with the same places for values.

use super::{Finding, TextFile};
use crate::words::{self, LANGUAGES};
use crate::workspace::Workspace;
use anyhow::Result;

pub(super) fn check(workspace: &Workspace, files: &[TextFile]) -> Result<Vec<Finding>> {
    let mut texts = Vec::new();
    for file in files.iter().filter(|file| words::is_source(&file.path)) {
        texts.extend(words::texts(&file.path, &file.text)?);
    }
    let texts = words::joined(texts);
    let mut findings = Vec::new();
    for language in &LANGUAGES {
        let path = words::path(language.code);
        let wrong = words::check(language, &workspace.root().join(&path), &texts)?;
        findings.extend(wrong.into_iter().map(|what| Finding::new(&path, 0, what)));
    }
    Ok(findings)
}
