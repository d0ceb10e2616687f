//! The engine alone: as a server, and the commands that look after its data folder. The only place
//! of this crate that reads configuration: arguments and the environment become typed values here,
//! and everything else is handed those.

mod cli;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let arguments = cli::Arguments::parse();
    match cli::run(arguments) {
        Ok(code) => code,
        Err(error) => {
            // `{:#}` is the sentence with its causes, for people; no backtrace.
            eprintln!("iwf-engine: {error:#}");
            ExitCode::FAILURE
        }
    }
}
