//! The page `/settings/safety`: plain forms, each doing one call and coming back to the page.

use std::sync::Arc;

use app::safety_page::{Outcome, POLICY, ReleaseForm, SafetyForm, SafetyPage, render};
use axum::{
    Form, Router,
    extract::State,
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use email_agent_api::{AgentError, EmailAgent, to_say};
use http::{StatusCode, header};

use crate::errors;

type Agent = Arc<dyn EmailAgent>;

const ADDRESS: &str = "/settings/safety";

/// The page and its forms over `agent`.
pub(crate) fn router(agent: Agent) -> Router {
    let back = || async { Redirect::to(ADDRESS) };
    Router::new()
        .route(ADDRESS, get(show).post(save))
        .route("/settings/safety/release", post(release).get(back))
        .with_state(agent)
}

async fn show(State(agent): State<Agent>) -> Response {
    page(&agent, None, Outcome::None).await
}

async fn save(State(agent): State<Agent>, Form(form): Form<SafetyForm>) -> Response {
    let outcome = match form.parse() {
        Err(problems) => Outcome::Wrong(problems),
        Ok(safety) => match agent.save_safety(safety).await {
            Ok(_) => Outcome::Done(to_say("Saved. It is in effect now.").to_owned()),
            Err(error) => Outcome::Refused(error.message),
        },
    };
    let typed = (!matches!(outcome, Outcome::Done(_))).then_some(form);
    page(&agent, typed, outcome).await
}

async fn release(State(agent): State<Agent>, Form(form): Form<ReleaseForm>) -> Response {
    let outcome = match agent.release(form.why).await {
        Ok(released) => Outcome::Done(to_say!(
            "{count} emails are on their way, each after the time in which it can be undone.",
            count = released.emails
        )),
        Err(error) => Outcome::Refused(error.message),
    };
    page(&agent, None, outcome).await
}

async fn page(agent: &Agent, typed: Option<SafetyForm>, outcome: Outcome) -> Response {
    let status = match outcome {
        Outcome::None | Outcome::Done(_) => StatusCode::OK,
        Outcome::Refused(_) | Outcome::Wrong(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    match look(agent, typed, outcome).await {
        Ok(page) => {
            let policy = [(header::CONTENT_SECURITY_POLICY, POLICY)];
            (status, policy, Html(render(page))).into_response()
        }
        Err(error) => errors::page(&error, "/"),
    }
}

async fn look(
    agent: &Agent,
    typed: Option<SafetyForm>,
    outcome: Outcome,
) -> Result<SafetyPage, AgentError> {
    let form = match typed {
        Some(typed) => typed,
        None => SafetyForm::of(&agent.safety().await?),
    };
    Ok(SafetyPage {
        info: agent.info(),
        form,
        on_hold: agent.on_hold().await?,
        outcome,
    })
}
