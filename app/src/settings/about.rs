//! What runs here, and how its parts are: with words, never by colour alone.

use email_agent_api::{HealthRow, Light};
use leptos::prelude::*;
use tr::tr;

use super::Section;
use crate::language::{known, say};

pub(super) fn section(version: String, engine: String, health: Vec<HealthRow>) -> AnyView {
    let section = Section::About;
    let engine = known(&engine);
    let runs = tr!(
        "Email Agent {version}. Workflows: {engine}",
        version,
        engine
    );
    let rows = health.into_iter().map(row).collect_view();
    view! {
        <section class="settings__section" id=section.id() aria-labelledby="about-heading">
            <h2 id="about-heading">{section.heading()}</h2>
            <p>{runs}</p>
            <h3 id="health-heading">{say("Health")}</h3>
            <ul class="health" aria-labelledby="health-heading">{rows}</ul>
            <p class="settings__help">{say("As of this moment. Load the page again for a new look.")}</p>
        </section>
    }
    .into_any()
}

fn row(row: HealthRow) -> AnyView {
    let class = match row.light {
        Light::Green => "pill pill--good",
        Light::Amber => "pill pill--asks",
        Light::Red => "pill pill--bad",
    };
    let advice = row
        .advice
        .map(|advice| view! { <p class="health__advice">{known(&advice)}</p> });
    view! {
        <li class="health__row">
            <span class="health__part">{say(row.part)}</span>
            <span class=class>{say(row.light.word())}</span>
            <div class="health__text">
                <p>{known(&row.text)}</p>
                {advice}
            </div>
        </li>
    }
    .into_any()
}
