//! `cargo xtask run`: builds what is not up to date, then becomes the server.

use crate::build;
use crate::workspace::{Profile, Workspace};
use anyhow::{Context, Result};
use std::process::Command;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Optimised, as other people would run it
    #[arg(long)]
    release: bool,
    /// Handed to the server; `cargo xtask run -- --help` lists what it takes
    #[arg(last = true)]
    server: Vec<String>,
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    let profile = Profile::of(args.release);
    let program = workspace.program(profile, "server");
    if !program.exists() {
        let minutes = if args.release { 10 } else { 5 };
        eprintln!(
            "First time here: compiling the page and the server takes about {minutes} minutes on two \
             free cores.\nNext time it takes seconds."
        );
    }
    build::page(workspace, profile)?;
    build::programs(workspace, profile, &["server"])?;
    eprintln!("Starting the server: it prints its address; Ctrl-C ends it.");
    let mut server = Command::new(&program);
    server
        .args(&args.server)
        .current_dir(workspace.root())
        .env("LEPTOS_SITE_ROOT", workspace.site());
    become_program(&mut server).with_context(|| format!("cannot start {}", program.display()))
}

/// Ours ends and the server takes its place, so that signals reach it without a middleman.
#[cfg(unix)]
fn become_program(program: &mut Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    Err(program.exec().into())
}

/// Without `exec` the console hands Ctrl-C to both, and we wait for the server's end.
#[cfg(not(unix))]
fn become_program(program: &mut Command) -> Result<()> {
    crate::process::run(program)
}
