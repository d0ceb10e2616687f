//! `cargo xtask bench`: the benchmarks, on an optimised build.

use crate::process;
use crate::workspace::Workspace;
use anyhow::Result;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// What is measured
    #[arg(long, value_enum, default_value_t = Bench::Engine)]
    bench: Bench,

    /// Handed to the benchmark: `-- --help` tells what it takes
    #[arg(last = true)]
    benchmark: Vec<String>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Bench {
    /// The workflow engine
    Engine,
    /// The list of 10,000 emails
    List,
}

impl Bench {
    fn package_and_name(self) -> (&'static str, &'static str) {
        match self {
            Self::Engine => ("iwf-engine", "engine"),
            Self::List => ("server", "list"),
        }
    }
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    eprintln!(
        "Compiling optimised: some minutes the first time. Close other programs for fair numbers."
    );
    let (package, name) = args.bench.package_and_name();
    let mut cargo = process::cargo(workspace);
    cargo.args(["bench", "--package", package, "--bench", name, "--"]);
    process::run(cargo.args(&args.benchmark))
}
