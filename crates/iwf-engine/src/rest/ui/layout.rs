//! What every view has around it.

use maud::{DOCTYPE, Markup, html};

use crate::Health;

pub(super) fn page(title: &str, health: &Health, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " – iWF engine" }
                link rel="icon" href="data:,";
                link rel="stylesheet" href="/ui/style.css";
            }
            body {
                a.skip href="#content" { "Skip to the content" }
                header {
                    nav aria-label="Engine" {
                        a.brand href="/ui" { "iWF engine" }
                    }
                    p.health {
                        @if health.damaged_runs > 0 {
                            span.pill data-tone="bad" {
                                (health.damaged_runs) " damaged, see iwf-engine check"
                            }
                            " "
                        }
                        @match &health.problem {
                            None => { span.pill data-tone="good" { "ready" } }
                            Some(problem) => {
                                span.pill data-tone="bad" { "not ready" } " " (problem)
                            }
                        }
                    }
                }
                main id="content" tabindex="-1" { (content) }
                footer {
                    p { "iwf-engine " (env!("CARGO_PKG_VERSION")) ", read-only. Times are UTC." }
                }
            }
        }
    }
}

/// Instead of what was asked for.
pub(super) fn problem(title: &str, why: &str) -> Markup {
    html! {
        h1 { (title) }
        p.problem role="alert" { (why) }
        p { a href="/ui" { "Back to all runs" } }
    }
}
