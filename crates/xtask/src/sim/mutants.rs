//! An engine with all mutations in it, each behind a switch, so that one build serves them all.
//!
//! The crates are copied below `target` and changed there; nothing of this is in the real ones.
//! A mutation that no seed notices, or whose text is no longer found, fails the chore.

use super::mutations::{MUTATIONS, Mutation};
use super::{Args, BUILD};
use crate::workspace::Workspace;
use crate::{files, process};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const CRATES: [&str; 3] = ["iwf-protocol", "iwf-engine-core", "iwf-engine"];
const ROOT_FILES: [&str; 3] = ["Cargo.lock", "rust-toolchain.toml", ".cargo/config.toml"];
/// Stands for the switch in the table.
const SWITCH: &str = "MUTATED";
const SWITCH_FUNCTION: &str = r#"
/// Whether the engine is to be wrong in this way.
pub fn is_mutated(name: &str) -> bool {
    static CHOSEN: std::sync::LazyLock<String> =
        std::sync::LazyLock::new(|| std::env::var("SIM_MUTATION").unwrap_or_default());
    *CHOSEN == name
}
"#;

/// What noticed a mutation.
struct Caught {
    seed: String,
    invariant: String,
}

#[expect(clippy::print_stdout, reason = "the table is what one asks for")]
pub(super) fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    let copy = workspace.target().join("sim-mutants");
    copy_crates(workspace, &copy)?;
    for mutation in MUTATIONS {
        mutation.insert(&copy)?;
    }
    eprintln!("Compiling the mutated engine: some minutes the first time.");
    let mut cargo = process::cargo(workspace);
    cargo.current_dir(&copy).args(BUILD);
    // What both need is compiled once.
    process::run(cargo.env("CARGO_TARGET_DIR", workspace.target()))?;
    let program = copy.join("simulate");
    copy_file(&super::program(workspace), &program)?;
    let sound = simulate(&program, args, "")?;
    if let Some(Caught { seed, invariant }) = sound {
        bail!("seed {seed} breaks \"{invariant}\" without any mutation: mend that first");
    }
    let mut survivors = Vec::new();
    println!("| Mutation | What is wrong | Seed | Invariant that it breaks |");
    println!("|---|---|---:|---|");
    for Mutation { name, wrong, .. } in MUTATIONS {
        if let Some(Caught { seed, invariant }) = simulate(&program, args, name)? {
            println!("| `{name}` | {wrong} | {seed} | {invariant} |");
        } else {
            println!("| `{name}` | {wrong} | – | **none** |");
            survivors.push(*name);
        }
    }
    if !survivors.is_empty() {
        bail!(
            "{} seeds do not notice {}: try more, or teach the simulation to look there",
            args.seeds(),
            survivors.join(", ")
        );
    }
    Ok(())
}

fn copy_crates(workspace: &Workspace, copy: &Path) -> Result<()> {
    for name in CRATES {
        let from = workspace.root().join("crates").join(name);
        let to = copy.join("crates").join(name);
        for file in files::below(&from)? {
            let is_needed = ["src", "benches", "examples", "Cargo.toml"]
                .iter()
                .any(|part| file.starts_with(part));
            if is_needed {
                copy_file(&from.join(&file), &to.join(&file))?;
            }
        }
    }
    for file in ROOT_FILES {
        copy_file(&workspace.root().join(file), &copy.join(file))?;
    }
    let manifest = fs::read_to_string(workspace.root().join("Cargo.toml"))?;
    let lines = manifest
        .lines()
        .filter(|line| !line.starts_with("default-members"));
    let lines = lines.map(|line| {
        if line.starts_with("members") {
            "members = [\"crates/*\"]"
        } else {
            line
        }
    });
    let manifest: Vec<&str> = lines.collect();
    write_if_changed(&copy.join("Cargo.toml"), &manifest.join("\n"))?;
    let core = copy.join("crates/iwf-engine-core/src/lib.rs");
    let text = fs::read_to_string(&core)?;
    fs::write(&core, text + SWITCH_FUNCTION)?;
    Ok(())
}

fn copy_file(from: &Path, to: &Path) -> Result<()> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::copy(from, to).with_context(|| format!("cannot copy {}", from.display()))?;
    Ok(())
}

fn write_if_changed(path: &Path, text: &str) -> Result<()> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

impl Mutation {
    /// Puts the mutation beside the right text, behind its switch.
    fn insert(&self, copy: &Path) -> Result<()> {
        let path: PathBuf = copy.join("crates").join(self.file);
        let text = fs::read_to_string(&path)
            .with_context(|| format!("{}: cannot read {}", self.name, path.display()))?;
        let found = text.matches(self.find).count();
        if found != 1 {
            bail!(
                "{}: its text is {found} times in crates/{}: bring the table in crates/xtask/src/sim/mutations.rs up to date",
                self.name,
                self.file
            );
        }
        let owner = if self.file.starts_with("iwf-engine-core/") {
            "crate"
        } else {
            "iwf_engine_core"
        };
        let switch = format!("{owner}::is_mutated(\"{}\")", self.name);
        let replacement = self.replace.replace(SWITCH, &switch);
        fs::write(&path, text.replace(self.find, &replacement))?;
        Ok(())
    }
}

/// The first seed that breaks an invariant.
fn simulate(program: &Path, args: &Args, mutation: &str) -> Result<Option<Caught>> {
    let mut simulate = Command::new(program);
    simulate.args(super::arguments(args)).arg("--threads=1");
    let output = simulate.env("SIM_MUTATION", mutation).output()?;
    if output.status.success() {
        return Ok(None);
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let after = |start: &str| {
        let mut lines = text.lines();
        lines.find_map(|line| Some(line.strip_prefix(start)?.trim().to_owned()))
    };
    let seed = after("seed ").context("the simulation ended without a seed")?;
    let seed = seed.split(' ').next().unwrap_or_default().to_owned();
    let invariant = after("broken: ").context("the simulation ended without an invariant")?;
    Ok(Some(Caught { seed, invariant }))
}
