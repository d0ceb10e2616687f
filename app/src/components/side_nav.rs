//! Email or timeline in the same place: two links, so that both are reached without script too.

use leptos::{ev::MouseEvent, prelude::*};

use crate::{
    erased::kept,
    language::say,
    live::{Live, Tab},
};

/// The links; hidden by style where the tabs are.
#[component]
pub(crate) fn SideNav(
    /// The email.
    live: Live,
) -> impl IntoView {
    let address = format!("/e/{}", live.id());
    let with_timeline = format!("{address}?tab=timeline");
    let is_timeline = move || live.tab.get() == Tab::Timeline;
    let show = move |tab: Tab| {
        move |event: MouseEvent| {
            // Opened in a new tab it stays a link.
            if !event.ctrl_key() && !event.meta_key() && !event.shift_key() {
                event.prevent_default();
                live.tab.set(tab);
            }
        }
    };
    view! {
        <nav class="side-nav" aria-label=say("Email or timeline")>
            <a
                class="side-nav__link"
                href=address
                aria-current=kept(move || (!is_timeline()).then_some("true"))
                on:click=show(Tab::Email)
            >
                {say("Email")}
            </a>
            <a
                class="side-nav__link"
                href=with_timeline
                aria-current=kept(move || is_timeline().then_some("true"))
                on:click=show(Tab::Timeline)
            >
                {say("Timeline")}
            </a>
        </nav>
    }
}
