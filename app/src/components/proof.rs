//! What is known of a send: Message-ID and the mail server's words, for each recipient.

use email_agent_api::{Proof, Stage};
use leptos::prelude::*;
use tr::tr;

use super::local_time::LocalTime;
use crate::{
    erased::{memo, redrawn},
    language::{known, say},
    live::Live,
};

/// The evidence; nothing before there is any.
#[component]
pub(crate) fn ProofView(
    /// The email.
    live: Live,
) -> impl IntoView {
    let proof = memo(move || {
        live.view.with(|view| match &view.stage {
            Stage::Sent { proof } | Stage::PartlySent { proof } | Stage::Unsure { proof, .. } => {
                Some(proof.clone())
            }
            _ => None,
        })
    });
    redrawn(move || {
        proof
            .get()
            .map(|proof| view! { <Evidence proof /> }.into_any())
    })
}

#[component]
fn Evidence(proof: Proof) -> impl IntoView {
    let rows = proof
        .results
        .into_iter()
        .map(|result| {
            let outcome = match result.accepted {
                Some(true) => say("Accepted"),
                Some(false) => say("Refused"),
                None => say("Not known"),
            };
            view! {
                <li class="proof__result">
                    <span dir="auto">{result.recipient.to_string()}</span>
                    <strong>{outcome}</strong>
                    <span class="proof__answer">{known(&result.answer)}</span>
                </li>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <section class="proof" aria-labelledby="proof-heading">
            <h3 id="proof-heading">{say("Delivery")}</h3>
            <p>{tr!("Version {version}, ", version = proof.version)} <LocalTime at=proof.at zoned=true /></p>
            <ul class="proof__results">{rows}</ul>
            <p class="proof__id">{say("Message-ID ")} <code>{proof.message_id}</code></p>
        </section>
    }
}
