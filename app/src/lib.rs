//! Every page and server function of the email agent.
//!
//! Built twice: with feature `ssr` into the server, with `hydrate` into the browser. This file holds
//! the HTML shell and the route table; `pages` load data, `components` show it, [`server_fns`]
//! are the HTTP interface, `live` keeps one open email up to date, `logic` decides without touching
//! the browser, `browser` touches it, `settings` is the page that the server renders alone. Of our crates only
//! `email-agent-api` may be known here.

// Nested view types of two pages go beyond the default of 128.
#![recursion_limit = "256"]
#![allow(
    unreachable_pub,
    clippy::large_types_passed_by_value,
    clippy::must_use_candidate,
    clippy::needless_pass_by_value,
    clippy::too_many_lines,
    clippy::unused_async,
    reason = "the macros for components and server functions decide these"
)]

mod browser;
mod components;
mod error;
mod keeper;
mod live;
mod logic;
mod pages;
#[cfg(feature = "ssr")]
pub mod safety_page;
#[cfg(feature = "ssr")]
mod security;
pub mod server_fns;
#[cfg(feature = "ssr")]
pub mod settings;

pub use error::CallError;

use leptos::prelude::*;
use leptos_meta::{MetaTags, Stylesheet, Title, provide_meta_context};
use leptos_router::{
    ParamSegment, SsrMode, StaticSegment,
    components::{Route, Router, Routes},
};

use crate::pages::{EmailPage, HomePage, NotFoundPage};

/// The HTML document around the application. Also sets the page's security policy.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    #[cfg(feature = "ssr")]
    security::set_policy(&options);
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <meta name="description" content="An AI email agent you can trust with the send button." />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <Stylesheet id="leptos" href="/pkg/email-agent.css" />
                <AutoReload options=options.clone() />
                <HydrationScripts options />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// The application: the route table.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    // Tests, and the style of what needs script, wait for this mark.
    Effect::new(move |_| browser::mark_hydrated());
    view! {
        <Title formatter=|text: String| if text.is_empty() { "Email Agent".to_owned() } else { format!("{text} — Email Agent") } />
        <Router>
            <Routes fallback=NotFoundPage>
                // Rendered in one sweep, so that everything can be read without script.
                <Route path=StaticSegment("") view=HomePage ssr=SsrMode::Async />
                <Route path=(StaticSegment("e"), ParamSegment("id")) view=EmailPage ssr=SsrMode::Async />
            </Routes>
        </Router>
    }
}
