//! "Cancel email": works without script, without the model, and while another button is pressed.

use email_agent_api::Command;
use leptos::{ev::SubmitEvent, prelude::*};

use crate::{
    erased::{heard, kept, redrawn},
    language::say,
    live::Live,
};

/// The button.
#[component]
pub(crate) fn CancelForm(
    /// The email.
    live: Live,
) -> impl IntoView {
    let key = live
        .form_key
        .with_value(|key| format!("{}-cancel", key.as_str()));
    let is_pressed = move || live.is_pressed(&Command::Cancel);
    let press = move |event: SubmitEvent| {
        event.prevent_default();
        live.press(Command::Cancel);
    };
    view! {
        <form class="command" method="post" action=format!("/e/{}/cancel", live.id()) on:submit=heard(press)>
            <input type="hidden" name="key" value=key />
            <button class="button button--danger" type="submit" aria-disabled=kept(move || is_pressed().then_some("true"))>
                {redrawn(move || if is_pressed() { say("Canceling…") } else { say("Cancel email") })}
            </button>
        </form>
    }
}
