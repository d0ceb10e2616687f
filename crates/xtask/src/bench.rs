//! `cargo xtask bench`: the engine's own benchmark, on an optimised build.

use crate::process;
use crate::workspace::Workspace;
use anyhow::Result;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Handed to the benchmark: `-- --help` tells what it takes
    #[arg(last = true)]
    benchmark: Vec<String>,
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    eprintln!(
        "Compiling optimised: some minutes the first time. Close other programs for fair numbers."
    );
    let mut cargo = process::cargo(workspace);
    cargo.args([
        "bench",
        "--package",
        "iwf-engine",
        "--bench",
        "engine",
        "--",
    ]);
    process::run(cargo.args(&args.benchmark))
}
