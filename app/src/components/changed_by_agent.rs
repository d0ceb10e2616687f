//! What the agent has done to the email: marks on the fields it changed last, chips in the turn that
//! changed them, and the one button that takes its last change back.

use email_agent_api::{Command, Turn, Version};
use leptos::prelude::*;

use super::command_button::CommandButton;
use crate::{
    browser,
    erased::{heard, memo, redrawn},
    language::say,
    live::{Live, Tab},
    logic::{chip, marked, undoable},
};

fn show_change(live: Live, version: Version) {
    live.tab.set(Tab::Email);
    live.looking
        .compare(&live.id(), version.saturating_sub(1), version);
}

/// Beside the name of a field: that the agent changed it, until somebody has looked at how.
#[component]
pub(crate) fn ChangedMark(
    /// The email.
    live: Live,
    /// The field, by name.
    field: &'static str,
) -> impl IntoView {
    let is_marked = memo(move || {
        let seen = live.looking.seen.get();
        live.view
            .with(|view| marked(view, seen).iter().any(|name| name == field))
    });
    let show = move |_| show_change(live, live.view.with_untracked(|view| view.version));
    let mark = move || {
        view! {
            <button class="chip chip--mark needs-script" type="button" on:click=heard(show)>
                {say("changed by agent")}
            </button>
        }
        .into_any()
    };
    redrawn(move || is_marked.get().then(mark))
}

/// What a turn changed, each chip a door to the difference.
#[component]
pub(crate) fn TurnChips(
    /// The email.
    live: Live,
    /// The turn.
    turn: Turn,
) -> impl IntoView {
    let version = turn.version;
    let texts: Vec<_> = live.view.with_untracked(|view| {
        let text = |field: &String| chip(field, version, &view.versions);
        turn.changed.iter().map(text).collect()
    });
    let chips = texts
        .into_iter()
        .map(|text| match version {
            Some(version) => view! {
                <li>
                    <button class="chip chip--door" type="button" on:click=heard(move |_| show_change(live, version))>
                        {text}
                    </button>
                </li>
            }
            .into_any(),
            None => view! { <li class="chip">{text}</li> }.into_any(),
        })
        .collect_view();
    (!turn.changed.is_empty()).then(|| view! { <ul class="turn__chips">{chips}</ul> }.into_any())
}

/// Takes the agent's last change back; nothing where there is none.
#[component]
pub(crate) fn UndoChange(
    /// The email.
    live: Live,
) -> impl IntoView {
    let undo = memo(move || live.view.with(undoable));
    // The button goes with the change it took back; the keyboard goes on at the email.
    Effect::new(move |before: Option<bool>| {
        let is_there = undo.with(Option::is_some);
        if before == Some(true) && !is_there && browser::has_lost_focus() {
            browser::focus("card-heading");
        }
        is_there
    });
    let row = move || {
        undo.get().map(|undo| {
            let command = Command::Restore { version: undo.to };
            view! {
                <div class="undo">
                    <p>{undo.sentence}</p>
                    <CommandButton live command label=say("Undo the agent’s change") busy=say("Undoing…") />
                </div>
            }
            .into_any()
        })
    };
    redrawn(row)
}
