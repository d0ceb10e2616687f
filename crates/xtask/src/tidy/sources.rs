//! Rust files open with what they are for, read no configuration behind the back of the programs, and
//! no file of the repository names a place on somebody's machine.

use super::{Finding, TextFile};

/// The files that may read the environment: the two programs, and these chores.
const READS_CONFIGURATION: [&str; 4] = [
    "server/",
    "crates/iwf-engine/src/main.rs",
    "crates/iwf-engine/src/cli",
    "crates/xtask/",
];

pub(super) fn check(file: &TextFile) -> Vec<Finding> {
    let mut findings = machine_paths(file);
    if is_source(&file.path) {
        findings.extend(module_docs(file));
        findings.extend(configuration(file));
    }
    findings
}

/// A module of the product, as against a test, an example or a benchmark.
fn is_source(path: &str) -> bool {
    let rust = path.strip_suffix(".rs").is_some();
    rust && path.split('/').any(|folder| folder == "src")
}

fn module_docs(file: &TextFile) -> Option<Finding> {
    let first = file
        .text
        .lines()
        .find(|line| !line.trim().is_empty() && !line.starts_with("#!["))
        .unwrap_or_default();
    (!first.starts_with("//!")).then(|| {
        Finding::new(
            &file.path,
            1,
            "does not open with `//!`: say what this module is for",
        )
    })
}

fn configuration(file: &TextFile) -> Vec<Finding> {
    if READS_CONFIGURATION
        .iter()
        .any(|allowed| file.path.starts_with(allowed))
    {
        return Vec::new();
    }
    let what = "reads the environment: take a typed value from the program instead";
    lines_with(file, what, |line| {
        // By this variable `cargo leptos watch` tells that it watches; leptos reads it the same way.
        let watching = line.contains("\"LEPTOS_WATCH\"");
        (line.contains("env::var") && !watching) || line.contains("dotenv")
    })
}

fn machine_paths(file: &TextFile) -> Vec<Finding> {
    let what = "names a path of one machine: make it relative, or an example such as DIR";
    lines_with(file, what, names_machine_path)
}

fn names_machine_path(line: &str) -> bool {
    // In two pieces, or this file would find itself.
    let homes = [
        ["/ho", "me/"],
        ["/Us", "ers/"],
        ["/ro", "ot/"],
        ["/wo", "rk/"],
        ["C:\\Us", "ers"],
    ];
    homes.iter().map(|pieces| pieces.concat()).any(|home| {
        line.match_indices(&home).any(|(at, _)| {
            let before = line.get(..at).and_then(|before| before.chars().next_back());
            // Within a longer path or an address it is a folder like any other.
            before.is_none_or(|before| !before.is_alphanumeric() && !"/.-_*~}".contains(before))
        })
    })
}

fn lines_with(file: &TextFile, what: &str, is_bad: impl Fn(&str) -> bool) -> Vec<Finding> {
    let numbered = (1..).zip(file.text.lines());
    numbered
        .filter(|(_, line)| is_bad(line))
        .map(|(number, _)| Finding::new(&file.path, number, what))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        check(&sample(path, text))
            .iter()
            .map(|finding| finding.line)
            .collect()
    }

    #[test]
    fn sources_without_module_docs_are_found() {
        assert_eq!(lines("crates/x/src/a.rs", "use std::fmt;\n"), [1]);
        assert_eq!(lines("crates/x/src/a.rs", ""), [1]);
        assert_eq!(lines("crates/x/src/a.rs", "\n//! For this.\n"), [0; 0]);
        assert_eq!(
            lines(
                "crates/x/src/a.rs",
                "#![deny(missing_docs)]\n//! For this.\n"
            ),
            [0; 0]
        );
        assert_eq!(lines("crates/x/tests/it/a.rs", "use std::fmt;\n"), [0; 0]);
    }

    #[test]
    fn only_programs_read_the_environment() {
        let text = "//! A.\nlet a = std::env::var(\"A\");\n";
        assert_eq!(lines("crates/email-agent/src/a.rs", text), [2]);
        assert_eq!(lines("server/src/config.rs", text), [0; 0]);
        assert_eq!(lines("crates/iwf-engine/src/main.rs", text), [0; 0]);
        assert_eq!(lines("crates/iwf-engine/src/store.rs", text), [2]);
        let watching = "//! A.\nif std::env::var(\"LEPTOS_WATCH\").is_ok() {\n";
        assert_eq!(lines("app/src/a.rs", watching), [0; 0]);
    }

    #[test]
    fn machine_paths_are_found_and_addresses_are_not() {
        let home = ["/ho", "me/"].concat();
        assert_eq!(lines("README.md", &format!("a\nsee {home}ana/mail\n")), [2]);
        assert_eq!(lines("x.json", &format!("\"{home}ana\"")), [1]);
        assert_eq!(
            lines("README.md", &format!("https://example.com{home}page")),
            [0; 0]
        );
        assert_eq!(lines("README.md", &format!("docs{home}page")), [0; 0]);
    }
}
