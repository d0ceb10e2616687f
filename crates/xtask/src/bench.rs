//! `cargo xtask bench`: the engine's own benchmarks, on an optimised build.

use crate::workspace::Workspace;
use crate::{files, process};
use anyhow::{Result, bail};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Handed to the benchmark, for example a name to choose by
    #[arg(last = true)]
    benchmark: Vec<String>,
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    let folder = workspace.root().join("crates/iwf-engine/benches");
    if !files::below(&folder)?
        .iter()
        .any(|file| file.extension().is_some_and(|kind| kind == "rs"))
    {
        bail!(
            "there is no benchmark in crates/iwf-engine/benches yet; to measure the engine from \
             outside, start `cargo run --release --package iwf-engine -- serve --help`"
        );
    }
    eprintln!(
        "Compiling optimised: some minutes the first time. Close other programs for fair numbers."
    );
    let mut cargo = process::cargo(workspace);
    cargo.args(["bench", "--package", "iwf-engine", "--benches", "--"]);
    process::run(cargo.args(&args.benchmark))
}
