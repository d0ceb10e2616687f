//! `cargo xtask build`: the browser side, the folder of static files, and the server.
//!
//! Cargo decides by itself what is fresh; [`crate::site`] does the same for the static files.

use crate::site::Program;
use crate::workspace::{Profile, WASM_TARGET, Workspace};
use crate::{compress, files, process, setup, site};
use anyhow::Result;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Optimised, with compressed copies of the static files
    #[arg(long)]
    release: bool,
    /// One side alone
    #[arg(long)]
    only: Option<Side>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Side {
    /// What the browser loads
    Page,
    Server,
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    let profile = Profile::of(args.release);
    if args.only != Some(Side::Server) {
        page(workspace, profile)?;
    }
    if args.only != Some(Side::Page) {
        programs(workspace, profile, &["server"])?;
    }
    Ok(())
}

/// The pages that have a program of their own in a release: its files end on this, and so does the
/// feature of `frontend`.
const PAGES: [&str; 2] = ["list", "email"];

/// Builds the browser side into the site folder.
pub(crate) fn page(workspace: &Workspace, profile: Profile) -> Result<()> {
    setup::wasm_target(workspace)?;
    let programs = match profile {
        Profile::Dev => {
            compile(workspace, profile, &[])?;
            vec![Program {
                name: site::OUTPUT_NAME.to_owned(),
                wasm: workspace.raw_wasm(profile),
            }]
        }
        Profile::Release => PAGES
            .iter()
            .map(|page| one_page(workspace, page))
            .collect::<Result<_>>()?,
    };
    let sources = site::Sources::of(workspace, profile, programs);
    site::assemble(&sources, &workspace.site(), &workspace.notes())?;
    match profile {
        Profile::Dev => Ok(()),
        Profile::Release => PAGES
            .iter()
            .try_for_each(|page| compress::first_visit(&workspace.site(), page)),
    }
}

/// The program of one page alone; the next one is compiled over it, so it is put aside.
fn one_page(workspace: &Workspace, page: &str) -> Result<Program> {
    let profile = Profile::Release;
    let feature = format!("{page}-page");
    compile(
        workspace,
        profile,
        &["--no-default-features", "--features", &feature],
    )?;
    let name = format!("{}-{page}", site::OUTPUT_NAME);
    let wasm = workspace.notes().join(&name).with_extension("wasm");
    files::copy(&workspace.raw_wasm(profile), &wasm)?;
    Ok(Program { name, wasm })
}

fn compile(workspace: &Workspace, profile: Profile, further: &[&str]) -> Result<()> {
    let mut cargo = process::cargo(workspace);
    cargo.args([
        "build",
        "--package",
        "frontend",
        "--lib",
        "--target",
        WASM_TARGET,
    ]);
    if profile == Profile::Release {
        cargo.args(["--profile", "wasm-release"]);
    }
    process::run(cargo.args(further))
}

/// Builds packages that have a program of the same name.
pub(crate) fn programs(workspace: &Workspace, profile: Profile, names: &[&str]) -> Result<()> {
    let mut cargo = process::cargo(workspace);
    cargo.arg("build");
    for name in names {
        cargo.args(["--package", name, "--bin", name]);
    }
    if profile == Profile::Release {
        cargo.arg("--release");
    }
    process::run(&mut cargo)
}

/// Builds every program of the workspace, so that the dependencies are those of Clippy and the tests:
/// for some packages alone they would have fewer features, and all would be compiled once more.
pub(crate) fn all_programs(workspace: &Workspace) -> Result<()> {
    process::run(process::cargo(workspace).args(["build", "--bins"]))
}
