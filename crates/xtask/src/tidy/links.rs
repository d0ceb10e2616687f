//! Links between the Markdown files lead to a file that exists and to a heading that is there.
//!
//! Addresses on the web are not asked: they fail for reasons that are not ours.

use super::{Finding, TextFile};

/// `exists` is asked with paths from the root of the workspace.
pub(super) fn check(files: &[TextFile], exists: &dyn Fn(&str) -> bool) -> Vec<Finding> {
    let pages: Vec<_> = files.iter().filter(|file| is_page(&file.path)).collect();
    let mut findings = Vec::new();
    for page in &pages {
        for (line, target) in links(&page.text) {
            if let Some(what) = fault(&page.path, &target, &pages, exists) {
                findings.push(Finding::new(&page.path, line, what));
            }
        }
    }
    findings
}

fn is_page(path: &str) -> bool {
    path.strip_suffix(".md").is_some()
}

fn fault(
    page: &str,
    target: &str,
    pages: &[&TextFile],
    exists: &dyn Fn(&str) -> bool,
) -> Option<String> {
    // `::` is a link to a Rust item, which rustdoc checks.
    if target.contains("://") || target.starts_with("mailto:") || target.contains("::") {
        return None;
    }
    let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
    let path = if file.is_empty() {
        page.to_owned()
    } else {
        resolve(page, file)
    };
    if !exists(&path) {
        return Some(format!("links to {target}, which does not exist"));
    }
    let linked = pages.iter().find(|page| page.path == path)?;
    let has_heading = anchor.is_empty() || headings(&linked.text).any(|slug| slug == anchor);
    (!has_heading).then(|| format!("links to {target}, and {path} has no such heading"))
}

/// A path as written in a page, from the root of the workspace.
fn resolve(page: &str, target: &str) -> String {
    let mut folders: Vec<&str> = page.split('/').collect();
    folders.pop();
    if target.starts_with('/') {
        folders.clear();
    }
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                folders.pop();
            }
            part => folders.push(part),
        }
    }
    folders.join("/")
}

/// The lines of a page that are text and not code, with their numbers.
fn prose(page: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut in_code = false;
    (1..).zip(page.lines()).filter(move |(_, line)| {
        let fence = line.trim_start().starts_with("```");
        if fence {
            in_code = !in_code;
        }
        !fence && !in_code
    })
}

/// Targets of `[text](target)`, `[text]: target` and `src="target"`.
fn links(page: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (number, line) in prose(page) {
        let line = without_code(line);
        let mut add = |target: &str| {
            let target = target.split_whitespace().next().unwrap_or_default();
            found.push((number, target.trim_matches(['<', '>']).to_owned()));
        };
        for (opening, closing) in [("](", ')'), ("src=\"", '"'), ("href=\"", '"')] {
            for (at, _) in line.match_indices(opening) {
                let rest = line.get(at + opening.len()..).unwrap_or_default();
                add(rest.split(closing).next().unwrap_or_default());
            }
        }
        if let Some((label, target)) = line.split_once("]: ")
            && label.starts_with('[')
            && !label.starts_with("[^")
        {
            add(target);
        }
    }
    found
}

/// A line without its `code` pieces.
fn without_code(line: &str) -> String {
    line.split('`').step_by(2).collect::<Vec<_>>().join(" ")
}

/// The anchors of a page, by the rule of the usual viewers: lower case, punctuation away, hyphens for
/// spaces.
fn headings(page: &str) -> impl Iterator<Item = String> {
    prose(page)
        .filter(|(_, line)| line.starts_with('#'))
        .map(|(_, line)| {
            let title = line.trim_start_matches('#').trim().to_lowercase();
            title
                .chars()
                .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
                .map(|c| if c == ' ' { '-' } else { c })
                .collect()
        })
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn faults(text: &str) -> Vec<usize> {
        let files = [
            sample("docs/a.md", text),
            sample("README.md", "# The engine: why?\n"),
        ];
        let exists = |path: &str| ["README.md", "docs/a.md", "docs/b.png"].contains(&path);
        check(&files, &exists)
            .iter()
            .map(|finding| finding.line)
            .collect()
    }

    #[test]
    fn dead_links_are_found() {
        assert_eq!(
            faults("[a](../README.md)\n[b](missing.md) and ![c](b.png)"),
            [2]
        );
        assert_eq!(faults("[a]: nowhere.md\n"), [1]);
        assert_eq!(faults("<img src=\"b.png\"> <img src=\"c.png\">"), [1]);
    }

    #[test]
    fn headings_are_found_by_their_slug() {
        assert_eq!(faults("[a](../README.md#the-engine-why)"), [0; 0]);
        assert_eq!(faults("[a](../README.md#the-motor)"), [1]);
        assert_eq!(faults("# Here\n[a](#here) [b](#there)"), [2]);
    }

    #[test]
    fn the_web_code_and_rust_items_are_left_alone() {
        let text = "[a](https://example.com/x) [b](mailto:a@example.com) `[c](d)` [e](crate::F)\n\
                    ```\n[g](h)\n```\n";
        assert_eq!(faults(text), [0; 0]);
    }
}
