//! Chat, Email and Timeline as tabs, for screens too narrow for more than one.

use leptos::{ev::KeyboardEvent, prelude::*};

use crate::{
    browser,
    erased::{heard, kept},
    language::say,
    live::{Live, Tab},
};

/// The tab bar; hidden by style on wide screens and without script. It has its place from the start, so
/// that nothing moves when it comes.
#[component]
pub(crate) fn Tabs(
    /// The email.
    live: Live,
) -> impl IntoView {
    let switch = move |event: KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowLeft" => -1,
            "ArrowRight" => 1,
            "Home" => isize::MIN,
            "End" => isize::MAX,
            _ => return,
        };
        event.prevent_default();
        let tab = live.tab.get_untracked();
        let place = ORDER.iter().position(|(known, _)| *known == tab);
        let place = place.unwrap_or(0).saturating_add_signed(step);
        if let Some((tab, id)) = ORDER.get(place.min(ORDER.len() - 1)) {
            live.tab.set(*tab);
            browser::focus(id);
        }
    };
    view! {
        <div class="tabs needs-script" role="tablist" aria-label=say("Parts of this email") on:keydown=heard(switch)>
            <TabButton live tab=Tab::Chat id="tab-chat" panel="panel-chat" label=say("Chat") />
            <TabButton live tab=Tab::Email id="tab-email" panel="panel-email" label=say("Email") />
            <TabButton live tab=Tab::Timeline id="tab-timeline" panel="panel-timeline" label=say("Timeline") />
        </div>
    }
}

/// From left to right.
const ORDER: [(Tab, &str); 3] = [
    (Tab::Chat, "tab-chat"),
    (Tab::Email, "tab-email"),
    (Tab::Timeline, "tab-timeline"),
];

#[component]
fn TabButton(
    live: Live,
    tab: Tab,
    id: &'static str,
    panel: &'static str,
    label: &'static str,
) -> impl IntoView {
    let is_shown = move || live.tab.get() == tab;
    view! {
        <button
            type="button"
            class="tabs__tab"
            role="tab"
            id=id
            aria-controls=panel
            aria-selected=kept(move || if is_shown() { "true" } else { "false" })
            tabindex=kept(move || if is_shown() { "0" } else { "-1" })
            on:click=heard(move |_| live.tab.set(tab))
        >
            {label}
        </button>
    }
}
