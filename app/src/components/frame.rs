//! What surrounds every page: the name, the way to the list, and what is not real.

use email_agent_api::AppInfo;
use leptos::prelude::*;

use super::banner::Banner;

/// The frame of a page.
#[component]
pub(crate) fn Frame(
    /// How this installation works, where it is known.
    info: Option<AppInfo>,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="frame">
            <header class="frame__top">
                <a class="frame__name" href="/">
                    <img class="frame__mark" src="/favicon.svg" alt="" width="28" height="28" />
                    <span>"Email Agent"</span>
                </a>
                <nav class="frame__nav" aria-label="Main">
                    <a class="frame__link" href="/">"All emails"</a>
                    // Rendered by the server alone: the router of the page must let it go.
                    <a class="frame__link" href="/settings" rel="external">"Settings"</a>
                </nav>
            </header>
            {info.map(|info| view! { <Banner info /> }.into_any())}
            {children()}
        </div>
    }
}
