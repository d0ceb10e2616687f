//! `cargo xtask release`: one folder with everything another machine needs, `target/dist`.

use crate::workspace::{Profile, Workspace};
use crate::{build, compress, files};
use anyhow::Result;

/// What stands beside the programs.
const PAPERS: [&str; 4] = ["README.md", "CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT"];
const PROGRAMS: [&str; 2] = ["server", "iwf-engine"];

pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    eprintln!("Building the release: about 10 minutes on two free cores the first time.");
    build::page(workspace, Profile::Release)?;
    build::programs(workspace, Profile::Release, &PROGRAMS)?;
    let dist = workspace.target().join("dist");
    files::fresh_folder(&dist)?;
    for program in PROGRAMS {
        let built = workspace.program(Profile::Release, program);
        if let Some(name) = built.file_name() {
            files::copy(&built, &dist.join(name))?;
        }
    }
    for file in files::below(&workspace.site())? {
        files::copy(
            &workspace.site().join(&file),
            &dist.join("site").join(&file),
        )?;
    }
    for paper in PAPERS {
        files::copy(&workspace.root().join(paper), &dist.join(paper))?;
    }
    eprintln!("\n{} holds the release.", dist.display());
    eprint!("{}", compress::sizes(&dist.join("site"))?);
    eprintln!("Start it there with: LEPTOS_SITE_ROOT=\"$PWD/site\" ./server");
    Ok(())
}
