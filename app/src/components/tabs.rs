//! Chat and Email as tabs, for screens too narrow for both.

use leptos::{ev::KeyboardEvent, prelude::*};

use crate::{
    browser,
    live::{Live, Tab},
};

/// The tab bar; hidden by style on wide screens and without script.
#[component]
pub(crate) fn Tabs(
    /// The email.
    live: Live,
) -> impl IntoView {
    let switch = move |event: KeyboardEvent| {
        let (tab, id) = match event.key().as_str() {
            "ArrowLeft" | "Home" => (Tab::Chat, "tab-chat"),
            "ArrowRight" | "End" => (Tab::Email, "tab-email"),
            _ => return,
        };
        event.prevent_default();
        live.tab.set(tab);
        browser::focus(id);
    };
    view! {
        <div class="tabs" role="tablist" aria-label="Parts of this email" on:keydown=switch>
            <TabButton live tab=Tab::Chat id="tab-chat" panel="panel-chat" label="Chat" />
            <TabButton live tab=Tab::Email id="tab-email" panel="panel-email" label="Email" />
        </div>
    }
}

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
            aria-selected=move || if is_shown() { "true" } else { "false" }
            tabindex=move || if is_shown() { "0" } else { "-1" }
            on:click=move |_| live.tab.set(tab)
        >
            {label}
        </button>
    }
}
