//! `cargo xtask lint`: format, Clippy on both sides with warnings as errors, licences and advisories.

use crate::process::{self, answer};
use crate::setup;
use crate::workspace::{WASM_TARGET, Workspace};
use anyhow::{Context, Result};

pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    setup::components(workspace)?;
    format(workspace)?;
    clippy(workspace)?;
    dependencies(workspace)
}

/// Cheap, so it comes first everywhere.
pub(crate) fn format(workspace: &Workspace) -> Result<()> {
    process::run(process::cargo(workspace).args(["fmt", "--all", "--check"]))
        .context("the format is not rustfmt's: run `cargo fmt --all`")
}

pub(crate) fn clippy(workspace: &Workspace) -> Result<()> {
    setup::wasm_target(workspace)?;
    let mut server_side = process::cargo(workspace);
    server_side.args(["clippy", "--all-targets", "--", "-D", "warnings"]);
    process::run(&mut server_side)?;
    // The same views once more, as the browser gets them.
    let mut browser_side = process::cargo(workspace);
    browser_side.args(["clippy", "--package", "frontend", "--target", WASM_TARGET]);
    process::run(browser_side.args(["--", "-D", "warnings"]))
}

/// Licences and advisories, by `deny.toml`: for those who have cargo-deny.
fn dependencies(workspace: &Workspace) -> Result<()> {
    if answer(process::cargo(workspace).args(["deny", "--version"])).is_none() {
        eprintln!("  cargo-deny is not installed: licences and advisories were not looked at");
        return Ok(());
    }
    process::run(process::cargo(workspace).args(["deny", "check"]))
}
