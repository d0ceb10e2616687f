//! What the browser tests need: Node, the packages of `end2end`, and a Chromium.
//!
//! Packages are installed again only when the lock file changed. A Chromium is looked for where people
//! have one; a bare Debian machine that we administer gets the distribution's.

use crate::files;
use crate::process::{self, answer};
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The oldest Node that Playwright and our stand-in servers run on.
const NODE_OLDEST: u32 = 20;
const SYSTEM_BROWSERS: [&str; 5] = [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];
/// With a font, since a page without one has no text to look at.
const DEBIAN_PACKAGES: [&str; 2] = ["chromium", "fonts-liberation"];
const PLAYWRIGHT: &str = "node_modules/@playwright/test/cli.js";

/// A browser test suite that is ready to be started.
pub(crate) struct Suite {
    folder: PathBuf,
    chromium: PathBuf,
}

impl Suite {
    /// Looks for everything and fetches what is missing.
    pub(crate) fn set_up(workspace: &Workspace) -> Result<Self> {
        let folder = workspace.end2end();
        node()?;
        packages(&folder)?;
        let chromium = chromium(&folder)?;
        Ok(Self { folder, chromium })
    }

    /// The browser.
    pub(crate) fn chromium(&self) -> &Path {
        &self.chromium
    }

    /// Checks the types of the tests; Playwright itself only strips them.
    pub(crate) fn check_types(&self) -> Result<()> {
        process::run(
            self.node()
                .args(["node_modules/typescript/bin/tsc", "--noEmit"]),
        )
    }

    /// `playwright test`, with the programs under test named.
    pub(crate) fn playwright(
        &self,
        workspace: &Workspace,
        programs: &[(&str, PathBuf)],
    ) -> Command {
        let mut command = self.node();
        command
            .args([PLAYWRIGHT, "test"])
            .env("CHROMIUM_PATH", &self.chromium)
            .env("LEPTOS_SITE_ROOT", workspace.site());
        for (variable, program) in programs {
            command.env(variable, program);
        }
        command
    }

    fn node(&self) -> Command {
        node_in(&self.folder)
    }
}

fn node_in(folder: &Path) -> Command {
    let mut command = Command::new("node");
    command.current_dir(folder);
    command
}

fn node() -> Result<()> {
    let wanted = format!("the browser tests need Node {NODE_OLDEST} or later (https://nodejs.org)");
    let Some(version) = answer(Command::new("node").arg("--version")) else {
        bail!("{wanted}, and there is no `node` on the PATH");
    };
    if major(&version).is_none_or(|major| major < NODE_OLDEST) {
        bail!("{wanted}; the one on the PATH is {version}");
    }
    Ok(())
}

/// 20 of `v20.19.1`.
fn major(version: &str) -> Option<u32> {
    version
        .trim()
        .strip_prefix('v')?
        .split('.')
        .next()?
        .parse()
        .ok()
}

/// Installs the packages of a folder, unless its lock file has not changed since.
pub(crate) fn packages(folder: &Path) -> Result<()> {
    let lock = folder.join("package-lock.json");
    let wanted =
        fs::read_to_string(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
    // A copy of the lock file inside the folder it describes: deleting the packages deletes it too.
    let installed = folder.join("node_modules/.installed-package-lock.json");
    if fs::read_to_string(&installed).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    eprintln!(
        "Installing the packages of {} (once, some seconds)",
        folder.display()
    );
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    process::run(
        Command::new(npm)
            .args(["ci", "--no-audit", "--no-fund"])
            .current_dir(folder)
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"),
    )
    .with_context(|| format!("packages are missing: run `npm ci` in {}", folder.display()))?;
    files::write(&installed, &wanted)
}

fn chromium(folder: &Path) -> Result<PathBuf> {
    if let Some(named) = std::env::var_os("CHROMIUM_PATH").filter(|path| !path.is_empty()) {
        let named = PathBuf::from(named);
        if !named.exists() {
            bail!(
                "CHROMIUM_PATH says {}, and there is no such file",
                named.display()
            );
        }
        return Ok(named);
    }
    if let Some(found) = installed_chromium(folder) {
        return Ok(found);
    }
    if debian_as_root() {
        eprintln!("Installing Debian's chromium for the browser tests (once, about a minute)");
        let install = ["install", "--yes", "--quiet", "--no-install-recommends"];
        let installed = apt(&["update", "--quiet"])
            .and_then(|()| apt(&[&install[..], &DEBIAN_PACKAGES].concat()));
        if let (Ok(()), Some(found)) = (installed, installed_chromium(folder)) {
            return Ok(found);
        }
    }
    bail!(
        "the browser tests need a Chromium, and none was found. Three ways:\n\
         1. set CHROMIUM_PATH to the program, if you have one elsewhere\n\
         2. cd end2end && npx playwright install chromium   (on bare Linux with --with-deps)\n\
         3. install your system's package, for example `apt-get install chromium` or Google Chrome"
    )
}

fn installed_chromium(folder: &Path) -> Option<PathBuf> {
    let ask = "process.stdout.write(require('@playwright/test').chromium.executablePath())";
    let own = answer(node_in(folder).args(["--input-type=commonjs", "--eval", ask]));
    own.into_iter()
        .chain(SYSTEM_BROWSERS.map(str::to_owned))
        .map(PathBuf::from)
        .find(|path| path.is_file())
}

/// Debian alone: what Ubuntu calls `chromium` installs a snap, which does not run in a container.
fn debian_as_root() -> bool {
    let debian = fs::read_to_string("/etc/os-release")
        .is_ok_and(|about| about.lines().any(|line| line == "ID=debian"));
    debian && answer(Command::new("id").arg("-u")).is_some_and(|id| id == "0")
}

fn apt(words: &[&str]) -> Result<()> {
    process::run(
        Command::new("apt-get")
            .args(words)
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read() {
        assert_eq!(major("v20.19.1\n"), Some(20));
        assert_eq!(major("v9.0.0"), Some(9));
        assert_eq!(major("20.1"), None);
        assert_eq!(major("vx"), None);
    }
}
