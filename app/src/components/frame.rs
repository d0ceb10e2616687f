//! What surrounds every page: the name, the way to the list, that nothing leaves while that is so, and
//! what is not real.

use email_agent_api::AppInfo;
use leptos::prelude::*;

use super::banner::Banner;
use crate::language::say;

/// The frame of a page.
#[component]
pub(crate) fn Frame(
    /// How this installation works, where it is known.
    info: Option<AppInfo>,
    children: Children,
) -> impl IntoView {
    let hold = info.as_ref().is_some_and(|info| info.hold).then(|| {
        view! { <a class="frame__hold" href="/settings/safety" rel="external">{say("All outgoing mail is paused")}</a> }
            .into_any()
    });
    view! {
        <div class="frame">
            <header class="frame__top">
                <a class="frame__name" href="/">
                    <img class="frame__mark" src="/favicon.svg" alt="" width="28" height="28" />
                    <span>"Email Agent"</span>
                </a>
                {hold}
                <nav class="frame__nav" aria-label=say("Main")>
                    <a class="frame__link" href="/">{say("All emails")}</a>
                    // Rendered by the server alone: the router of the page must let it go.
                    <a class="frame__link" href="/settings" rel="external">{say("Settings")}</a>
                    <a class="frame__link" href="/help" rel="external">{say("Help")}</a>
                </nav>
            </header>
            {info.map(|info| view! { <Banner info /> }.into_any())}
            {children()}
        </div>
    }
}
