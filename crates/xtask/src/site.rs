//! The folder of static files: WebAssembly and its JavaScript, the style sheet, the assets.
//!
//! It is made anew in a staging folder and then moved over file by file, so that a running server
//! never sees half a file. A stamp holds the marks of everything that went in and came out; while it
//! agrees with the disk, nothing is done. Another tool that writes into the folder breaks the
//! agreement, and so does a file deleted by hand.

use crate::workspace::{Profile, Workspace};
use crate::{compress, files, prune, slim, workspace};
use anyhow::{Context, Result};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;
use wasm_bindgen_cli_support::Bindgen;

/// The name leptos was compiled with, `LEPTOS_OUTPUT_NAME` in `.cargo/config.toml`.
pub(crate) const OUTPUT_NAME: &str = "email-agent";

/// A program for the browser.
pub(crate) struct Program {
    /// What its files are called.
    pub(crate) name: String,
    /// As rustc wrote it.
    pub(crate) wasm: PathBuf,
}

/// What goes into the site.
pub(crate) struct Sources {
    pub(crate) profile: workspace::Profile,
    pub(crate) programs: Vec<Program>,
    pub(crate) style: PathBuf,
    /// A folder that is copied as it is.
    pub(crate) assets: PathBuf,
}

impl Sources {
    pub(crate) fn of(workspace: &Workspace, profile: Profile, programs: Vec<Program>) -> Self {
        Self {
            profile,
            programs,
            style: workspace.root().join("style/main.css"),
            assets: workspace.root().join("app/assets"),
        }
    }
}

/// Brings the folder `site` up to date; `notes` keeps the stamp and the staging folder.
pub(crate) fn assemble(sources: &Sources, site: &Path, notes: &Path) -> Result<()> {
    let name = site
        .file_name()
        .context("the site folder has no name")?
        .to_string_lossy();
    let stamp = notes.join(format!("{name}.stamp"));
    if is_fresh(sources, site, &stamp)? {
        eprintln!("  page: up to date in {}", site.display());
        return Ok(());
    }
    let started = Instant::now();
    let staging = notes.join(format!("{name}.staging"));
    files::fresh_folder(&staging)?;
    for program in &sources.programs {
        bind(program, sources.profile, &staging.join("pkg"))?;
    }
    copy_style(sources, &staging.join("pkg"))?;
    for asset in files::below(&sources.assets)? {
        files::copy(&sources.assets.join(&asset), &staging.join(&asset))?;
    }
    if sources.profile == Profile::Release {
        compress::beside_each(&staging)?;
    }
    replace(&staging, site)?;
    files::write(&stamp, &marks(sources, site)?)?;
    eprintln!(
        "  page: {} written in {:.1} s",
        site.display(),
        started.elapsed().as_secs_f32()
    );
    eprint!("{}", compress::sizes(site)?);
    Ok(())
}

/// Whether the stamp agrees with what is on disk now.
fn is_fresh(sources: &Sources, site: &Path, stamp: &Path) -> Result<bool> {
    let Ok(noted) = fs::read_to_string(stamp) else {
        return Ok(false);
    };
    Ok(noted == marks(sources, site)?)
}

fn marks(sources: &Sources, site: &Path) -> Result<String> {
    let mut text = format!("{:?}\n", sources.profile);
    let mut note = |path: &Path| -> Result<()> {
        writeln!(text, "{} {}", files::mark(path)?, path.display())?;
        Ok(())
    };
    // This program is an input as well: it holds wasm-bindgen and the rules of this file. If it was
    // compiled anew while it runs, its path leads nowhere, and then nothing counts as fresh.
    if let Some(program) = std::env::current_exe().ok().filter(|path| path.exists()) {
        note(&program)?;
    }
    for program in &sources.programs {
        note(&program.wasm)?;
    }
    note(&sources.style)?;
    for folder in [&sources.assets, site] {
        for file in files::below(folder)? {
            note(&folder.join(file))?;
        }
    }
    Ok(text)
}

/// Lets wasm-bindgen write the module and its JavaScript under the names that leptos asks for.
fn bind(program: &Program, profile: Profile, pkg: &Path) -> Result<()> {
    let small = profile == Profile::Release;
    let name = &program.name;
    let mut output = Bindgen::new()
        .input_path(&program.wasm)
        .web(true)?
        .out_name(name)
        .typescript(false)
        .remove_name_section(small)
        .remove_producers_section(small)
        .generate_output()
        .with_context(|| format!("wasm-bindgen cannot read {}", program.wasm.display()))?;
    if small {
        prune::never_called(&mut output);
        let imports = slim::number_imports(&mut output, &format!("{name}_bg.js"));
        output.emit(pkg)?;
        slim::shrink_glue(&pkg.join(format!("{name}.js")), &imports)?;
    } else {
        output.emit(pkg)?;
    }
    let written = pkg.join(format!("{name}_bg.wasm"));
    let wanted = pkg.join(format!("{name}.wasm"));
    fs::rename(&written, &wanted)
        .with_context(|| format!("wasm-bindgen did not write {}", written.display()))
}

fn copy_style(sources: &Sources, pkg: &Path) -> Result<()> {
    let to = pkg.join(format!("{OUTPUT_NAME}.css"));
    match sources.profile {
        Profile::Dev => files::copy(&sources.style, &to),
        Profile::Release => {
            let style = fs::read_to_string(&sources.style)
                .with_context(|| format!("cannot read {}", sources.style.display()))?;
            files::write(&to, &slim::without_comments(&style))
        }
    }
}

/// Moves all files of `staging` to `site` and removes what is not among them.
fn replace(staging: &Path, site: &Path) -> Result<()> {
    let wanted = files::below(staging)?;
    for file in &wanted {
        let to = site.join(file);
        files::make_parent(&to)?;
        fs::rename(staging.join(file), &to)
            .with_context(|| format!("cannot replace {}", to.display()))?;
    }
    for file in files::below(site)? {
        if !wanted.contains(&file) {
            fs::remove_file(site.join(&file))
                .with_context(|| format!("cannot remove the stale {}", file.display()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Sample {
        folder: tempfile::TempDir,
        sources: Sources,
    }

    fn sample() -> Sample {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        files::write(&path("front.wasm"), "\0asm").unwrap();
        files::write(&path("main.css"), "a{}").unwrap();
        files::write(&path("assets/icons/a.svg"), "<svg/>").unwrap();
        files::write(&path("site/pkg/out.js"), "1").unwrap();
        let sources = Sources {
            profile: Profile::Dev,
            programs: vec![Program {
                name: OUTPUT_NAME.to_owned(),
                wasm: path("front.wasm"),
            }],
            style: path("main.css"),
            assets: path("assets"),
        };
        files::write(&path("stamp"), &marks(&sources, &path("site")).unwrap()).unwrap();
        Sample { folder, sources }
    }

    impl Sample {
        fn path(&self, name: &str) -> PathBuf {
            self.folder.path().join(name)
        }

        fn is_fresh(&self) -> bool {
            is_fresh(&self.sources, &self.path("site"), &self.path("stamp")).unwrap()
        }
    }

    #[test]
    fn fresh_until_something_changes() {
        let sample = sample();
        assert!(sample.is_fresh());
        files::write(&sample.path("main.css"), "a{color:red}").unwrap();
        assert!(!sample.is_fresh());
    }

    #[test]
    fn a_new_asset_a_lost_output_and_a_foreign_output_are_noticed() {
        let added = sample();
        files::write(&added.path("assets/b.svg"), "<svg/>").unwrap();
        assert!(!added.is_fresh());

        let lost = sample();
        fs::remove_file(lost.path("site/pkg/out.js")).unwrap();
        assert!(!lost.is_fresh());

        let foreign = sample();
        files::write(&foreign.path("site/pkg/out.js"), "22").unwrap();
        assert!(!foreign.is_fresh());
    }

    #[test]
    fn the_profile_and_a_missing_stamp_count() {
        let mut sample = sample();
        sample.sources.profile = Profile::Release;
        assert!(!sample.is_fresh());
        sample.sources.profile = Profile::Dev;
        fs::remove_file(sample.path("stamp")).unwrap();
        assert!(!sample.is_fresh());
    }

    #[test]
    fn stale_files_leave_the_site() {
        let sample = sample();
        files::write(&sample.path("staging/pkg/new.js"), "2").unwrap();
        replace(&sample.path("staging"), &sample.path("site")).unwrap();
        assert_eq!(
            files::below(&sample.path("site")).unwrap(),
            [PathBuf::from("pkg/new.js")]
        );
    }

    #[test]
    fn rubbish_instead_of_wasm_is_an_error_with_the_path() {
        let sample = sample();
        files::write(&sample.path("front.wasm"), "not wasm").unwrap();
        let error =
            assemble(&sample.sources, &sample.path("site"), &sample.path("notes")).unwrap_err();
        assert!(format!("{error:#}").contains("front.wasm"), "{error:#}");
    }
}
