//! "Which Ana do you mean?": the contacts of that name, each a button. Choosing is a request in words,
//! so it works without script and is on record like any other.

use email_agent_api::NameChoice;
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use tr::tr;

use crate::{
    browser,
    erased::{heard, kept, memo, redrawn},
    language::known,
    live::{Live, with_retries},
    server_fns,
};

/// The open questions; nothing if there are none.
#[component]
pub(crate) fn Choices(
    /// The email.
    live: Live,
) -> impl IntoView {
    let choices = memo(move || live.view.with(|view| view.choices.clone()));
    let is_busy = RwSignal::new(false);
    let questions = move || {
        let questions = choices.get().into_iter().enumerate();
        questions
            .map(|(number, choice)| question(live, is_busy, number, choice))
            .collect_view()
    };
    redrawn(questions)
}

fn question(live: Live, is_busy: RwSignal<bool>, number: usize, choice: NameChoice) -> AnyView {
    let text = tr!("Which {name} do you mean?", name = choice.name);
    let candidates = choice.candidates.into_iter().enumerate();
    let rows = candidates
        .map(|(place, contact)| {
            let key = live
                .form_key
                .with_value(|key| format!("{}-whom-{number}-{place}", key.as_str()));
            candidate(live, is_busy, key, contact.to_string())
        })
        .collect_view();
    view! {
        <div class="choices" role="group" aria-label=text.clone()>
            <p class="choices__question" dir="auto">{text.clone()}</p>
            {rows}
        </div>
    }
    .into_any()
}

fn candidate(live: Live, is_busy: RwSignal<bool>, form_key: String, contact: String) -> AnyView {
    let zone = live.view.with_untracked(|view| view.time_zone.clone());
    let said = contact.clone();
    let choose = move |event: SubmitEvent| {
        event.prevent_default();
        if is_busy.get_untracked() {
            return;
        }
        is_busy.set(true);
        let (id, zone, said) = (live.id(), browser::time_zone(), said.clone());
        let key = browser::random_key();
        spawn_local(async move {
            let answer = with_retries(|| {
                let key = key.as_str().to_owned();
                server_fns::send_request(id.clone(), key, said.clone(), zone.clone(), 0)
            })
            .await;
            let _ = is_busy.try_set(false);
            match answer {
                // The button goes with its question; the keyboard goes on where requests are written.
                Ok(_) => browser::focus("request"),
                Err(error) => {
                    let _ = live.problem.try_set(Some(known(&error.to_string())));
                }
            }
            live.look_now();
        });
    };
    view! {
        <form class="choices__form" method="post" action=format!("/e/{}/request", live.id()) on:submit=heard(choose)>
            <input type="hidden" name="key" value=form_key />
            <input type="hidden" name="time_zone" value=zone />
            <input type="hidden" name="text" value=contact.clone() />
            <button class="button" type="submit" aria-disabled=kept(move || is_busy.get().then_some("true"))>
                <bdi>{contact}</bdi>
            </button>
        </form>
    }
    .into_any()
}
