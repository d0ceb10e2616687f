//! `cargo xtask screenshots`: a picture of every state and screen, wide and narrow, light and dark.
//!
//! The tests of the project `states` make them: what cannot be reached in a test has no picture, and a
//! page on which the accessibility scan finds something fails here too.

use crate::browser::Suite;
use crate::workspace::{Profile, Workspace};
use crate::{e2e, process};
use anyhow::{Context, Result};
use std::path::{self, PathBuf};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The folder that they are put into [default: target/screenshots]
    #[arg(long)]
    out: Option<PathBuf>,
    /// Pictures of the optimised programs
    #[arg(long)]
    release: bool,
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    let folder = folder(workspace, args)?;
    let suite = Suite::set_up(workspace)?;
    let mut command = e2e::ready(workspace, &suite, Profile::of(args.release))?;
    process::run(
        command
            .args(["--project", "states"])
            .env("SCREENSHOTS", &folder),
    )?;
    eprintln!("The pictures are in {}", folder.display());
    Ok(())
}

/// Playwright runs in another folder, so the path must not depend on ours.
fn folder(workspace: &Workspace, args: &Args) -> Result<PathBuf> {
    match &args.out {
        Some(out) => {
            path::absolute(out).with_context(|| format!("cannot use the folder {}", out.display()))
        }
        None => Ok(workspace.target().join("screenshots")),
    }
}
