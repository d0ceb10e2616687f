//! A list without rows: how to begin, or how to find what is elsewhere.

use email_agent_api::Show;
use leptos::prelude::*;
use tr::tr;

use super::start_form::StartForm;
use crate::{language::say, logic::Place};

/// Requests to try; one is not in English. They are what the agent is told, and the built-in demo
/// understands English only, so they are the same in every language.
const EXAMPLES: [&str; 3] = [
    "Write to ana@example.com: thanks for the lovely dinner, send it tomorrow at 9",
    "Email team@example.com that the meeting moves to Thursday, send it in 2 hours",
    "Write to joao@example.com: obrigado pela ajuda com a mudança! Send it in 10 minutes",
];

/// What is said instead of rows.
#[component]
pub(crate) fn ListEmpty(
    /// Where there is nothing.
    place: Place,
    /// Begins the keys of the plain forms.
    form_key: String,
    /// How many days a deleted email stays.
    erase_after_days: u32,
) -> impl IntoView {
    if place == Place::default() {
        return view! { <Examples form_key /> }.into_any();
    }
    let (text, to, label) = if place.page.is_some() {
        let text = say("There is nothing on this page any more.").to_owned();
        (text, place.at(None), say("Show the first page"))
    } else if place.search.is_empty() {
        let text = match place.show {
            Show::NeedsYou => say("Nothing needs you at the moment.").to_owned(),
            Show::Deleted => tr!("Nothing here. What you delete stays here for {n} day."
                | "Nothing here. What you delete stays here for {n} days." % erase_after_days),
            _ => say("Nothing here at the moment.").to_owned(),
        };
        (text, Place::default(), say("Show all emails"))
    } else {
        let text = match place.show {
            Show::All => tr!("Nothing found for “{search}”.", search = place.search),
            show => tr!(
                "Nothing found for “{search}” in {part}.",
                search = place.search,
                part = say(show.label())
            ),
        };
        (
            text,
            place.searching(String::new()),
            say("Clear the search"),
        )
    };
    view! {
        <p dir="auto">{text}</p>
        <a class="button" href=to.address()>{label}</a>
    }
    .into_any()
}

#[component]
fn Examples(form_key: String) -> impl IntoView {
    let examples = EXAMPLES
        .into_iter()
        .enumerate()
        .map(|(index, request)| {
            let form_key = format!("{form_key}-{index}");
            let (label, request) = (request.to_owned(), Some(request.to_owned()));
            view! { <li><StartForm form_key label request /></li> }.into_any()
        })
        .collect_view();
    view! {
        <p>{say("None yet. Press Start, or begin with one of these:")}</p>
        <ul class="list__examples">{examples}</ul>
    }
}
