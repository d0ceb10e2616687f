//! Under the composer: what people ask for most, with one tap. A tap is a request like any other; it
//! queues while the agent works, and leaves what is typed in the composer alone.

use leptos::{
    ev::{KeyboardEvent, MouseEvent},
    html::Input,
    prelude::*,
    task::spawn_local,
};
use tr::tr;

use crate::{
    CallError, browser,
    erased::{effect, heard, kept, memo, redrawn},
    language::{known, say},
    live::{Live, with_retries},
    logic::{Field, LANGUAGES, Quick, offers_quick, translate_words},
    server_fns,
};

/// The name of a language.
const LANGUAGE_CHARS_MAX: &str = "60";

/// The chips; nothing before there is a draft, and nothing when it cannot change any more.
#[component]
pub(crate) fn QuickChips(
    /// The email.
    live: Live,
) -> impl IntoView {
    let is_offered = memo(move || live.view.with(offers_quick));
    redrawn(move || {
        is_offered
            .get()
            .then(|| view! { <Chips live /> }.into_any())
    })
}

#[component]
fn Chips(live: Live) -> impl IntoView {
    let is_sending = RwSignal::new(false);
    let problem = RwSignal::new(None::<String>);
    let is_choosing = RwSignal::new(false);
    let ask = Callback::new(move |text: String| {
        if is_sending.get_untracked() {
            return;
        }
        is_sending.set(true);
        problem.set(None);
        let (id, zone, key) = (live.id(), browser::time_zone(), browser::random_key());
        spawn_local(async move {
            let sent = with_retries(|| {
                server_fns::send_request(
                    id.clone(),
                    key.as_str().to_owned(),
                    text.clone(),
                    zone.clone(),
                    0,
                )
            })
            .await;
            let _ = is_sending.try_set(false);
            let not_sent =
                |error: CallError| tr!("Not sent: {reason}", reason = known(&error.to_string()));
            let _ = problem.try_set(sent.err().map(not_sent));
            live.look_now();
        });
    });
    let quick = move |quick: Quick| {
        let tap = move |_: MouseEvent| ask.run(quick.words(&live.language()).to_owned());
        view! {
            <button
                class="button button--small"
                type="button"
                aria-disabled=kept(move || is_sending.get().then_some("true"))
                on:click=heard(tap)
            >
                {say(quick.label())}
            </button>
        }
        .into_any()
    };
    let chips = Quick::ALL.into_iter().map(quick).collect_view();
    let translate = Callback::new(move |into: String| {
        is_choosing.set(false);
        browser::focus("quick-translate");
        ask.run(translate_words(&live.language(), &into));
    });
    view! {
        <div class="quick needs-script">
            <div class="quick__chips" role="group" aria-label=say("Ask with one tap")>
                {chips}
                <button
                    class="button button--small"
                    id="quick-translate"
                    type="button"
                    aria-expanded=kept(move || if is_choosing.get() { "true" } else { "false" })
                    on:click=heard(move |_| is_choosing.update(|is_open| *is_open = !*is_open))
                >
                    {say("Translate…")}
                </button>
                <button class="button button--small" type="button" on:click=heard(move |_| live.edit(Field::SendAt))>
                    {say("Change time…")}
                </button>
            </div>
            {redrawn(move || is_choosing.get().then(|| view! { <Languages is_choosing translate /> }.into_any()))}
            <p class="problem" role="alert">{redrawn(move || problem.get())}</p>
        </div>
    }
}

/// Which language: one of some, or any that the person writes.
#[component]
fn Languages(is_choosing: RwSignal<bool>, translate: Callback<String>) -> impl IntoView {
    let written = NodeRef::<Input>::new();
    effect(move || browser::focus("quick-language"));
    let take = move || {
        let into = written.get_untracked().map(|input| input.value());
        match into.as_deref().map(str::trim) {
            Some(into) if !into.is_empty() => translate.run(into.to_owned()),
            _ => browser::focus("quick-language"),
        }
    };
    let keydown = move |event: KeyboardEvent| match event.key().as_str() {
        "Escape" => {
            is_choosing.set(false);
            browser::focus("quick-translate");
        }
        "Enter" if !browser::key_is_composing(&event) => {
            event.prevent_default();
            take();
        }
        _ => {}
    };
    let names = LANGUAGES
        .into_iter()
        .map(|(tag, name)| {
            view! {
                <button class="button button--small" type="button" lang=tag on:click=heard(move |_| translate.run(name.to_owned()))>
                    {name}
                </button>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <div class="quick__languages" role="group" aria-label=say("Translate into")>
            {names}
            <label class="quick__language">
                {say("Another language")}
                <input
                    class="field__control"
                    id="quick-language"
                    type="text"
                    dir="auto"
                    autocomplete="off"
                    maxlength=LANGUAGE_CHARS_MAX
                    node_ref=written
                    on:keydown=heard(keydown)
                />
            </label>
            <button class="button" type="button" on:click=heard(move |_| take())>{say("Translate")}</button>
        </div>
    }
}
