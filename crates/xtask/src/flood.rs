//! `cargo xtask flood`: far more requests than the engine wants, in its long form, optimised.

use crate::process;
use crate::workspace::Workspace;
use anyhow::Result;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Requests in all
    #[arg(long, default_value_t = 50_000)]
    requests: u32,
    /// Connections that send them
    #[arg(long, default_value_t = 500)]
    connections: u32,
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    eprintln!("Compiling optimised: some minutes the first time.");
    let mut cargo = process::cargo(workspace);
    cargo
        .args([
            "test",
            "--release",
            "--package",
            "iwf-engine",
            "--test",
            "it",
        ])
        .args(["--", "flood::", "--nocapture"])
        .env("FLOOD_REQUESTS", args.requests.to_string())
        .env("FLOOD_CONNECTIONS", args.connections.to_string());
    process::run(&mut cargo)
}
