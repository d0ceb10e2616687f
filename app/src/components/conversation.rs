//! What was said, oldest first.

use email_agent_api::{Speaker, Turn, Usage};
use leptos::prelude::*;
use tr::tr;

use super::{again::Again, changed_by_agent::TurnChips, local_time::LocalTime};
use crate::{
    browser,
    erased::{effect, memo, redrawn},
    language::{known, say},
    live::Live,
    logic::can_ask_again,
};

/// The conversation.
#[component]
pub(crate) fn Conversation(
    /// The email.
    live: Live,
) -> impl IntoView {
    let turns = memo(move || live.view.with(|view| view.conversation.clone()));
    let is_empty = move || turns.with(Vec::is_empty);
    // Scrolls to what is new, once it is there.
    effect(move || {
        let last = turns.with(|turns| turns.last().map(|turn| turn.number));
        if last.is_some() {
            request_animation_frame(|| browser::scroll_to_end("log"));
        }
    });
    view! {
        <div class="log" id="log" role="log" aria-label=say("What was said") tabindex="0">
            {redrawn(move || {
                is_empty()
                    .then(|| {
                        view! {
                            <p class="log__empty">
                                {say("Tell me whom to write to, what to say, and when. For example: “Thank ana@example.com for yesterday, send it tomorrow at 9.”")}
                            </p>
                        }
                            .into_any()
                    })
            })}
            <For each=move || turns.get() key=|turn| turn.number children=move |turn| view! { <TurnView live turn /> } />
        </div>
    }
}

#[component]
fn TurnView(live: Live, turn: Turn) -> impl IntoView {
    let again = turn.unanswered.then(|| {
        let (number, text) = (turn.number, StoredValue::new(turn.text.clone()));
        let is_offered = memo(move || live.view.with(|view| can_ask_again(view, number)));
        let buttons = move || {
            is_offered
                .get()
                .then(|| view! { <Again live number text=text.get_value() /> }.into_any())
        };
        redrawn(buttons)
    });
    let usage = turn
        .usage
        .map(|usage| view! { <p class="turn__usage">{usage_text(usage)}</p> }.into_any());
    let (class, name) = match (turn.speaker, turn.failed) {
        (Speaker::You, _) => ("turn turn--you", say("You")),
        (Speaker::Agent, false) => ("turn turn--agent", say("Agent")),
        (Speaker::System, false) => ("turn turn--system", say("What happened")),
        (Speaker::Agent | Speaker::System, true) => ("turn turn--failed", say("This did not work")),
    };
    let text = match turn.speaker {
        Speaker::You => turn.text.clone(),
        // Some answers are ours and not the model's.
        Speaker::Agent | Speaker::System => known(&turn.text),
    };
    view! {
        <article class=class>
            <header class="turn__head">
                <strong>{name}</strong>
                <LocalTime at=turn.at />
            </header>
            <p class="turn__text" dir="auto">{text}</p>
            <TurnChips live turn />
            {usage}
            {again}
        </article>
    }
}

/// `150 tokens, about $0.0008`, as `Usage::to_text` has it.
fn usage_text(usage: Usage) -> String {
    let tokens = usage.input_tokens.saturating_add(usage.output_tokens);
    let Some(cost) = usage.cost_microdollars else {
        return tr!("{n} token" | "{n} tokens" % tokens);
    };
    let cost = cost.div_ceil(100);
    let price = format!("{}.{:04}", cost / 10_000, cost % 10_000);
    tr!(
        "{n} token, about ${price}" | "{n} tokens, about ${price}" % tokens,
        price
    )
}
