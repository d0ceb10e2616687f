//! `cargo xtask sim`: the engine's seeded simulation, for many seeds, for one seed aloud, or
//! against an engine that was made wrong on purpose.

mod mutants;
mod mutations;

use crate::process;
use crate::workspace::Workspace;
use anyhow::Result;
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// How many seeds; 1,000 unless said otherwise, 5,000 for each mutation, 10,000 at night
    #[arg(long)]
    seeds: Option<u64>,
    /// The first seed
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// Simulated hours of each seed
    #[arg(long, default_value_t = 12)]
    hours: u32,
    /// This seed alone, with everything that happens
    #[arg(long, env = "SIM_SEED")]
    seed: Option<u64>,
    /// Where rows are kept: memory, sqlite, or mixed (sqlite for one seed in sixteen)
    #[arg(long, default_value = "mixed")]
    store: String,
    /// Makes the engine wrong in one way after the other, and says which seed notices
    #[arg(long)]
    mutations: bool,
}

const BUILD: [&str; 8] = [
    "build",
    "--profile=sim",
    "--package=iwf-engine",
    "--no-default-features",
    "--features=sim",
    "--example=simulate",
    "--color=auto",
    "--quiet",
];

pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    if args.mutations {
        return mutants::run(workspace, args);
    }
    eprintln!("Compiling the simulation: some minutes the first time.");
    process::run(process::cargo(workspace).args(BUILD))?;
    let mut simulate = std::process::Command::new(program(workspace));
    simulate.args(arguments(args));
    if let Some(seed) = args.seed {
        simulate.arg(format!("--seed={seed}"));
    }
    process::run(&mut simulate)
}

fn program(workspace: &Workspace) -> PathBuf {
    let name = format!("simulate{}", std::env::consts::EXE_SUFFIX);
    workspace.target().join("sim/examples").join(name)
}

impl Args {
    fn seeds(&self) -> u64 {
        self.seeds
            .unwrap_or(if self.mutations { 5000 } else { 1000 })
    }
}

fn arguments(args: &Args) -> [String; 4] {
    [
        format!("--seeds={}", args.seeds()),
        format!("--from={}", args.from),
        format!("--hours={}", args.hours),
        format!("--store={}", args.store),
    ]
}
