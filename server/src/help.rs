//! The page of help.

use std::sync::Arc;

use app::help_page;
use axum::{Router, extract::State, response::Html, routing::get};
use email_agent_api::EmailAgent;
use http::header;

pub(crate) fn router(agent: Arc<dyn EmailAgent>) -> Router {
    let show = |State(agent): State<Arc<dyn EmailAgent>>| async move {
        let policy = [(header::CONTENT_SECURITY_POLICY, help_page::POLICY)];
        (policy, Html(help_page::render(agent.info())))
    };
    Router::new().route("/help", get(show)).with_state(agent)
}
