//! The Java SDK: our tests, run by Maven.

use super::engine::{Served, free_address};
use super::{Setting, headline, once};
use crate::process::{self, answer};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Records and text blocks in our tests; the SDK itself is content with 8.
const JAVA_OLDEST: u32 = 17;

pub(super) fn run(setting: &Setting, source: Option<&Path>) -> Result<()> {
    headline("The Java SDK");
    tools()?;
    if let Some(source) = source {
        build_sdk(setting, source)?;
    }
    eprintln!("Downloading what is missing and compiling: a minute the first time");
    process::run(maven(setting).args(["--quiet", "test-compile"])).context(
        "if Maven Central did not give the SDK: clone https://github.com/indeedeng/iwf-java-sdk \
         with its submodule, and name the folder with --java-sdk",
    )?;
    let engine = Served::start(setting, "java")?;
    process::run(
        maven(setting)
            .arg("test")
            .args(setting.runner)
            .env("IWF_SERVER_URL", engine.url())
            .env("IWF_WORKER_URL", format!("http://{}", free_address()?)),
    )
}

/// Maven on our tests, with a repository of its own, so that nothing of a person's machine plays a part.
fn maven(setting: &Setting) -> Command {
    let mut command = maven_in(setting, &setting.tests("java"));
    command.arg(format!(
        "-Dbuild.folder={}",
        setting.downloads("java").join("build").display()
    ));
    command
}

fn maven_in(setting: &Setting, folder: &Path) -> Command {
    let mut command = Command::new("mvn");
    command
        .args(["--batch-mode", "--no-transfer-progress"])
        .arg(format!(
            "-Dmaven.repo.local={}",
            setting.downloads("java").join("repository").display()
        ))
        .current_dir(folder);
    command
}

/// Puts the SDK, compiled from its unchanged source, where Maven looks before it asks Central.
fn build_sdk(setting: &Setting, source: &Path) -> Result<()> {
    let source = source
        .canonicalize()
        .with_context(|| format!("there is no folder {}", source.display()))?;
    let version = version(&source)?;
    if !source.join("iwf-idl/iwf-sdk.yaml").is_file() {
        bail!(
            "{} lacks its submodule: run `git submodule update --init` there",
            source.display()
        );
    }
    // Inside the folder it describes: deleting the repository deletes it too.
    let mark = setting.downloads("java").join("repository/sdk.txt");
    once(&mark, &format!("{version} {}", source.display()), || {
        eprintln!("Compiling the Java SDK {version} from its source (once, a minute)");
        let mut maven = maven_in(setting, &setting.tests("java").join("sdk-from-source"));
        maven
            .args(["--quiet", "install"])
            .arg(format!("-Dsdk.version={version}"))
            .arg(format!("-Dsdk.source={}", source.display()))
            .arg(format!(
                "-Dsdk.build={}",
                setting.downloads("java").join("sdk").display()
            ));
        process::run(&mut maven)
    })
}

/// What the source says it is: `version = "2.11.1"` in its build file.
fn version(source: &Path) -> Result<String> {
    let path = source.join("build.gradle");
    let text =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("version = "));
    let version = line.context("the build file of the Java SDK names no version")?;
    Ok(version.trim().trim_matches('"').to_owned())
}

fn tools() -> Result<()> {
    let wanted = format!("the tests of the Java SDK need a JDK {JAVA_OLDEST} or later, and Maven");
    let Some(version) = answer(Command::new("javac").arg("-version")) else {
        bail!("{wanted}: there is no `javac` on the PATH (https://adoptium.net)");
    };
    let major = version
        .strip_prefix("javac ")
        .and_then(|version| version.split('.').next()?.parse::<u32>().ok());
    if major.is_none_or(|major| major < JAVA_OLDEST) {
        bail!("{wanted}: the one on the PATH is {version}");
    }
    if answer(Command::new("mvn").arg("--version")).is_none() {
        bail!("{wanted}: there is no `mvn` on the PATH (https://maven.apache.org)");
    }
    Ok(())
}
