//! Every chore of this workspace as a program: `cargo xtask --help` is the list.
//!
//! One file per chore; what they share is below [`workspace`] (where things are), [`process`] (how
//! other programs are started) and [`setup`] (what is fetched when it is missing). Chores print what
//! they do to stderr, are skipped when there is nothing to do, and fail with the command that mends it.

mod build;
mod compress;
mod files;
mod process;
mod run;
mod setup;
mod site;
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
    /// Build the page (WebAssembly) and the server
    Build(build::Args),
}

fn main() -> ExitCode {
    let chore = Cli::parse().chore;
    let outcome = Workspace::locate().and_then(|workspace| match chore {
        Chore::Run(args) => run::run(&workspace, &args),
        Chore::Build(args) => build::run(&workspace, &args),
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}
