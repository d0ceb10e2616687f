//! The email as it would leave: to read, or to write by hand.

use email_agent_api::{Email, SendWish};
use leptos::prelude::*;

use super::{
    email_editor::{EmailEditor, has_kept_edit},
    local_time::LocalTime,
    proof::ProofView,
    recipients::Recipients,
    versions::Versions,
    warnings::Warnings,
};
use crate::{
    browser,
    live::Live,
    logic::{Field, Marked, marked},
};

/// The card.
#[component]
pub(crate) fn EmailCard(
    /// The email.
    live: Live,
) -> impl IntoView {
    let email = Memo::new(move |_| live.view.with(|view| view.email.clone()));
    let whom = Memo::new(move |_| {
        live.view.with(|view| {
            let email = &view.email;
            [&email.to, &email.cc, &email.bcc].map(|list| marked(view, list))
        })
    });
    let is_editing = Memo::new(move |_| live.editing.with(Option::is_some));
    // A reload in the middle of writing goes on where it was.
    Effect::new(move |_| {
        if has_kept_edit(&live.id()) {
            live.editing.set(Some(Field::To));
        }
    });
    let body = move || {
        if is_editing.get() {
            view! { <EmailEditor live /> }.into_any()
        } else {
            view! { <Facts email=email.get() whom=whom.get() /> }.into_any()
        }
    };
    view! {
        <header class="card__head">
            <h2 class="card__name" id="card-heading" tabindex="-1">"Email Draft"</h2>
            <Versions live />
        </header>
        <Warnings live />
        {move || body()}
        <ProofView live />
    }
}

/// The fields, to read.
#[component]
fn Facts(email: Email, whom: [Vec<Marked>; 3]) -> impl IntoView {
    let [to, cc, bcc] = whom;
    let copies = |name: &'static str, id: &'static str, list: Vec<Marked>| {
        (!list.is_empty()).then(|| view! { <Whom name id list /> }.into_any())
    };
    let cc = copies("Cc", "fact-cc", cc);
    let bcc = copies("Bcc", "fact-bcc", bcc);
    view! {
        <div class="facts">
            <Whom name="To" id="fact-to" list=to />
            {cc}
            {bcc}
            <Fact name="Subject" id="fact-subject" text=email.subject.as_str().to_owned() />
            <Fact name="Body" id="fact-body" text=email.body is_long=true />
            <SendingTime wish=email.send_at />
        </div>
    }
}

#[component]
fn Fact(
    name: &'static str,
    id: &'static str,
    text: String,
    #[prop(optional)] is_long: bool,
) -> impl IntoView {
    let class = if is_long {
        "fact__value fact__value--long"
    } else {
        "fact__value"
    };
    let value = if text.trim().is_empty() {
        view! { <p class="fact__value fact__value--none">"Not specified yet"</p> }.into_any()
    } else {
        view! { <p class=class dir="auto">{text}</p> }.into_any()
    };
    view! {
        <div class="fact" role="group" aria-labelledby=id>
            <h3 class="fact__name" id=id>{name}</h3>
            {value}
        </div>
    }
}

#[component]
fn Whom(name: &'static str, id: &'static str, list: Vec<Marked>) -> impl IntoView {
    let value = if list.is_empty() {
        view! { <p class="fact__value fact__value--none">"Not specified yet"</p> }.into_any()
    } else {
        view! { <Recipients list /> }.into_any()
    };
    view! {
        <div class="fact" role="group" aria-labelledby=id>
            <h3 class="fact__name" id=id>{name}</h3>
            {value}
        </div>
    }
}

#[component]
fn SendingTime(wish: Option<SendWish>) -> impl IntoView {
    let value = match wish {
        None => {
            view! { <p class="fact__value fact__value--none">"Not scheduled yet"</p> }.into_any()
        }
        Some(wish) => {
            let zone = wish.wall.zone.clone();
            view! {
                <p class="fact__value">{wish.to_text()}</p>
                <OwnTime at=wish.instant zone />
                {wish.note.map(|note| view! { <p class="fact__note">{note}</p> }.into_any())}
            }
            .into_any()
        }
    };
    view! {
        <div class="fact" role="group" aria-labelledby="fact-send-at">
            <h3 class="fact__name" id="fact-send-at">"Sending Time"</h3>
            {value}
        </div>
    }
}

/// The same moment by the person's own clock, where that is another one.
#[component]
fn OwnTime(at: chrono::DateTime<chrono::Utc>, zone: String) -> impl IntoView {
    let is_elsewhere = RwSignal::new(false);
    Effect::new(move |_| is_elsewhere.set(browser::time_zone() != zone));
    let own_time = move || {
        view! { <p class="fact__note">"Your clock: " <LocalTime at zoned=true /></p> }.into_any()
    };
    view! { {move || is_elsewhere.get().then(own_time)} }
}
