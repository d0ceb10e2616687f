//! Begins a new email: a plain form without script, one call that can be repeated with it.

use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

use crate::{
    browser,
    erased::{heard, kept, redrawn},
    keeper::prefill,
    language::{known, say},
    live::with_retries,
    server_fns,
};

/// The button that begins an email.
#[component]
pub(crate) fn StartForm(
    /// The key of the plain form.
    form_key: String,
    /// Words on the button.
    label: String,
    /// The main button of its place.
    #[prop(default = true)]
    is_main: bool,
    /// Words to put into the composer.
    #[prop(optional_no_strip)]
    request: Option<String>,
) -> impl IntoView {
    let is_busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<String>);
    let class = match (&request, is_main) {
        (Some(_), _) => "start__example",
        (None, true) => "button button--main",
        (None, false) => "button",
    };
    let words = request.clone();
    let start = move |event: SubmitEvent| {
        event.prevent_default();
        if is_busy.get_untracked() {
            return;
        }
        is_busy.set(true);
        problem.set(None);
        let request = request.clone();
        spawn_local(async move {
            let key = browser::random_key();
            let started =
                with_retries(|| server_fns::start(key.as_str().to_owned(), browser::time_zone()))
                    .await;
            let _ = is_busy.try_set(false);
            match started {
                Ok(started) => {
                    if let Some(text) = request {
                        prefill(started.id.as_str(), &text);
                    }
                    browser::go_to(&format!("/e/{}", started.id));
                }
                Err(error) => {
                    let _ = problem.try_set(Some(known(&error.to_string())));
                }
            }
        });
    };
    view! {
        <form class="start" method="post" action="/start" on:submit=heard(start)>
            <input type="hidden" name="key" value=form_key />
            <input type="hidden" name="time_zone" value="UTC" />
            {words.map(|text| view! { <input type="hidden" name="request" value=text /> }.into_any())}
            <button class=class type="submit" aria-disabled=kept(move || is_busy.get().then_some("true"))>
                {redrawn(move || if is_busy.get() { say("Starting…").to_owned() } else { label.clone() })}
            </button>
            <p class="problem" role="alert">{redrawn(move || problem.get())}</p>
        </form>
    }
}
