//! What a chore needs from outside and fetches itself when it is missing.
//!
//! Each function first looks, says one line if there is something to fetch, and otherwise is silent.

use crate::process::{self, answer};
use crate::workspace::{WASM_TARGET, Workspace};
use anyhow::{Context, Result};
use std::path::Path;
use std::process::Command;

/// The standard library for the browser.
pub(crate) fn wasm_target(workspace: &Workspace) -> Result<()> {
    let sysroot = answer(
        Command::new("rustc")
            .args(["--print", "sysroot"])
            .current_dir(workspace.root()),
    )
    .context("no `rustc` on the PATH: install Rust from https://rustup.rs")?;
    if Path::new(&sysroot)
        .join("lib/rustlib")
        .join(WASM_TARGET)
        .join("lib")
        .is_dir()
    {
        return Ok(());
    }
    eprintln!("Adding the compile target for the browser, {WASM_TARGET} (once, some seconds)");
    rustup(workspace, &["target", "add", WASM_TARGET])
}

/// Formatter and linter.
pub(crate) fn components(workspace: &Workspace) -> Result<()> {
    for (component, command) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if answer(process::cargo(workspace).args([command, "--version"])).is_none() {
            eprintln!("Adding {component} (once, some seconds)");
            rustup(workspace, &["component", "add", component])?;
        }
    }
    Ok(())
}

fn rustup(workspace: &Workspace, words: &[&str]) -> Result<()> {
    process::run(
        Command::new("rustup")
            .args(words)
            .current_dir(workspace.root()),
    )
    .with_context(|| format!("needed: run `rustup {}` in this folder", words.join(" ")))
}
