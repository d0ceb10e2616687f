//! What a fresh installation has still to decide: three steps, none of which must be taken.

use email_agent_api::FirstRun;
use leptos::{ev::MouseEvent, prelude::*};

use crate::{browser, erased::heard, language::say};

/// The checklist. Its forms work without script, and lead back to this page.
#[component]
pub(crate) fn Checklist(
    /// What is decided already.
    decided: FirstRun,
) -> impl IntoView {
    // Asked for when it is needed: the first question about zones costs a browser a long moment.
    let with_zone = |event: MouseEvent| {
        if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
            event.prevent_default();
            browser::go_to(&format!("/settings?zone={}#you", browser::time_zone()));
        }
    };
    let without = [
        (decided.model, "no_model", say("Go on without")),
        (decided.mail, "demo_mailbox", say("Use the demo mailbox")),
    ]
    .map(|(is_decided, step, words)| {
        (!is_decided).then(|| {
            view! {
                <button class="button button--small" name="step" value=step>
                    {words}
                </button>
            }
            .into_any()
        })
    });
    let [no_model, demo_mailbox] = without;
    let done = |is_decided: bool| {
        is_decided.then(|| view! { <span class="chip">{say("Done")}</span> }.into_any())
    };
    view! {
        <form class="checklist" method="post" action="/settings/first-run" aria-labelledby="checklist">
            <h2 id="checklist">{say("To begin with")}</h2>
            <ol class="checklist__steps">
                <li class="checklist__step">
                    <a href="/settings#you" rel="external" on:click=heard(with_zone)>{say("Your name and time zone")}</a>
                    {done(decided.you)}
                </li>
                <li class="checklist__step">
                    <a href="/settings#model" rel="external">{say("A language model")}</a>
                    {done(decided.model)}
                    {no_model}
                </li>
                <li class="checklist__step">
                    <a href="/settings#sending" rel="external">{say("A mail server")}</a>
                    {done(decided.mail)}
                    {demo_mailbox}
                </li>
            </ol>
            <p class="checklist__foot">
                {say("You can start without any of them. ")}
                <button class="button button--small" name="step" value="dismiss">
                    {say("Hide this list")}
                </button>
            </p>
        </form>
    }
}
