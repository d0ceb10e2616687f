//! The Python SDK: our tests, then the tests that ship inside it, both against one engine.

use super::engine::{Served, free_address};
use super::{Setting, headline, once};
use crate::process::{self, answer};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// `match` in our tests.
const OLDEST: (u32, u32) = (3, 10);

/// The one shipped test that talks to the SDK's worker alone, at an address nobody can change.
const NO_SERVER: &str = "test_binary_null_input_decodes_correctly";

pub(super) fn run(setting: &Setting) -> Result<()> {
    headline("The Python SDK");
    let python = set_up(setting)?;
    let engine = Served::start(setting, "python")?;
    let folder = setting.tests("python");
    let mut ours = pytest(setting, &python, &engine)?;
    ours.args(["--durations", "3"]).args(setting.runner);
    process::run(ours.current_dir(&folder))?;
    if !setting.runner.is_empty() {
        return Ok(());
    }
    eprintln!("The tests that ship with the SDK: about 90 seconds, most of it one long poll");
    let deselected = format!("not {NO_SERVER}");
    let mut shipped = pytest(setting, &python, &engine)?;
    shipped.args([
        "-p",
        "shipped_tests",
        "--pyargs",
        "iwf.tests",
        "-k",
        &deselected,
    ]);
    // Elsewhere, because pytest would take our fixtures for theirs.
    process::run(shipped.current_dir(setting.downloads("python")))
}

fn pytest(setting: &Setting, python: &Path, engine: &Served) -> Result<Command> {
    let mut command = Command::new(python);
    command
        .args(["-m", "pytest", "--quiet", "-p", "no:cacheprovider"])
        .env("IWF_SERVER_URL", engine.url())
        .env("IWF_WORKER_URL", format!("http://{}", free_address()?))
        .env("PYTHONPATH", setting.tests("python"))
        .env("PYTHONDONTWRITEBYTECODE", "1");
    Ok(command)
}

/// The Python of a virtual environment that has the SDK.
pub(super) fn set_up(setting: &Setting) -> Result<PathBuf> {
    let venv = setting.downloads("python").join("venv");
    let program = if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    };
    let python = venv.join(program);
    let requirements = setting.tests("python").join("requirements.txt");
    let wanted = fs::read_to_string(&requirements)
        .with_context(|| format!("cannot read {}", requirements.display()))?;
    // Inside the folder it describes: deleting the environment deletes it too.
    once(&venv.join("installed.txt"), &wanted, || {
        eprintln!(
            "Installing the Python SDK into {} (once, a minute)",
            venv.display()
        );
        new_enough()?;
        process::run(
            Command::new("python3")
                .args(["-m", "venv", "--clear"])
                .arg(&venv),
        )
        .context("needed: `python3 -m venv`; Debian has it in the package python3-venv")?;
        let mut pip = Command::new(&python);
        pip.args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "-r",
        ]);
        process::run(pip.arg(&requirements))
            .context("the packages come from PyPI: is it reachable?")
    })?;
    Ok(python)
}

fn new_enough() -> Result<()> {
    let (major, minor) = OLDEST;
    let ask = format!("import sys; print(sys.version_info >= ({major}, {minor}))");
    match answer(Command::new("python3").args(["-c", &ask])).as_deref() {
        Some("True") => Ok(()),
        Some(_) => bail!("the tests need Python {major}.{minor} or later, and `python3` is older"),
        None => bail!(
            "the tests need Python {major}.{minor} or later: there is no `python3` on the PATH"
        ),
    }
}
