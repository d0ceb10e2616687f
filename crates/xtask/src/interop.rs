//! `cargo xtask interop`: clients that we did not write, against a real `iwf-engine serve`.
//!
//! The SDKs for Python and Java run unmodified, with workflows of ours that touch each of their
//! features; Litestream replicates a data folder under load and restores it. The tests lie in
//! `crates/iwf-engine/interop`, one folder per client. What they need is downloaded into
//! `target/interop`, in the versions that those folders pin. Not part of `cargo xtask test`: it needs
//! a network the first time, and Python, a JDK or Go.

mod engine;
mod java;
mod litestream;
mod python;

use crate::workspace::{Profile, Workspace};
use crate::{build, files};
use anyhow::{Result, bail};
use std::path::PathBuf;
use std::time::Instant;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Which of them
    #[arg(value_enum, default_value_t = Client::All)]
    client: Client,
    /// Folder with the source of the Java SDK, to build it where Maven Central cannot be asked
    #[arg(long, value_name = "DIR")]
    java_sdk: Option<PathBuf>,
    /// Handed to the test runner, for example `python -- -k reset`
    #[arg(last = true)]
    runner: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Client {
    /// The Python SDK, `iwf-python-sdk` from the Python package index: two minutes
    Python,
    /// The Java SDK, `io.iworkflow:iwf-java-sdk` from Maven Central: two minutes
    Java,
    /// Replication of the data folder under load, a crash, a restore: a minute
    Litestream,
    /// All of them, one after another
    All,
}

/// Folders and programs that every client needs.
struct Bench<'a> {
    workspace: &'a Workspace,
    runner: &'a [String],
}

impl Bench<'_> {
    /// The tests of one client.
    fn tests(&self, client: &str) -> PathBuf {
        let folder = self.workspace.root().join("crates/iwf-engine/interop");
        folder.join(client)
    }

    /// What one client downloads and leaves.
    fn downloads(&self, client: &str) -> PathBuf {
        self.workspace.target().join("interop").join(client)
    }

    fn engine(&self) -> PathBuf {
        self.workspace.program(Profile::Dev, "iwf-engine")
    }
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    build::programs(workspace, Profile::Dev, &["iwf-engine"])?;
    let bench = Bench {
        workspace,
        runner: &args.runner,
    };
    let clients = match args.client {
        Client::All => vec![Client::Python, Client::Java, Client::Litestream],
        one => vec![one],
    };
    let mut lines = Vec::new();
    let mut all_passed = true;
    for client in clients {
        let started = Instant::now();
        let outcome = match client {
            Client::Python => python::run(&bench),
            Client::Java => java::run(&bench, args.java_sdk.as_deref()),
            Client::Litestream | Client::All => litestream::run(&bench),
        };
        all_passed &= outcome.is_ok();
        let said = match outcome {
            Ok(()) => "passed".to_owned(),
            Err(error) => format!("FAILED: {error:#}"),
        };
        let seconds = started.elapsed().as_secs();
        lines.push(format!("{client:?} ({seconds} s): {said}"));
    }
    eprintln!("\n== Interoperation");
    for line in lines {
        eprintln!("  {line}");
    }
    if !all_passed {
        bail!("not every client was served as it expects: see above");
    }
    Ok(())
}

fn headline(text: &str) {
    eprintln!("\n== {text}");
}

/// Does what takes long only if what it depends on has changed since it was done.
fn once(mark: &std::path::Path, wanted: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
    if std::fs::read_to_string(mark).is_ok_and(|done| done == wanted) {
        return Ok(());
    }
    work()?;
    files::write(mark, wanted)
}
