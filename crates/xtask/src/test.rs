//! `cargo xtask test`: everything that must hold, cheapest first.
//!
//! A failure of the cheap part (format, tidy, Clippy) ends it at once; the Rust tests and the browser
//! tests both run to their end, because each tells something the other does not. The runners' closing
//! lines are repeated last.

use crate::browser::Suite;
use crate::workspace::{Profile, Workspace};
use crate::{e2e, lint, process, setup, tidy};
use anyhow::{Result, bail};
use std::time::Instant;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// One part alone
    #[arg(long, value_enum)]
    only: Option<Part>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// Unit, integration and documentation tests
    Rust,
    /// The journeys in a real browser
    Browser,
    /// Format and Clippy
    Lint,
    /// The rules of this repository that no compiler knows
    Tidy,
}

/// The closing lines of one runner and whether it was content.
struct Closing {
    runner: &'static str,
    passed: bool,
    lines: Vec<String>,
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    let started = Instant::now();
    if !workspace.program(Profile::Dev, "server").exists() {
        eprintln!(
            "First time here: all of it takes 30 to 50 minutes on two cores.\n\
             Next time only what changed is compiled."
        );
    }
    let wanted = |part| args.only.is_none_or(|only| only == part);
    if wanted(Part::Lint) || wanted(Part::Tidy) {
        headline("What costs little");
    }
    if wanted(Part::Lint) {
        setup::components(workspace)?;
        lint::format(workspace)?;
    }
    if wanted(Part::Tidy) {
        tidy::run(workspace)?;
    }
    if wanted(Part::Lint) {
        lint::clippy(workspace)?;
    }
    let mut closings = Vec::new();
    if wanted(Part::Rust) {
        headline("Rust tests");
        closings.push(rust(workspace)?);
    }
    if wanted(Part::Browser) {
        headline("Browser tests");
        closings.push(browser(workspace)?);
    }
    conclude(&closings, started)
}

fn headline(text: &str) {
    eprintln!("\n== {text}");
}

fn rust(workspace: &Workspace) -> Result<Closing> {
    let mut cargo = process::cargo(workspace);
    cargo.args(["test", "--no-fail-fast"]);
    let (passed, lines) =
        process::run_watched(&mut cargo, |line| line.starts_with("test result: "))?;
    Ok(Closing {
        runner: "cargo test",
        passed,
        lines,
    })
}

fn browser(workspace: &Workspace) -> Result<Closing> {
    let suite = Suite::set_up(workspace)?;
    suite.check_types()?;
    let mut playwright = e2e::ready(workspace, &suite, Profile::Dev)?;
    let (passed, lines) = process::run_watched(&mut playwright, is_playwrights_closing)?;
    Ok(Closing {
        runner: "playwright test",
        passed,
        lines,
    })
}

/// `12 passed (34.5s)`, `1 failed`, `2 flaky`, `3 skipped`, `4 did not run`.
fn is_playwrights_closing(line: &str) -> bool {
    let Some((count, rest)) = line.split_once(' ') else {
        return false;
    };
    let outcome = [
        "passed",
        "failed",
        "flaky",
        "skipped",
        "did not run",
        "interrupted",
    ];
    count.parse::<u32>().is_ok() && outcome.iter().any(|word| rest.starts_with(word))
}

fn conclude(closings: &[Closing], started: Instant) -> Result<()> {
    headline("In short");
    for closing in closings {
        eprintln!("{}:", closing.runner);
        for line in &closing.lines {
            eprintln!("  {line}");
        }
    }
    eprintln!("after {} s", started.elapsed().as_secs());
    let failed: Vec<_> = closings
        .iter()
        .filter(|it| !it.passed)
        .map(|it| it.runner)
        .collect();
    if !failed.is_empty() {
        bail!("{} failed: the reasons stand above", failed.join(" and "));
    }
    // A runner that found nothing to run would otherwise look like success.
    if let Some(silent) = closings.iter().find(|it| it.lines.is_empty()) {
        bail!(
            "{} ended without a closing line: no test has run",
            silent.runner
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn playwrights_closing_lines_are_told_from_others() {
        for line in ["38 passed (2.1m)", "1 failed", "2 did not run"] {
            assert!(is_playwrights_closing(line), "{line}");
        }
        for line in [
            "Running 38 tests using 2 workers",
            "ok 1 story 01 passed",
            "passed",
            "",
        ] {
            assert!(!is_playwrights_closing(line), "{line}");
        }
    }

    #[test]
    fn one_failed_or_silent_runner_fails_the_whole() {
        let closing = |passed, lines: &[&str]| Closing {
            runner: "runner",
            passed,
            lines: lines.iter().map(|&line| line.to_owned()).collect(),
        };
        let good = || closing(true, &["1 passed"]);
        assert!(conclude(&[good(), good()], Instant::now()).is_ok());
        assert!(conclude(&[good(), closing(false, &["1 failed"])], Instant::now()).is_err());
        assert!(conclude(&[good(), closing(true, &[])], Instant::now()).is_err());
    }
}
