//! The email as it would leave: to read, or to write by hand.

use email_agent_api::{Email, EmailView, SendWish, Stage};
use leptos::{prelude::*, task::spawn_local};

use super::{
    changed_by_agent::{ChangedMark, UndoChange},
    compare::Compare,
    email_editor::{EmailEditor, has_kept_edit},
    files::Files,
    local_time::LocalTime,
    proof::ProofView,
    reading::ReadingView,
    recipients::Recipients,
    versions::Versions,
    warnings::Warnings,
};
use crate::{
    browser,
    erased::{effect, memo, redrawn},
    language::{known, say, wish_text},
    live::Live,
    logic::{Field, Marked, marked_recipients},
    piece::{Piece, once_awake},
};

/// The card.
#[component]
pub(crate) fn EmailCard(
    /// The email.
    live: Live,
) -> impl IntoView {
    let email = memo(move || live.view.with(|view| view.email.clone()));
    let language = memo(move || live.view.with(|view| view.language.clone()));
    let whom = memo(move || {
        live.view.with(|view| {
            let email = &view.email;
            [&email.to, &email.cc, &email.bcc].map(|list| marked_recipients(view, list))
        })
    });
    let left_early = memo(move || live.view.with(left_early));
    let is_editing = memo(move || live.editing.with(Option::is_some));
    // A reload in the middle of writing goes on where it was.
    once_awake(move || {
        if has_kept_edit(&live.id()) {
            live.editing.set(Some(Field::To));
        }
        live.looking.wake_up(&live.id());
    });
    let body = move || {
        if is_editing.get() {
            view! { <EmailEditor live /> }.into_any()
        } else {
            view! {
                <Facts live email=email.get() whom=whom.get() language=language.get() left_early=left_early.get() />
                <ReadingView live />
            }
            .into_any()
        }
    };
    view! {
        <header class="card__head">
            <h2 class="card__name" id="card-heading" tabindex="-1">{say("Email Draft")}</h2>
            <Piece><Versions live /></Piece>
        </header>
        <Piece>
            <UndoChange live />
            <Compare live />
            <Warnings live />
        </Piece>
        <Piece>{redrawn(body)}</Piece>
        <Piece><Files live email /></Piece>
        <Piece><ProofView live /></Piece>
    }
}

/// Whether it was sent before the time that stands on it.
fn left_early(view: &EmailView) -> bool {
    let (Stage::Sent { proof } | Stage::PartlySent { proof }) = &view.stage else {
        return false;
    };
    let wish = view.email.send_at.as_ref();
    wish.is_some_and(|wish| proof.at < wish.instant)
}

/// The fields, to read.
#[component]
fn Facts(
    live: Live,
    email: Email,
    whom: [Vec<Marked>; 3],
    language: Option<String>,
    left_early: bool,
) -> impl IntoView {
    let [to, cc, bcc] = whom;
    let copies = |name: &'static str, field: &'static str, list: Vec<Marked>| {
        (!list.is_empty()).then(|| view! { <Whom live name field list /> }.into_any())
    };
    let cc = copies(say("Cc"), "cc", cc);
    let bcc = copies(say("Bcc"), "bcc", bcc);
    view! {
        <div class="facts">
            <Whom live name=say("To") field="to" list=to />
            {cc}
            {bcc}
            <Fact live name=say("Subject") field="subject" text=email.subject.as_str().to_owned() language=language.clone() />
            <Fact live name=say("Body") field="body" text=email.body is_long=true language />
            <SendingTime live wish=email.send_at left_early />
            {email.not_after.map(|wish| view! { <Deadline live wish /> }.into_any())}
            {email.thread.map(|thread| view! { <Fact live name=say("In reply to") field="thread" text=thread.in_reply_to.to_string() /> }.into_any())}
        </div>
    }
}

#[component]
fn Fact(
    live: Live,
    name: &'static str,
    field: &'static str,
    text: String,
    #[prop(optional)] is_long: bool,
    #[prop(optional_no_strip)] language: Option<String>,
) -> impl IntoView {
    let id = format!("fact-{field}");
    let labelled_by = id.clone();
    let class = if is_long {
        "fact__value fact__value--long"
    } else {
        "fact__value"
    };
    let value = if text.trim().is_empty() {
        view! { <p class="fact__value fact__value--none">{say("Not specified yet")}</p> }.into_any()
    } else {
        view! { <p class=class dir="auto" lang=language>{text}</p> }.into_any()
    };
    view! {
        <div class="fact" role="group" aria-labelledby=labelled_by>
            <div class="fact__head">
                <h3 class="fact__name" id=id>{name}</h3>
                <ChangedMark live field />
            </div>
            {value}
        </div>
    }
}

#[component]
fn Whom(live: Live, name: &'static str, field: &'static str, list: Vec<Marked>) -> impl IntoView {
    let id = format!("fact-{field}");
    let labelled_by = id.clone();
    let value = if list.is_empty() {
        view! { <p class="fact__value fact__value--none">{say("Not specified yet")}</p> }.into_any()
    } else {
        view! { <Recipients list /> }.into_any()
    };
    view! {
        <div class="fact" role="group" aria-labelledby=labelled_by>
            <div class="fact__head">
                <h3 class="fact__name" id=id>{name}</h3>
                <ChangedMark live field />
            </div>
            {value}
        </div>
    }
}

#[component]
fn SendingTime(live: Live, wish: Option<SendWish>, left_early: bool) -> impl IntoView {
    let value = match wish {
        None => view! { <p class="fact__value fact__value--none">{say("Not scheduled yet")}</p> }
            .into_any(),
        Some(wish) => {
            let zone = wish.wall.zone.clone();
            view! {
                <p class="fact__value">{wish_text(&wish)}</p>
                <OwnTime at=wish.instant zone />
                {wish.note.map(|note| view! { <p class="fact__note">{known(&note)}</p> }.into_any())}
                {left_early.then(|| view! { <p class="fact__note">{say("It left earlier, with Send now.")}</p> }.into_any())}
            }
            .into_any()
        }
    };
    view! {
        <div class="fact" role="group" aria-labelledby="fact-send-at">
            <div class="fact__head">
                <h3 class="fact__name" id="fact-send-at">{say("Sending Time")}</h3>
                <ChangedMark live field="send_at" />
            </div>
            {value}
        </div>
    }
}

#[component]
fn Deadline(live: Live, wish: SendWish) -> impl IntoView {
    let zone = wish.wall.zone.clone();
    view! {
        <div class="fact" role="group" aria-labelledby="fact-not-after">
            <div class="fact__head">
                <h3 class="fact__name" id="fact-not-after">{say("Not after")}</h3>
                <ChangedMark live field="not_after" />
            </div>
            <p class="fact__value">{wish_text(&wish)}</p>
            <OwnTime at=wish.instant zone />
        </div>
    }
}

/// The same moment by the person's own clock, where that is another one.
#[component]
fn OwnTime(at: chrono::DateTime<chrono::Utc>, zone: String) -> impl IntoView {
    let is_elsewhere = RwSignal::new(false);
    effect(move || {
        let zone = zone.clone();
        // By itself: the first question about zones costs a browser a long moment.
        spawn_local(async move {
            browser::sleep_ms(0).await;
            let _ = is_elsewhere.try_set(browser::time_zone() != zone);
        });
    });
    let own_time = move || {
        view! { <p class="fact__note">{say("Your clock: ")} <LocalTime at zoned=true /></p> }
            .into_any()
    };
    redrawn(move || is_elsewhere.get().then(own_time))
}
