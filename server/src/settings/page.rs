//! The page: what is in effect, with what was typed and what came of it.

use app::settings::{
    ModelForm, Notice, POLICY, Preset, Section, SendingForm, SettingsPage, YouForm, render,
};
use axum::{
    extract::{OriginalUri, Query, State},
    response::{Html, IntoResponse, Redirect, Response},
};
use email_agent_api::{AgentError, HealthRow, Light, to_say};
use http::{StatusCode, header};
use serde::Deserialize;

use super::{House, Outcome};
use crate::errors;

/// What an address of the page can ask for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Wish {
    /// A section that was just saved.
    saved: Option<String>,
    /// A mail server to fill in.
    preset: Option<String>,
    /// The zone of the browser, for a person who has set none.
    zone: Option<String>,
}

/// What was typed into one of the forms.
pub(super) enum Typed {
    You(YouForm),
    Sending(SendingForm),
    Model(ModelForm),
    SecondModel(ModelForm),
}

/// `GET /settings`
pub(super) async fn show(State(house): State<House>, Query(wish): Query<Wish>) -> Response {
    let page = async {
        let mut page = fresh(&house).await?;
        page.notice = wish
            .saved
            .as_deref()
            .and_then(Section::of_id)
            .map(Notice::saved);
        if let Some(preset) = wish.preset.as_deref().and_then(Preset::of_name) {
            preset.fill(&mut page.sending);
        }
        if let Some(zone) = wish.zone
            && page.you.time_zone.is_empty()
            && page.zones.contains(&zone.as_str())
        {
            page.you.time_zone = zone;
        }
        Ok(page)
    };
    respond(StatusCode::OK, page.await)
}

/// The address of a form, opened or loaded again: back to the page.
pub(super) async fn back(OriginalUri(address): OriginalUri) -> Redirect {
    let section = address.path().split('/').nth(2).and_then(Section::of_id);
    match section {
        Some(section) => Redirect::to(&format!("/settings#{}", section.id())),
        None => Redirect::to("/settings"),
    }
}

/// The page again with what was typed, but never a password, and what came of it.
pub(super) async fn again(
    house: &House,
    status: StatusCode,
    typed: Option<Typed>,
    notice: Notice,
) -> Response {
    let page = fresh(house).await.map(|mut page| {
        match typed {
            None => {}
            Some(Typed::You(form)) => page.you = form,
            Some(Typed::Sending(form)) => page.sending = form,
            Some(Typed::Model(form)) => page.model = form,
            Some(Typed::SecondModel(form)) => page.second_model = form,
        }
        page.notice = Some(notice);
        page
    });
    respond(status, page)
}

/// It is stored: the page by an address that can be loaded again without doing it twice.
pub(super) fn saved(section: Section) -> Response {
    let id = section.id();
    Redirect::to(&format!("/settings?saved={id}#{id}")).into_response()
}

async fn fresh(house: &House) -> Outcome<SettingsPage> {
    let view = house.preferences.view().await?;
    let mut health = house.preferences.health().await;
    health.insert(1, engine_row(house).await);
    Ok(SettingsPage {
        info: house.agent.info(),
        zones: email_agent::zone_names(),
        engine: house.workflows.mode(),
        health,
        you: YouForm::of(&view),
        sending: SendingForm::of(&view.sending),
        model: ModelForm::of(&view.model),
        second_model: ModelForm::of(&view.second_model),
        view,
        notice: None,
    })
}

async fn engine_row(house: &House) -> HealthRow {
    let part = to_say("Workflows");
    match house.workflows.problem().await {
        None => HealthRow {
            part,
            light: Light::Green,
            text: to_say("Emails are carried on.").to_owned(),
            advice: None,
        },
        Some(problem) => HealthRow {
            part,
            light: Light::Red,
            text: format!("{problem}."),
            advice: Some(
                to_say("Nothing is lost: emails go on once it works again. The log says more.")
                    .to_owned(),
            ),
        },
    }
}

fn respond(status: StatusCode, page: Result<SettingsPage, AgentError>) -> Response {
    match page {
        Ok(page) => {
            let policy = [(header::CONTENT_SECURITY_POLICY, POLICY)];
            (status, policy, Html(render(page))).into_response()
        }
        Err(error) => errors::page(&error, "/"),
    }
}
