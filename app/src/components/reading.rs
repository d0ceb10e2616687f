//! What a draft in a foreign language says: a translation below it, to read only.

use email_agent_api::{AssistantInfo, Reading};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    browser,
    erased::{effect, heard, kept, memo, redrawn},
    language::{known, say},
    live::{Live, with_retries},
    logic::primary,
    server_fns,
};

/// The question, or its answer; nothing where the draft is in the person's own language, or where
/// there is nobody to ask.
#[component]
pub(crate) fn ReadingView(
    /// The email.
    live: Live,
) -> impl IntoView {
    let reading = memo(move || live.view.with(|view| view.reading.clone()));
    // Where it is not set, only the browser knows the person's language.
    let own = RwSignal::new(String::new());
    effect(move || own.set(live.language()));
    let is_foreign = memo(move || {
        let can_translate = live
            .info
            .with_value(|info| matches!(info.assistant, AssistantInfo::Model { .. }));
        let own = own.get();
        can_translate
            && live.view.with(|view| {
                let language = view.language.as_deref();
                !view.stage.kind().is_final()
                    && !own.is_empty()
                    && language.is_some_and(|language| primary(language) != primary(&own))
            })
    });
    // Question and answer take each other's place; the keyboard stays there.
    Effect::new(move |before: Option<bool>| {
        let is_answer = reading.with(|reading| reading.as_ref().is_some_and(|one| !one.failed));
        if before.is_some_and(|before| before != is_answer) && browser::has_lost_focus() {
            let id = if is_answer {
                "reading-heading"
            } else {
                "reading-ask"
            };
            request_animation_frame(move || browser::focus(id));
        }
        is_answer
    });
    let is_asking = RwSignal::new(false);
    let problem = RwSignal::new(None::<String>);
    let ask = Callback::new(move |()| {
        if is_asking.get_untracked() {
            return;
        }
        is_asking.set(true);
        problem.set(None);
        let (id, key) = (live.id(), browser::random_key());
        let version = live.view.with_untracked(|view| view.version);
        spawn_local(async move {
            let asked = with_retries(|| {
                let (key, language) = (key.as_str().to_owned(), live.language());
                server_fns::read_back(id.clone(), key, version, language)
            })
            .await;
            let _ = is_asking.try_set(false);
            let _ = problem.try_set(asked.err().map(|error| known(&error.to_string())));
            live.look_now();
        });
    });
    let button = move |label: &'static str| {
        view! {
            <button
                class="button needs-script"
                id="reading-ask"
                type="button"
                aria-disabled=kept(move || is_asking.get().then_some("true"))
                on:click=heard(move |_| ask.run(()))
            >
                {label}
            </button>
        }
        .into_any()
    };
    let part = move || match reading.get() {
        Some(reading) if reading.failed => view! {
            <p class="problem" role="alert">{known(&reading.text)}</p>
            {button(say("Ask again"))}
        }
        .into_any(),
        Some(reading) => view! { <Answer reading /> }.into_any(),
        None if is_foreign.get() => button(say("What does it say?")),
        None => ().into_any(),
    };
    view! {
        <div class="reading">
            {redrawn(part)} <p class="problem" role="alert">{redrawn(move || problem.get())}</p>
        </div>
    }
}

#[component]
fn Answer(reading: Reading) -> impl IntoView {
    let text = if reading.is_pending() {
        view! { <p role="status">{say("Reading the draft…")}</p> }.into_any()
    } else {
        let language = reading.language.as_str().to_owned();
        view! { <p class="fact__value fact__value--long" dir="auto" lang=language>{reading.text}</p> }
            .into_any()
    };
    view! {
        <section class="reading__answer" aria-labelledby="reading-heading">
            <h3 class="fact__name" id="reading-heading" tabindex="-1">{say("What it says")}</h3>
            <p class="fact__note">{say("A translation by the agent, to read only. It is not part of the email and is never sent.")}</p>
            {text}
        </section>
    }
}
