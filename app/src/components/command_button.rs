//! A button that tells the server something: a plain form without script, one call with it.

use email_agent_api::{Command, limits::KEY_CHARS_MAX};
use leptos::{ev::SubmitEvent, prelude::*};

use crate::{
    erased::{heard, kept, redrawn},
    live::Live,
    logic::form_fields,
};

/// The button.
#[component]
pub(crate) fn CommandButton(
    /// The email.
    live: Live,
    /// What it tells.
    command: Command,
    /// Its words.
    label: &'static str,
    /// Its words from the press until it shows.
    busy: &'static str,
    /// The main button of its place.
    #[prop(optional)]
    is_main: bool,
) -> impl IntoView {
    let fields = form_fields(&command);
    // Each form its own key: two presses of one form are one, two forms are two. The name of a request
    // that is to be stopped is a key itself, so all of it would be too long.
    let mut key = fields.iter().fold(
        live.form_key.with_value(|key| key.as_str().to_owned()),
        |key, (_, value)| format!("{key}-{value}"),
    );
    key.truncate(KEY_CHARS_MAX);
    let hidden = fields
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> }.into_any())
        .collect_view();
    let command = StoredValue::new(command);
    let is_pressed = move || command.with_value(|command| live.is_pressed(command));
    let is_waiting = move || command.with_value(|command| live.is_waiting(command));
    let press = move |event: SubmitEvent| {
        event.prevent_default();
        live.press(command.get_value());
    };
    let class = if is_main {
        "button button--main"
    } else {
        "button"
    };
    view! {
        <form class="command" method="post" action=format!("/e/{}/command", live.id()) on:submit=heard(press)>
            {hidden}
            <input type="hidden" name="key" value=key />
            <button class=class type="submit" aria-disabled=kept(move || is_waiting().then_some("true"))>
                {redrawn(move || if is_pressed() { busy } else { label })}
            </button>
        </form>
    }
}
