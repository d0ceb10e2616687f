//! `cargo xtask lighthouse`: how light and quick the pages of a release are.
//!
//! The script and its pinned package stand in `end2end/lighthouse`, apart from the browser tests, which
//! need neither.

use crate::browser::{self, Suite};
use crate::workspace::{Profile, Workspace};
use crate::{build, process};
use anyhow::Result;
use std::process::Command;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// So many emails more in the list, to see what a long one costs a browser
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u32).range(..=100_000))]
    emails: u32,
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    let suite = Suite::set_up(workspace)?;
    let folder = workspace.end2end().join("lighthouse");
    browser::packages(&folder)?;
    build::page(workspace, Profile::Release)?;
    build::programs(workspace, Profile::Release, &["server"])?;
    process::run(
        Command::new("node")
            .arg("run.mjs")
            .current_dir(&folder)
            .env("CHROMIUM_PATH", suite.chromium())
            .env("LEPTOS_SITE_ROOT", workspace.site())
            .env("EMAILS", args.emails.to_string())
            .env("SERVER_BIN", workspace.program(Profile::Release, "server")),
    )
}
