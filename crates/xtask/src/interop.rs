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
use std::fs;
use std::path::{Path, PathBuf};
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
    /// Replication of the data folder under load, a crash, a restore: two minutes
    Litestream,
    /// All of them, one after another
    All,
}

/// Folders and programs that every client needs.
struct Setting<'a> {
    workspace: &'a Workspace,
    runner: &'a [String],
}

impl Setting<'_> {
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
    let setting = Setting {
        workspace,
        runner: &args.runner,
    };
    if args.client == Client::All && !args.runner.is_empty() {
        bail!("name one client: the words after `--` are for its test runner");
    }
    let parts: [(Client, &dyn Fn() -> Result<()>); 3] = [
        (Client::Python, &|| python::run(&setting)),
        (Client::Java, &|| {
            java::run(&setting, args.java_sdk.as_deref())
        }),
        (Client::Litestream, &|| litestream::run(&setting)),
    ];
    let wanted = |client| [client, Client::All].contains(&args.client);
    let mut lines = Vec::new();
    let mut all_passed = true;
    for (client, part) in parts.into_iter().filter(|(client, _)| wanted(*client)) {
        let started = Instant::now();
        let outcome = part();
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
fn once(mark: &Path, wanted: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
    if fs::read_to_string(mark).is_ok_and(|done| done == wanted) {
        return Ok(());
    }
    work()?;
    files::write(mark, wanted)
}
