//! `/help`: keys, what the states mean, and what to do when something goes wrong. Rendered by the server
//! alone; the same place on every page leads here.

use email_agent_api::{AppInfo, StageKind};
use leptos::prelude::*;

pub use crate::plain_page::POLICY;
use crate::{components::Frame, language::say, plain_page};

/// The whole document.
#[must_use]
pub fn render(info: AppInfo) -> String {
    plain_page::render(
        || say("Help — Email Agent").to_owned(),
        || view! { <Page info /> },
    )
}

#[component]
fn Page(info: AppInfo) -> impl IntoView {
    let keys_off = info.single_keys_off.then(|| {
        view! { <p class="notice">{say("Keys without Ctrl, Alt or Shift are switched off in the settings.")}</p> }
    });
    view! {
        <Frame info=Some(info)>
            <main class="settings">
                <h1>{say("Help")}</h1>
                <section class="settings__section" aria-labelledby="keys-heading">
                    <h2 id="keys-heading">{say("Keys")}</h2>
                    {keys_off}
                    <dl class="help">{keys()}</dl>
                    <p>
                        {say("Keys without Ctrl, Alt or Shift work outside of fields only. ")}
                        <a href="/settings#you">{say("Switch them off")}</a>
                    </p>
                </section>
                <section class="settings__section" aria-labelledby="states-heading">
                    <h2 id="states-heading">{say("What the words on an email mean")}</h2>
                    <dl class="help">{states()}</dl>
                </section>
                <section class="settings__section" aria-labelledby="troubles-heading">
                    <h2 id="troubles-heading">{say("When something goes wrong")}</h2>
                    <dl class="help">{troubles()}</dl>
                </section>
            </main>
        </Frame>
    }
}

fn row(name: impl IntoView, text: &'static str) -> impl IntoView {
    view! {
        <dt class="help__name">{name}</dt>
        <dd class="help__text">{text}</dd>
    }
}

/// Names of keys stand on them, in every language.
fn keys() -> impl IntoView {
    [
        (
            "Enter",
            say("sends a request; on a touch screen it makes a new line"),
        ),
        ("Shift+Enter", say("makes a new line")),
        (
            "Ctrl+Enter",
            say("presses the main button: in the composer, on the email, while you write by hand"),
        ),
        ("Esc", say("closes a menu; never discards what you typed")),
        ("/", say("goes to the search, in the list")),
        ("n", say("begins a new email, in the list")),
        ("j k", say("next and previous email, in the list")),
        ("o", say("opens the email, in the list")),
        ("?", say("opens this page")),
    ]
    .into_iter()
    .map(|(keys, text)| row(view! { <kbd>{keys}</kbd> }, text))
    .collect_view()
}

fn states() -> impl IntoView {
    [
        (StageKind::New, say("Nothing asked yet.")),
        (
            StageKind::Working,
            say("The agent works on a request. Further ones wait in a queue; you may close the page."),
        ),
        (
            StageKind::NeedsAnswer,
            say("The agent asks something, or could not do it: the question stands in the conversation."),
        ),
        (
            StageKind::Draft,
            say("There is a draft, but a time, a recipient or the text is missing, or a warning must be looked at."),
        ),
        (
            StageKind::ReadyToApprove,
            say("Complete. Nothing leaves before you approve exactly this version."),
        ),
        (
            StageKind::Scheduled,
            say("Approved, and waits for its time. Any change takes the approval back."),
        ),
        (StageKind::UndoWindow, say("Send now was pressed; it can still be stopped.")),
        (
            StageKind::Sending,
            say("It is being handed to the mail server. This cannot be stopped any more."),
        ),
        (
            StageKind::Retrying,
            say("The mail server was busy. It is tried again by itself for a day; you can still edit or stop it."),
        ),
        (
            StageKind::Held,
            say("Its time has come, but something keeps it here: the sentence beside it says what."),
        ),
        (StageKind::Sent, say("The mail server has accepted it for everybody.")),
        (
            StageKind::PartlySent,
            say("Accepted for some, refused for others. Whoever has it never gets it twice."),
        ),
        (
            StageKind::Unsure,
            say("The connection broke after the hand-over, so nobody can tell. Look in the sent folder or ask the recipient, then say what you found."),
        ),
        (
            StageKind::NotSent,
            say("Refused for good, or given up. The reason stands beside it; the text is kept."),
        ),
        (StageKind::Canceled, say("You ended it. Nothing was sent.")),
    ]
    .into_iter()
    .map(|(kind, text)| row(say(kind.label()), text))
    .collect_view()
}

fn troubles() -> impl IntoView {
    [
        (
            say("The mail server refused the password"),
            say("Correct it in the settings, press Test connection, then Try again on the email. Gmail wants an app password."),
        ),
        (
            say("The model does not answer"),
            say("The request waits and is tried again. Write by hand meanwhile, choose a second model in the settings, or press Stop."),
        ),
        (
            say("The program was off at the time of an email"),
            say("If it is late by more than the settings allow, it stays here and asks. Nothing old leaves by surprise."),
        ),
        (
            say("The program was killed"),
            say("Start it again: everything goes on where it was. An email that was just being handed over is Unsure, and never sent twice by itself."),
        ),
        (
            say("The data came from a backup"),
            say("Whatever was due by then is on hold, because it may have been sent before. Release it on the page Safety."),
        ),
        (
            say("The page says that it is not connected"),
            say("What you type is kept on this device. It goes on by itself once the server is there again."),
        ),
        (
            say("Stop everything"),
            say("With “Is paused: nothing leaves” on the page Safety every email stays here until you release it."),
        ),
    ]
    .into_iter()
    .map(|(name, text)| row(name, text))
    .collect_view()
}
