//! The forms of the page: each button does one thing and leads back to the page.
//!
//! What was saved is shown by a redirect, so that loading the page again repeats nothing; what was
//! refused or tested comes back with what was typed. Passwords never come back.

use app::settings::{ModelForm, Notice, Problem, Section, SendingForm, YouForm};
use axum::{
    Form,
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use email_agent::preferences::WhichModel;
use email_agent_api::{
    ModelChange, ModelChoice, Sending, SendingChange, SettingsChange, TestReport,
};
use http::StatusCode;
use serde::Deserialize;

use super::{
    House, Outcome,
    page::{Typed, again, saved},
};
use crate::errors;

/// Saves who the person is.
pub(super) async fn you(State(house): State<House>, Form(form): Form<YouForm>) -> Response {
    let parsed = form.parse().map(SettingsChange::You);
    match save(&house, Section::You, parsed).await {
        Ok(()) => saved(Section::You),
        Err(notice) => refused(&house, Typed::You(form), notice).await,
    }
}

/// Saves where mail goes.
pub(super) async fn sending(State(house): State<House>, Form(form): Form<SendingForm>) -> Response {
    match save_sending(&house, &form).await {
        Ok(()) => saved(Section::Sending),
        Err(notice) => refused(&house, Typed::Sending(form), notice).await,
    }
}

/// Saves where mail goes, then connects without a mail.
pub(super) async fn test_mail(
    State(house): State<House>,
    Form(form): Form<SendingForm>,
) -> Response {
    if let Err(notice) = save_sending(&house, &form).await {
        return refused(&house, Typed::Sending(form), notice).await;
    }
    tested(
        &house,
        Section::Sending,
        house.preferences.test_mail().await,
    )
    .await
}

/// Saves where mail goes, then sends a mail to the sender.
pub(super) async fn send_test_mail(
    State(house): State<House>,
    Form(form): Form<SendingForm>,
) -> Response {
    if let Err(notice) = save_sending(&house, &form).await {
        return refused(&house, Typed::Sending(form), notice).await;
    }
    tested(
        &house,
        Section::Sending,
        house.preferences.send_test_mail().await,
    )
    .await
}

/// Saves the first model.
pub(super) async fn model(State(house): State<House>, Form(form): Form<ModelForm>) -> Response {
    match save_model(&house, Section::Model, &form).await {
        Ok(()) => saved(Section::Model),
        Err(notice) => refused(&house, Typed::Model(form), notice).await,
    }
}

/// Saves the second model.
pub(super) async fn second_model(
    State(house): State<House>,
    Form(form): Form<ModelForm>,
) -> Response {
    match save_model(&house, Section::SecondModel, &form).await {
        Ok(()) => saved(Section::SecondModel),
        Err(notice) => refused(&house, Typed::SecondModel(form), notice).await,
    }
}

/// Saves the first model, then asks it something.
pub(super) async fn test_model(
    State(house): State<House>,
    Form(form): Form<ModelForm>,
) -> Response {
    if let Err(notice) = save_model(&house, Section::Model, &form).await {
        return refused(&house, Typed::Model(form), notice).await;
    }
    let report = house.preferences.test_model(WhichModel::First).await;
    tested(&house, Section::Model, report).await
}

/// Saves the second model, then asks it something.
pub(super) async fn test_second_model(
    State(house): State<House>,
    Form(form): Form<ModelForm>,
) -> Response {
    if let Err(notice) = save_model(&house, Section::SecondModel, &form).await {
        return refused(&house, Typed::SecondModel(form), notice).await;
    }
    let report = house.preferences.test_model(WhichModel::Second).await;
    tested(&house, Section::SecondModel, report).await
}

/// A step of the checklist of the first run that needs no section.
#[derive(Deserialize)]
pub(super) struct FirstRunForm {
    step: String,
}

/// Decides for the demo, or waves the checklist away.
pub(super) async fn first_run(
    State(house): State<House>,
    Form(form): Form<FirstRunForm>,
) -> Response {
    let preferences = &house.preferences;
    let done = match form.step.as_str() {
        "no_model" => {
            let change = ModelChange {
                model: ModelChoice::None,
                key: None,
                remove_key: false,
            };
            preferences.save(SettingsChange::Model(change)).await
        }
        "demo_mailbox" => {
            let change = SendingChange {
                sending: Sending::Outbox,
                password: None,
            };
            preferences.save(SettingsChange::Sending(change)).await
        }
        _ => preferences.dismiss_first_run().await,
    };
    match done {
        Ok(()) => Redirect::to("/").into_response(),
        Err(error) => errors::page(&error, "/"),
    }
}

async fn save_sending(house: &House, form: &SendingForm) -> Result<(), Notice> {
    // What is fixed is tested as it is; there is nothing to save.
    if is_fixed(house, Section::Sending).await {
        return Ok(());
    }
    let parsed = form.parse().map(SettingsChange::Sending);
    save(house, Section::Sending, parsed).await
}

async fn save_model(house: &House, section: Section, form: &ModelForm) -> Result<(), Notice> {
    if is_fixed(house, section).await {
        return Ok(());
    }
    let parsed = form.parse().map(|change| match section {
        Section::SecondModel => SettingsChange::SecondModel(change),
        _ => SettingsChange::Model(change),
    });
    save(house, section, parsed).await
}

async fn is_fixed(house: &House, section: Section) -> bool {
    let Ok(view) = house.preferences.view().await else {
        return false;
    };
    let fixed = match section {
        Section::Sending => &view.sending.fixed,
        Section::Model => &view.model.fixed,
        _ => return false,
    };
    email_agent_api::Fixed::variable_of(fixed, "kind").is_some()
}

async fn save(
    house: &House,
    section: Section,
    parsed: Result<SettingsChange, Vec<Problem>>,
) -> Result<(), Notice> {
    let change = parsed.map_err(|problems| Notice::wrong(section, problems))?;
    let done = house.preferences.save(change).await;
    done.map_err(|error| Notice::refused(section, &error))
}

async fn refused(house: &House, typed: Typed, notice: Notice) -> Response {
    again(house, StatusCode::UNPROCESSABLE_ENTITY, Some(typed), notice).await
}

/// What was typed is stored by now, so it need not be kept.
async fn tested(house: &House, section: Section, report: Outcome<TestReport>) -> Response {
    let notice = match report {
        Ok(report) => Notice::tested(section, report),
        Err(error) => Notice::refused(section, &error),
    };
    again(house, StatusCode::OK, None, notice).await
}
