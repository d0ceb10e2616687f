//! "Notify me": notices of the browser when the email was sent, was not, or waits for the person.
//!
//! Nobody is asked before they press the button. What was chosen is kept in this browser.

use email_agent_api::StageKind;
use leptos::prelude::*;

use crate::{
    browser::{
        self, Storage,
        notice::{self, Permission},
    },
    erased::{effect, heard, kept, memo, redrawn},
    language::say,
    live::Live,
    logic::{deserves_notice, sentence, title},
};

/// Where the browser keeps the choice.
const CHOICE: &str = "email-agent:notices";

/// The switch; nothing where the browser has no notices. It has its place from the start, so that
/// nothing moves when it comes.
#[component]
pub(crate) fn Notices(
    /// The email.
    live: Live,
) -> impl IntoView {
    let is_there = RwSignal::new(true);
    effect(move || {
        let permission = notice::permission();
        is_there.set(permission != Permission::Missing);
        let is_wanted = Storage::Device.load::<bool>(CHOICE).unwrap_or(false);
        live.notices
            .set(is_wanted && permission == Permission::Granted);
    });
    let stage = memo(move || live.view.with(|view| view.stage.kind()));
    Effect::new(move |before: Option<StageKind>| {
        let now = stage.get();
        let is_news = before.is_some_and(|before| deserves_notice(before, now));
        if is_news && live.notices.get_untracked() && browser::is_hidden() {
            tell(live, now);
        }
        now
    });
    let decided = move || {
        let is_granted = notice::permission() == Permission::Granted;
        let _ = live.notices.try_set(is_granted);
        Storage::Device.store(CHOICE, &is_granted);
        if !is_granted {
            let text = say(
                "The browser does not allow notices from this page. Its settings for this site can.",
            );
            let _ = live.problem.try_set(Some(text.to_owned()));
        }
    };
    let press = move |_| {
        if live.notices.get_untracked() {
            live.notices.set(false);
            Storage::Device.remove(CHOICE);
        } else {
            notice::ask(decided);
        }
    };
    let switch = move || {
        view! {
            <button
                class="button notices needs-script"
                type="button"
                aria-pressed=kept(move || if live.notices.get() { "true" } else { "false" })
                on:click=heard(press)
            >
                {say("Notify me")}
            </button>
        }
        .into_any()
    };
    // Of what is over there is nothing to tell.
    let is_offered = move || is_there.get() && !stage.get().is_final();
    redrawn(move || is_offered().then(switch))
}

fn tell(live: Live, stage: StageKind) {
    let now_ms = live.server_now_ms();
    let (title, text, id) = live.view.with_untracked(|view| {
        let text = live.info.with_value(|info| sentence(view, info, now_ms));
        (title(view), text, view.id.to_string())
    });
    notice::show(&format!("{}: {title}", say(stage.label())), &text, &id);
}
