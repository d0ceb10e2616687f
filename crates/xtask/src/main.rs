//! Every chore of this workspace as a program: `cargo xtask --help` is the list.
//!
//! One file per chore; what they share is below [`workspace`] (where things are), [`process`] (how
//! other programs are started) and [`setup`] (what is fetched when it is missing). Chores print what
//! they do to stderr, are skipped when there is nothing to do, and fail with the command that mends it.

mod bench;
mod browser;
mod build;
mod compress;
mod dev;
mod e2e;
mod files;
mod flood;
mod interop;
mod lighthouse;
mod lint;
mod process;
mod prune;
mod release;
mod run;
mod screenshots;
mod setup;
mod sim;
mod site;
mod slim;
mod test;
mod tidy;
mod words;
mod workspace;

use clap::{Parser, Subcommand};
use std::process::ExitCode;
use workspace::Workspace;

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    about = "Every chore of this workspace"
)]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Set up what is missing, build the app and serve it
    Run(run::Args),
    /// Set up what is missing and pass all tests: lint, tidy, Rust, browser
    Test(test::Args),
    /// The development loop: `cargo leptos watch`, set up and started
    Dev(dev::Args),
    /// Build the page (WebAssembly) and the server
    Build(build::Args),
    /// The journeys in a real browser alone
    E2e(e2e::Args),
    /// A picture of every state and screen, wide and narrow, light and dark
    Screenshots(screenshots::Args),
    /// Format, Clippy on both sides, licences and advisories
    Lint,
    /// The rules of this repository that no compiler knows
    Tidy,
    /// Bring the files of translations in step with the code
    Words,
    /// The engine's benchmarks
    Bench(bench::Args),
    /// Far more requests than the engine wants; what it accepts must be there once
    Flood(flood::Args),
    /// The engine against failing disks, crashes and lost answers, seed by seed
    Sim(sim::Args),
    /// SDKs and tools that we did not write, against the engine
    Interop(interop::Args),
    /// How light and quick the pages are: bytes of a first visit, Lighthouse's marks
    Lighthouse(lighthouse::Args),
    /// Everything another machine needs, optimised, in `target/dist`
    Release,
}

fn main() -> ExitCode {
    let chore = Cli::parse().chore;
    let outcome = Workspace::locate().and_then(|workspace| match chore {
        Chore::Run(args) => run::run(&workspace, &args),
        Chore::Test(args) => test::run(&workspace, &args),
        Chore::Dev(args) => dev::run(&workspace, &args),
        Chore::Build(args) => build::run(&workspace, &args),
        Chore::E2e(args) => e2e::run(&workspace, &args),
        Chore::Screenshots(args) => screenshots::run(&workspace, &args),
        Chore::Lint => lint::run(&workspace),
        Chore::Tidy => tidy::run(&workspace),
        Chore::Words => words::run(&workspace),
        Chore::Bench(args) => bench::run(&workspace, &args),
        Chore::Flood(args) => flood::run(&workspace, &args),
        Chore::Sim(args) => sim::run(&workspace, &args),
        Chore::Interop(args) => interop::run(&workspace, &args),
        Chore::Lighthouse(args) => lighthouse::run(&workspace, &args),
        Chore::Release => release::run(&workspace),
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}
