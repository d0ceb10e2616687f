//! Every page and server function of the email agent.
//!
//! Built twice: with feature `ssr` into the server, with `hydrate` into the browser. `document` holds
//! the HTML shell and the route table, `pages` load data, `components` show it, [`server_fns`] are the
//! HTTP interface. Of a page only its parts in `alive` reach the browser, the large one in pieces
//! (`piece`) and with closures of one type (`erased`): `live` keeps one open email up to date, `looking`
//! its comparison of versions and `list_live` the list, `logic` decides without touching the browser,
//! `browser` touches it, `language` speaks that of the person. `settings`, `safety_page`,
//! `contacts_page`, `data_page`, `sign_in`, `help_page` and `refusal_page` have no such part. Of our
//! crates only `email-agent-api` may be known here.

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

mod alive;
mod browser;
mod components;
#[cfg(feature = "ssr")]
pub mod contacts_page;
#[cfg(feature = "ssr")]
pub mod data_page;
#[cfg(feature = "ssr")]
mod document;
mod erased;
mod error;
#[cfg(feature = "ssr")]
pub mod help_page;
mod json;
mod keeper;
pub mod language;
mod list_live;
mod live;
mod logic;
mod looking;
#[cfg(feature = "ssr")]
mod pages;
mod piece;
#[cfg(feature = "ssr")]
mod plain_page;
#[cfg(feature = "ssr")]
pub mod refusal_page;
#[cfg(feature = "ssr")]
pub mod safety_page;
#[cfg(feature = "ssr")]
mod security;
#[cfg(feature = "ssr")]
pub mod server_fns;
#[cfg(feature = "ssr")]
pub mod settings;
#[cfg(feature = "ssr")]
pub mod sign_in;
#[cfg(feature = "ssr")]
mod told;
// The same functions for the browser: requests.
#[cfg(not(feature = "ssr"))]
#[path = "calls.rs"]
mod server_fns;

#[cfg(feature = "ssr")]
pub use alive::Programs;
#[cfg(feature = "hydrate")]
pub use alive::wake;
#[cfg(feature = "ssr")]
pub use components::render_others;
#[cfg(feature = "ssr")]
pub use document::{App, shell};
pub use error::CallError;
