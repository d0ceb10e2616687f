//! What was said, oldest first.

use email_agent_api::{Speaker, Turn};
use leptos::prelude::*;

use super::{again::Again, changed_by_agent::TurnChips, local_time::LocalTime};
use crate::{browser, live::Live, logic::can_ask_again};

/// The conversation.
#[component]
pub(crate) fn Conversation(
    /// The email.
    live: Live,
) -> impl IntoView {
    let turns = Memo::new(move |_| live.view.with(|view| view.conversation.clone()));
    let is_empty = move || turns.with(Vec::is_empty);
    // Scrolls to what is new, once it is there.
    Effect::new(move |_| {
        let last = turns.with(|turns| turns.last().map(|turn| turn.number));
        if last.is_some() {
            request_animation_frame(|| browser::scroll_to_end("log"));
        }
    });
    view! {
        <div class="log" id="log" role="log" aria-label="What was said" tabindex="0">
            {move || {
                is_empty()
                    .then(|| {
                        view! {
                            <p class="log__empty">
                                "Tell me whom to write to, what to say, and when. For example: “Thank ana@example.com for yesterday, send it tomorrow at 9.”"
                            </p>
                        }
                            .into_any()
                    })
            }}
            <For each=move || turns.get() key=|turn| turn.number children=move |turn| view! { <TurnView live turn /> } />
        </div>
    }
}

#[component]
fn TurnView(live: Live, turn: Turn) -> impl IntoView {
    let again = turn.unanswered.then(|| {
        let (number, text) = (turn.number, StoredValue::new(turn.text.clone()));
        let is_offered = Memo::new(move |_| live.view.with(|view| can_ask_again(view, number)));
        let buttons = move || {
            is_offered
                .get()
                .then(|| view! { <Again live number text=text.get_value() /> }.into_any())
        };
        view! { {move || buttons()} }.into_any()
    });
    let usage = turn
        .usage
        .map(|usage| view! { <p class="turn__usage">{usage.to_text()}</p> }.into_any());
    let (class, name) = match (turn.speaker, turn.failed) {
        (Speaker::You, _) => ("turn turn--you", "You"),
        (Speaker::Agent, false) => ("turn turn--agent", "Agent"),
        (Speaker::System, false) => ("turn turn--system", "What happened"),
        (Speaker::Agent | Speaker::System, true) => ("turn turn--failed", "This did not work"),
    };
    view! {
        <article class=class>
            <header class="turn__head">
                <strong>{name}</strong>
                <LocalTime at=turn.at />
            </header>
            <p class="turn__text" dir="auto">{turn.text.clone()}</p>
            <TurnChips live turn />
            {usage}
            {again}
        </article>
    }
}
