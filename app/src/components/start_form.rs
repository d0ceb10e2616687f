//! Begins a new email: a plain form without script, one call and no reload with it.

use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use leptos_router::hooks::use_navigate;

use crate::{browser, keeper::prefill, live::with_retries, server_fns};

/// The button that begins an email.
#[component]
pub(crate) fn StartForm(
    /// The key of the plain form.
    form_key: String,
    /// Words on the button.
    label: &'static str,
    /// The main button of its place.
    #[prop(default = true)]
    is_main: bool,
    /// Words to put into the composer.
    #[prop(optional)]
    request: Option<&'static str>,
) -> impl IntoView {
    let navigate = use_navigate();
    let is_busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<String>);
    let start = move |event: SubmitEvent| {
        event.prevent_default();
        if is_busy.get_untracked() {
            return;
        }
        is_busy.set(true);
        problem.set(None);
        let navigate = navigate.clone();
        spawn_local(async move {
            let key = browser::random_key();
            let started =
                with_retries(|| server_fns::start(key.as_str().to_owned(), browser::time_zone()))
                    .await;
            let _ = is_busy.try_set(false);
            match started {
                Ok(started) => {
                    if let Some(text) = request {
                        prefill(started.id.as_str(), text);
                    }
                    navigate(
                        &format!("/e/{}", started.id),
                        leptos_router::NavigateOptions::default(),
                    );
                }
                Err(error) => {
                    let _ = problem.try_set(Some(error.to_string()));
                }
            }
        });
    };
    let class = match (request, is_main) {
        (Some(_), _) => "start__example",
        (None, true) => "button button--main",
        (None, false) => "button",
    };
    view! {
        <form class="start" method="post" action="/start" on:submit=start>
            <input type="hidden" name="key" value=form_key />
            <input type="hidden" name="time_zone" value="UTC" />
            {request.map(|text| view! { <input type="hidden" name="request" value=text /> }.into_any())}
            <button class=class type="submit" aria-disabled=move || is_busy.get().then_some("true")>
                {move || if is_busy.get() { "Starting…" } else { label }}
            </button>
            <p class="problem" role="alert">{move || problem.get()}</p>
        </form>
    }
}
