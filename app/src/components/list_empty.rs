//! A list without rows: how to begin, or how to find what is elsewhere.

use email_agent_api::{Show, limits::ERASE_AFTER_DAYS};
use leptos::prelude::*;

use super::start_form::StartForm;
use crate::logic::Place;

/// Requests to try; one is not in English.
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
) -> impl IntoView {
    if place == Place::default() {
        return view! { <Examples form_key /> }.into_any();
    }
    let (text, to, label) = if place.page.is_some() {
        let text = "There is nothing on this page any more.".to_owned();
        (text, place.at(None), "Show the first page")
    } else if place.search.is_empty() {
        let text = match place.show {
            Show::NeedsYou => "Nothing needs you at the moment.".to_owned(),
            Show::Deleted => {
                format!("Nothing here. What you delete stays here for {ERASE_AFTER_DAYS} days.")
            }
            _ => "Nothing here at the moment.".to_owned(),
        };
        (text, Place::default(), "Show all emails")
    } else {
        let part = match place.show {
            Show::All => String::new(),
            show => format!(" in {}", show.label()),
        };
        let text = format!("Nothing found for “{}”{part}.", place.search);
        (text, place.searching(String::new()), "Clear the search")
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
        <p>"None yet. Press Start, or begin with one of these:"</p>
        <ul class="list__examples">{examples}</ul>
    }
}
