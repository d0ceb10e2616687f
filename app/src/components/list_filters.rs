//! What part of the list is shown: a search and some links, all in the address. Without script the
//! search is a plain form.

use email_agent_api::{Show, limits::SEARCH_CHARS_MAX};
use leptos::{ev::SubmitEvent, html::Input, prelude::*, task::spawn_local};

use crate::{
    browser,
    erased::{heard, kept},
    language::say,
    list_live::ListLive,
    piece::once_awake,
};

/// Somebody who types on is not answered before this.
const PAUSE_MS: u32 = 250;

/// Search and links.
#[component]
pub(crate) fn ListFilters(
    /// The list.
    live: ListLive,
) -> impl IntoView {
    let field = NodeRef::<Input>::new();
    let first = live.place.get_untracked();
    let typed = StoredValue::new(0_u32);
    let search = move |after_ms: u32| {
        let turn = typed.try_update_value(|typed| {
            *typed += 1;
            *typed
        });
        spawn_local(async move {
            browser::sleep_ms(after_ms).await;
            if typed.try_get_value() == turn
                && let Some(field) = field.try_get_untracked().flatten()
            {
                live.search(field.value());
            }
        });
    };
    // What was typed before the script was there, or kept by the browser when it went back.
    once_awake(move || {
        let typed = field.get_untracked().map(|field| field.value());
        if typed
            .is_some_and(|typed| typed != live.place.with_untracked(|place| place.search.clone()))
        {
            search(0);
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        search(0);
    };
    let chips = Show::EACH
        .into_iter()
        .map(|show| {
            view! {
                <li>
                    <a
                        class="list__chip"
                        href=kept(move || live.place.with(|place| place.showing(show).address()))
                        aria-current=kept(move || live.place.with(|place| place.show == show).then_some("true"))
                    >
                        {say(show.label())}
                    </a>
                </li>
            }
            .into_any()
        })
        .collect_view();
    let show = (first.show != Show::All)
        .then(|| view! { <input type="hidden" name="show" value=first.show.name() /> }.into_any());
    view! {
        <form class="list__search" role="search" method="get" action="/" on:submit=heard(submit)>
            <label class="sr-only" for="search">{say("Search your emails")}</label>
            <input
                class="field__control"
                id="search"
                type="search"
                name="q"
                placeholder=say("Name, address or word")
                value=first.search
                maxlength=SEARCH_CHARS_MAX.to_string()
                autocomplete="off"
                dir="auto"
                node_ref=field
                on:input=heard(move |_| search(PAUSE_MS))
            />
            {show}
            <button class="button" type="submit">{say("Search")}</button>
        </form>
        <nav aria-label=say("Which emails")>
            <ul class="list__chips">{chips}</ul>
        </nav>
    }
}
