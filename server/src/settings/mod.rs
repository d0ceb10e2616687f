//! The settings: a page of plain forms for people, JSON calls for programs, both over
//! [`Preferences`]. The guards in `doors` stand before all of it.

mod calls;
mod forms;
mod page;

pub(crate) use calls::{Nothing, answer, read};

use std::sync::Arc;

use axum::{
    Router,
    routing::{get, post},
};
use email_agent::preferences::Preferences;
use email_agent_api::{AgentError, EmailAgent};

use crate::{engine::Workflows, errors::API_PREFIX};

/// What the settings are about.
#[derive(Clone)]
pub(crate) struct House {
    pub(crate) preferences: Arc<Preferences>,
    pub(crate) workflows: Arc<Workflows>,
    pub(crate) agent: Arc<dyn EmailAgent>,
}

/// The page, its forms, and the calls.
pub(crate) fn router(house: House) -> Router {
    let call = |name: &str| format!("{API_PREFIX}{name}");
    Router::new()
        .route("/settings", get(page::show))
        .route("/settings/you", post(forms::you).get(page::back))
        .route("/settings/sending", post(forms::sending).get(page::back))
        .route(
            "/settings/sending/test",
            post(forms::test_mail).get(page::back),
        )
        .route(
            "/settings/sending/test-mail",
            post(forms::send_test_mail).get(page::back),
        )
        .route("/settings/model", post(forms::model).get(page::back))
        .route(
            "/settings/model/test",
            post(forms::test_model).get(page::back),
        )
        .route(
            "/settings/second-model",
            post(forms::second_model).get(page::back),
        )
        .route(
            "/settings/second-model/test",
            post(forms::test_second_model).get(page::back),
        )
        .route(
            "/settings/first-run",
            post(forms::first_run).get(page::back),
        )
        .route(&call("settings"), post(calls::settings))
        .route(&call("save_settings"), post(calls::save_settings))
        .route(&call("test_mail"), post(calls::test_mail))
        .route(&call("send_test_mail"), post(calls::send_test_mail))
        .route(&call("test_model"), post(calls::test_model))
        .with_state(house)
}

/// What went wrong, as the page or the call tells it.
type Outcome<T> = Result<T, AgentError>;
