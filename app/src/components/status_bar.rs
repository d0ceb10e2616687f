//! Where the email is, in a word and a sentence, and what can be done about it.

use email_agent_api::StageKind;
use leptos::prelude::*;

use super::{
    cancel_form::CancelForm, command_button::CommandButton, notices::Notices,
    stage_class::stage_class, start_form::StartForm,
};
use crate::{
    erased::{heard, kept, memo, redrawn},
    language::{known, say},
    live::{Live, Tab},
    logic::{Act, Offer, countdown_announcement, offers, pill, sentence},
    piece::Piece,
};

/// The status of an email and its buttons.
#[component]
pub(crate) fn StatusBar(
    /// The email.
    live: Live,
    /// What the email is called.
    heading: Memo<String>,
) -> impl IntoView {
    let kind = memo(move || live.view.with(|view| view.stage.kind()));
    let text = memo(move || {
        let now_ms = live.now_ms.get();
        live.view
            .with(|view| live.info.with_value(|info| sentence(view, info, now_ms)))
    });
    let offered = memo(move || live.view.with(offers));
    let can_cancel = move || {
        !matches!(
            kind.get(),
            StageKind::Sending
                | StageKind::Sent
                | StageKind::PartlySent
                | StageKind::Canceled
                | StageKind::Unsure
        )
    };
    let announcement = memo(move || {
        let now_ms = live.now_ms.get();
        live.view
            .with(|view| countdown_announcement(&view.stage, now_ms))
    });
    let buttons = move |are_main: bool| {
        offered
            .get()
            .into_iter()
            .filter(|offer| offer.is_main == are_main)
            .map(|offer| view! { <OfferButton live offer /> }.into_any())
            .collect_view()
    };
    view! {
        <div class="status" role="region" aria-label=say("Status")>
            <div class="status__bar">
                <div class="status__name">
                    <h1 class="status__title" id="status" tabindex="-1" dir="auto">
                        {redrawn(move || heading.get())}
                    </h1>
                    <Pill live kind />
                </div>
                <div class="status__main">{redrawn(move || buttons(true))}</div>
            </div>
            <p class="status__sentence" dir="auto">
                {redrawn(move || text.get())}
            </p>
            <div class="status__more">
                <Piece>
                    {redrawn(move || buttons(false))}
                    {redrawn(move || {
                        (kind.get() == StageKind::NotSent)
                            .then(|| {
                                view! { <a class="button" href="/settings#sending" rel="external">{say("Open settings")}</a> }
                                    .into_any()
                            })
                    })}
                    {redrawn(move || can_cancel().then(|| view! { <CancelForm live /> }.into_any()))}
                </Piece>
                <Piece><Notices live /></Piece>
            </div>
            <p class="problem" role="alert">
                {redrawn(move || live.problem.with(|problem| problem.as_deref().map(known)))}
            </p>
            <p class="sr-only" aria-live="polite">
                {redrawn(move || announcement.get())}
            </p>
        </div>
    }
}

/// The pill. A screen reader hears the name of the stage once, not each second of a countdown.
#[component]
fn Pill(live: Live, kind: Memo<StageKind>) -> impl IntoView {
    let words = memo(move || {
        let now_ms = live.now_ms.get();
        live.view.with(|view| pill(&view.stage, now_ms))
    });
    let class = move || format!("pill pill--{}", stage_class(kind.get()));
    view! {
        <p class=kept(class) role="status">
            {redrawn(move || {
                if kind.get() == StageKind::UndoWindow {
                    view! {
                        <span aria-hidden="true">{redrawn(move || words.get())}</span>
                        <span class="sr-only">{say(kind.get().label())}</span>
                    }
                        .into_any()
                } else {
                    view! { <span>{redrawn(move || words.get())}</span> }.into_any()
                }
            })}
        </p>
    }
}

#[component]
fn OfferButton(live: Live, offer: Offer) -> impl IntoView {
    let Offer {
        label,
        busy,
        act,
        is_main,
    } = offer;
    let (label, busy) = (say(label), say(busy));
    match act {
        Act::Tell(command) => {
            view! { <CommandButton live command label busy is_main /> }.into_any()
        }
        Act::StartNew => {
            let form_key = live
                .form_key
                .with_value(|key| format!("{}-start", key.as_str()));
            view! { <StartForm form_key label=label.to_owned() is_main /> }.into_any()
        }
        Act::Open(address) => {
            let class = if is_main {
                "button button--main"
            } else {
                "button"
            };
            view! { <a class=class href=address rel="external">{label}</a> }.into_any()
        }
        Act::Edit(field) => {
            let class = if is_main {
                "button button--main needs-script"
            } else {
                "button needs-script"
            };
            let edit = move |_| {
                live.tab.set(Tab::Email);
                live.editing.set(Some(field));
            };
            view! {
                <button class=class type="button" on:click=heard(edit)>
                    {label}
                </button>
            }
            .into_any()
        }
    }
}
