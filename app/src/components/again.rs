//! Under words that the agent never answered: ask the same again, or take them back to change them.

use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

use crate::{
    browser,
    erased::{heard, kept, redrawn},
    language::{known, say},
    live::{Live, with_retries},
    server_fns,
};

/// The two buttons. Trying again is a plain form without script.
#[component]
pub(crate) fn Again(
    /// The email.
    live: Live,
    /// The number of the turn.
    number: u32,
    /// Its words.
    text: String,
) -> impl IntoView {
    let is_busy = RwSignal::new(false);
    let (zone, form_key) = (
        live.view.with_untracked(|view| view.time_zone.clone()),
        (live.form_key).with_value(|key| format!("{}-again-{number}", key.as_str())),
    );
    let words = StoredValue::new(text.clone());
    let try_again = move |event: SubmitEvent| {
        event.prevent_default();
        if is_busy.get_untracked() {
            return;
        }
        is_busy.set(true);
        spawn_local(async move {
            let (id, key) = (live.id(), browser::random_key());
            let sent = with_retries(|| {
                // No number of a draft: what is in the composer stays there.
                let (key, text) = (key.as_str().to_owned(), words.get_value());
                server_fns::send_request(id.clone(), key, text, browser::time_zone(), 0)
            })
            .await;
            let _ = is_busy.try_set(false);
            match sent {
                // The buttons go with the press; the keyboard goes on where requests are written.
                Ok(_) => browser::focus("request"),
                Err(error) => {
                    let _ = live.problem.try_set(Some(known(&error.to_string())));
                }
            }
            live.look_now();
        });
    };
    view! {
        <div class="turn__again">
            <form class="command" method="post" action=format!("/e/{}/request", live.id()) on:submit=heard(try_again)>
                <input type="hidden" name="key" value=form_key />
                <input type="hidden" name="time_zone" value=zone />
                <input type="hidden" name="text" value=text />
                <button class="button button--small" type="submit" aria-disabled=kept(move || is_busy.get().then_some("true"))>
                    {redrawn(move || if is_busy.get() { say("Trying…") } else { say("Try again") })}
                </button>
            </form>
            <button
                class="button button--small needs-script"
                type="button"
                on:click=heard(move |_| live.put_back.set(Some(words.get_value())))
            >
                {say("Edit and resend")}
            </button>
        </div>
    }
}
