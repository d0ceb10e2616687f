//! All emails of a person, each with its state and its time.

use email_agent_api::{EmailList, EmailSummary, SendWish};
use leptos::prelude::*;

use super::{local_time::QuietTime, stage_class::stage_class};
use crate::alive::{Alive, Part, StartData};

/// Requests to try; one is not in English.
const EXAMPLES: [&str; 3] = [
    "Write to ana@example.com: thanks for the lovely dinner, send it tomorrow at 9",
    "Email team@example.com that the meeting moves to Thursday, send it in 2 hours",
    "Write to joao@example.com: obrigado pela ajuda com a mudança! Send it in 10 minutes",
];

/// The list, or how to begin.
#[component]
pub(crate) fn EmailListView(
    /// One page of it.
    list: EmailList,
    /// Begins the keys of the plain forms.
    form_key: String,
) -> impl IntoView {
    let next = list.next.map(|next| {
        let address = format!("/?page={}", percent_encode(&next));
        view! { <a class="button" href=address rel="next">"Show more"</a> }.into_any()
    });
    let body = if list.emails.is_empty() {
        view! { <Empty form_key /> }.into_any()
    } else {
        let rows = list
            .emails
            .into_iter()
            .map(|email| view! { <Row email /> }.into_any())
            .collect_view();
        view! { <ul class="list__rows">{rows}</ul> }.into_any()
    };
    view! {
        <section class="list" aria-labelledby="list-heading">
            <h2 id="list-heading">"Your emails"</h2>
            {body}
            {next}
        </section>
    }
}

#[component]
fn Empty(form_key: String) -> impl IntoView {
    let examples = EXAMPLES
        .into_iter()
        .enumerate()
        .map(|(index, request)| {
            let form_key = format!("{form_key}-{index}");
            let part = Part::Start(StartData {
                form_key,
                label: request.to_owned(),
                request: Some(request.to_owned()),
            });
            view! { <li><Alive part /></li> }.into_any()
        })
        .collect_view();
    view! {
        <p>"None yet. Press Start, or begin with one of these:"</p>
        <ul class="list__examples">{examples}</ul>
    }
}

#[component]
fn Row(email: EmailSummary) -> impl IntoView {
    let recipient = if email.to.is_empty() {
        "Nobody yet".to_owned()
    } else {
        email.to
    };
    let title = if email.title.is_empty() {
        "New email".to_owned()
    } else {
        email.title
    };
    let pill_class = format!("pill pill--{}", stage_class(email.stage));
    let time = email.send_at.as_ref().map(SendWish::to_text).map_or_else(
        || {
            view! { <span class="list__time">"Changed " <QuietTime at=email.changed_at /></span> }
                .into_any()
        },
        |text| view! { <span class="list__time">{text}</span> }.into_any(),
    );
    view! {
        <li>
            <a class="list__row" href=format!("/e/{}", email.id)>
                <span class="list__who" dir="auto">{recipient}</span>
                <span class="list__title" dir="auto">{title}</span>
                <span class=pill_class>{email.stage.label()}</span>
                {time}
            </a>
        </li>
    }
}

/// For a value inside an address.
fn percent_encode(text: &str) -> String {
    use std::fmt::Write;

    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_token_survives_the_address() {
        assert_eq!(percent_encode("a b&c/ü"), "a%20b%26c%2F%C3%BC");
    }
}
