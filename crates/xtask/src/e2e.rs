//! `cargo xtask e2e`: the journeys of `end2end` in a real browser against freshly built programs.

use crate::browser::Suite;
use crate::workspace::{Profile, Workspace};
use crate::{build, process};
use anyhow::Result;
use std::path::PathBuf;
use std::process::Command;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Where the workflows run while the journeys are made
    #[arg(long, value_enum, default_value_t = Engine::Embedded)]
    engine: Engine,
    /// Test the optimised programs
    #[arg(long)]
    release: bool,
    /// Handed to `playwright test`, for example `-- story --project phone`
    #[arg(last = true)]
    playwright: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Engine {
    /// In the server's process
    Embedded,
    /// As a process of its own, `iwf-engine serve`, reached over HTTP
    Apart,
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    let suite = Suite::set_up(workspace)?;
    let mut command = ready(workspace, &suite, Profile::of(args.release))?;
    if args.engine == Engine::Apart {
        // The fixtures start one engine per server: each test owns what it may kill.
        command.env("ENGINE", "apart");
    }
    process::run(command.args(&args.playwright))
}

/// Builds what the journeys drive and names it to Playwright.
pub(crate) fn ready(workspace: &Workspace, suite: &Suite, profile: Profile) -> Result<Command> {
    build::page(workspace, profile)?;
    match profile {
        Profile::Dev => build::all_programs(workspace)?,
        Profile::Release => build::programs(workspace, profile, &["server", "iwf-engine"])?,
    }
    let programs: [(&str, PathBuf); 2] = [
        ("SERVER_BIN", workspace.program(profile, "server")),
        ("IWF_ENGINE_BIN", workspace.program(profile, "iwf-engine")),
    ];
    Ok(suite.playwright(workspace, &programs))
}
