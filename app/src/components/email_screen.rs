//! The screen of one email: status on top, conversation beside email or timeline, or all behind tabs.

use email_agent_api::{AppInfo, Command, EmailView, IdempotencyKey, StageKind, Timeline};
use leptos::{ev::KeyboardEvent, prelude::*, task::spawn_local};

use super::{
    attach_form::FIELD_ID, choices::Choices, composer::Composer, connection_note::ConnectionNote,
    conversation::Conversation, email_card::EmailCard, queue::Queue, quick_chips::QuickChips,
    side_nav::SideNav, status_bar::StatusBar, tabs::Tabs, timeline::TimelineView,
};
use crate::{
    browser::{self, Dragged},
    erased::{effect, heard, kept, memo},
    language::say,
    live::{Live, Tab},
    logic::{Act, offers, page_title, title, window_title},
    piece::{Piece, once_awake},
};

/// The emails beside this one are at most so long behind.
const OTHERS_EVERY_MS: u32 = 10_000;

/// One email, kept up to date.
#[component]
pub(crate) fn EmailScreen(
    /// How this installation works.
    info: AppInfo,
    /// The email as loaded.
    view: EmailView,
    /// Begins the keys of the plain forms.
    form_key: IdempotencyKey,
    /// Its steps, if the address asks for them.
    timeline: Option<Timeline>,
) -> impl IntoView {
    let keys_work = !info.single_keys_off;
    let live = Live::new(view, info, form_key, timeline);
    once_awake(move || {
        live.keep_up();
        live.tick();
        keep_others_fresh(format!("/e/{}/others", live.id()));
    });
    let heading = memo(move || live.view.with(title));
    let main_button = move |event: KeyboardEvent| {
        if event.key() != "Enter"
            || !(event.ctrl_key() || event.meta_key())
            || event.default_prevented()
        {
            return;
        }
        let main = live
            .view
            .with_untracked(|view| offers(view).into_iter().find(|offer| offer.is_main));
        if let Some(Act::Tell(command)) = main.map(|offer| offer.act)
            && !matches!(command, Command::StopTurn { .. })
        {
            event.prevent_default();
            live.press(command);
        }
    };
    let shown = move || match live.tab.get() {
        Tab::Chat => "chat",
        Tab::Email => "email",
        Tab::Timeline => "timeline",
    };
    view! {
        <Piece>
            {watch(live, keys_work)}
            <ConnectionNote live />
        </Piece>
        <main class="email" data-tab=kept(shown)>
            <Piece><StatusBar live heading /></Piece>
            <Piece><Tabs live /></Piece>
            <section class="email__chat" id="panel-chat" aria-label=say("Conversation")>
                <Piece>
                    <Piece><Conversation live /></Piece>
                    <Piece>
                        <Queue live />
                        <Choices live />
                    </Piece>
                    <div class="dock">
                        <Piece><Composer live /></Piece>
                        <Piece><QuickChips live /></Piece>
                    </div>
                </Piece>
            </section>
            <div class="email__side">
                <Piece>
                    <Piece><SideNav live /></Piece>
                    <section class="email__card" id="panel-email" aria-labelledby="card-heading" on:keydown=heard(main_button)>
                        <Piece><EmailCard live /></Piece>
                    </section>
                    <section class="email__card email__card--timeline" id="panel-timeline" aria-labelledby="timeline-heading">
                        <Piece><TimelineView live /></Piece>
                    </section>
                </Piece>
            </div>
        </main>
    }
}

/// What goes on beside the views, before any of them: looking again when the page is seen again, the key
/// for help, files dropped anywhere, the focus, and the title of the window.
fn watch(live: Live, keys_work: bool) {
    effect(move || {
        let listener = window_event_listener_untyped("visibilitychange", move |_| {
            if !browser::is_hidden() {
                live.look_now();
            }
        });
        on_cleanup(move || listener.remove());
        if keys_work {
            let keys = window_event_listener(leptos::ev::keydown, |event| {
                if event.key() == "?" && !browser::is_typing(&event) {
                    browser::go_to("/help");
                }
            });
            on_cleanup(move || keys.remove());
        }
    });
    once_awake(move || {
        for name in browser::DRAG_EVENTS {
            let drags = window_event_listener_untyped(name, move |event| {
                match browser::dragged(&event, FIELD_ID) {
                    Dragged::Nothing => {}
                    Dragged::Taken => live.tab.set(Tab::Email),
                    Dragged::Refused => {
                        let text = say(
                            "Nothing can be attached now. Save or discard your changes first; an email that has left takes no more files.",
                        );
                        live.problem.set(Some(text.to_owned()));
                    }
                }
            });
            on_cleanup(move || drags.remove());
        }
    });
    // Keep the keyboard somewhere when the focused button goes with its stage: this runs before the
    // pieces are drawn anew. Where nobody had used the keyboard, nothing gets the focus.
    let stage = memo(move || live.view.with(|view| view.stage.kind()));
    Effect::new(move |before: Option<StageKind>| {
        let now = stage.get();
        if before.is_some_and(|before| before != now) && !browser::has_lost_focus() {
            request_animation_frame(|| {
                if browser::has_lost_focus() {
                    browser::focus("status");
                }
            });
        }
        now
    });
    let tab_title = memo(move || live.view.with(page_title));
    effect(move || browser::set_title(&tab_title.with(|text| window_title(text))));
}

/// For as long as the page is open.
fn keep_others_fresh(address: String) {
    spawn_local(async move {
        let mut shown = None;
        loop {
            browser::sleep_ms(OTHERS_EVERY_MS).await;
            browser::refresh_others(&address, &mut shown).await;
        }
    });
}
