//! Litestream, from its source by the Go toolchain, beside the engine.

use super::{Setting, headline, python};
use crate::process::{self, answer};
use anyhow::{Context, Result, bail};
use std::env::consts::EXE_SUFFIX;
use std::path::PathBuf;
use std::process::Command;

const PACKAGE: &str = "github.com/benbjohnson/litestream/cmd/litestream";
const VERSION: &str = "v0.3.13";

pub(super) fn run(setting: &Setting) -> Result<()> {
    headline("Litestream");
    let python = python::set_up(setting)?;
    let litestream = set_up(setting)?;
    let scratch = setting.downloads("litestream").join("scratch");
    eprintln!("Load, a crash and a restore: about two minutes");
    process::run(
        Command::new(python)
            .args([
                "-m",
                "pytest",
                "--quiet",
                "--capture",
                "no",
                "--tb",
                "short",
            ])
            // pytest empties it before, and leaves it for whoever wants to look.
            .args(["-p", "no:cacheprovider", "--basetemp"])
            .arg(scratch)
            .args(setting.runner)
            .env("IWF_ENGINE_BIN", setting.engine())
            .env("LITESTREAM_BIN", litestream)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .current_dir(setting.tests("litestream")),
    )
}

/// The program, compiled on the first call.
fn set_up(setting: &Setting) -> Result<PathBuf> {
    let folder = setting.downloads("litestream").join(VERSION);
    let program = folder.join(format!("litestream{EXE_SUFFIX}"));
    if program.is_file() {
        return Ok(program);
    }
    if answer(Command::new("go").arg("version")).is_none() {
        bail!(
            "Litestream is compiled with Go (https://go.dev/dl), and there is no `go` on the PATH"
        );
    }
    eprintln!("Compiling Litestream {VERSION} (once, two minutes)");
    process::run(
        Command::new("go")
            .args(["install", &format!("{PACKAGE}@{VERSION}")])
            .env("GOBIN", &folder)
            .env("CGO_ENABLED", "1"),
    )
    .context("Litestream needs the Go module proxy and a C compiler")?;
    Ok(program)
}
