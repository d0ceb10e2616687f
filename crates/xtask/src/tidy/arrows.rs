//! Who may depend on whom, read from Cargo's own account of the manifests.
//!
//! The table below is the picture in ARCHITECTURE.md as data. A crate that is not in it is a finding
//! too: its arrows are to be drawn before it is used.

use super::Finding;
use crate::process::{self, answer};
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use serde_json::Value;

/// What one crate of the workspace may know.
struct Room {
    name: &'static str,
    /// Crates of this workspace, outside its tests.
    may_know: &'static [&'static str],
    /// Crates of this workspace that its tests may use as well.
    tests_may_know: &'static [&'static str],
    from_outside: Outside,
}

/// What one crate may take from the registry, outside its tests.
enum Outside {
    Anything,
    AnythingBut(&'static [&'static str]),
    Only(&'static [&'static str]),
}

use Outside::{Anything, AnythingBut, Only};

/// What belongs to the server alone and must not reach the page.
const NOT_FOR_THE_PAGE: Outside = AnythingBut(&[
    "async-openai",
    "chrono-tz",
    "clap",
    "dotenvy",
    "lettre",
    "regex",
    "reqwest",
    "rusqlite",
    "rustls",
]);

/// Settings are the programs' business, and so is where workflows are stored.
const NOT_FOR_LIBRARIES: Outside = AnythingBut(&["clap", "dotenvy", "rusqlite"]);

const ROOMS: [Room; 11] = [
    room("frontend", &["app"], NOT_FOR_THE_PAGE),
    room("app", &["email-agent-api"], NOT_FOR_THE_PAGE),
    room("email-agent-api", &[], NOT_FOR_THE_PAGE),
    Room {
        // Its tests wire SDK and engine as `server` does.
        tests_may_know: &["iwf-engine", "iwf-protocol"],
        ..room(
            "email-agent",
            &["email-agent-api", "email-agent-store", "iwf"],
            NOT_FOR_LIBRARIES,
        )
    },
    room(
        "email-agent-store",
        &["email-agent-api"],
        AnythingBut(&["clap", "dotenvy"]),
    ),
    room("iwf", &["iwf-protocol"], NOT_FOR_LIBRARIES),
    room("iwf-engine", &["iwf-engine-core", "iwf-protocol"], Anything),
    // Pure rules: whatever could reach a clock, a random source, a file or the network stays out.
    room(
        "iwf-engine-core",
        &[],
        Only(&["indexmap", "serde", "thiserror"]),
    ),
    room(
        "iwf-protocol",
        &[],
        Only(&["chrono", "indexmap", "serde", "serde_json", "thiserror"]),
    ),
    room(
        "server",
        &[
            "app",
            "email-agent",
            "email-agent-api",
            "email-agent-store",
            "iwf",
            "iwf-engine",
            "iwf-protocol",
        ],
        Anything,
    ),
    room("xtask", &[], Anything),
];

const fn room(
    name: &'static str,
    may_know: &'static [&'static str],
    from_outside: Outside,
) -> Room {
    Room {
        name,
        may_know,
        tests_may_know: &[],
        from_outside,
    }
}

/// A crate of the workspace with what its manifest names.
pub(super) struct Package {
    name: String,
    dependencies: Vec<Dependency>,
}

struct Dependency {
    name: String,
    /// A path instead of a version: ours.
    ours: bool,
    for_tests: bool,
}

pub(super) fn packages(workspace: &Workspace) -> Result<Vec<Package>> {
    let metadata =
        answer(process::cargo(workspace).args(["metadata", "--format-version=1", "--no-deps"]))
            .context("`cargo metadata` failed: run it to see why")?;
    parse(&metadata).context("`cargo metadata` answered in another form than expected")
}

fn parse(metadata: &str) -> Result<Vec<Package>> {
    let metadata: Value = serde_json::from_str(metadata)?;
    let text = |value: &Value, key: &str| value[key].as_str().map(str::to_owned);
    let list = |value: &Value, key: &str| value[key].as_array().cloned();
    let dependency = |it: &Value| {
        Some(Dependency {
            name: text(it, "name")?,
            ours: it["path"].is_string(),
            for_tests: it["kind"] == "dev",
        })
    };
    let package = |it: &Value| {
        Some(Package {
            name: text(it, "name")?,
            dependencies: list(it, "dependencies")?
                .iter()
                .map(dependency)
                .collect::<Option<_>>()?,
        })
    };
    list(&metadata, "packages")
        .and_then(|packages| packages.iter().map(package).collect())
        .context("a package without name or dependencies")
}

pub(super) fn check(packages: &[Package]) -> Vec<Finding> {
    packages.iter().flat_map(check_one).collect()
}

fn check_one(package: &Package) -> Vec<Finding> {
    let name = &package.name;
    let finding = |what: String| Finding::new(&format!("crate {name}"), 0, what);
    let Some(room) = ROOMS.iter().find(|room| room.name == name) else {
        return vec![finding(
            "is not in the table of tidy/arrows.rs: say there what it may know".to_owned(),
        )];
    };
    package
        .dependencies
        .iter()
        .filter(|dependency| !room.allows(dependency))
        .map(|dependency| finding(format!("must not know {}", dependency.name)))
        .collect()
}

impl Room {
    fn allows(&self, dependency: &Dependency) -> bool {
        let name = dependency.name.as_str();
        match (dependency.ours, dependency.for_tests) {
            (true, true) => self.may_know.contains(&name) || self.tests_may_know.contains(&name),
            (true, false) => self.may_know.contains(&name),
            (false, true) => true,
            (false, false) => match self.from_outside {
                Anything => true,
                AnythingBut(banned) => !banned.contains(&name),
                Only(welcome) => welcome.contains(&name),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(name: &str, dependency: &str) -> Vec<String> {
        let metadata =
            format!(r#"{{"packages":[{{"name":"{name}","dependencies":[{dependency}]}}]}}"#);
        check(&parse(&metadata).unwrap())
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn arrows_up_or_sideways_are_found() {
        let engine = r#"{"name":"iwf-engine","path":"/x","kind":null}"#;
        assert_eq!(
            findings("iwf", engine),
            ["crate iwf: must not know iwf-engine"]
        );
        assert_eq!(findings("app", engine).len(), 1);
        assert_eq!(findings("server", engine), [""; 0]);
    }

    #[test]
    fn tests_may_know_a_little_more() {
        let for_tests = r#"{"name":"iwf-engine","path":"/x","kind":"dev"}"#;
        assert_eq!(findings("email-agent", for_tests), [""; 0]);
        assert_eq!(findings("iwf", for_tests).len(), 1);
    }

    #[test]
    fn the_core_stays_pure_and_the_page_small() {
        let clock = r#"{"name":"tokio","path":null,"kind":null}"#;
        assert_eq!(
            findings("iwf-engine-core", clock),
            ["crate iwf-engine-core: must not know tokio"]
        );
        assert_eq!(findings("iwf-engine", clock), [""; 0]);
        let heavy = r#"{"name":"lettre","path":null,"kind":null}"#;
        assert_eq!(findings("app", heavy).len(), 1);
        let tool = r#"{"name":"proptest","path":null,"kind":"dev"}"#;
        assert_eq!(findings("iwf-engine-core", tool), [""; 0]);
    }

    #[test]
    fn a_crate_without_arrows_is_found() {
        assert!(findings("newcomer", "")[0].contains("is not in the table"));
    }

    #[test]
    fn another_form_of_metadata_is_an_error() {
        assert!(parse(r#"{"packages":[{"name":"iwf"}]}"#).is_err());
        assert!(parse("{}").is_err());
    }
}
