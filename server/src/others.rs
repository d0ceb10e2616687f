//! `GET /e/{id}/others`: the emails beside the one that is open, as the part of its page.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, State},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use email_agent_api::{AgentError, EmailAgent, EmailId, ListQuery};

use crate::errors;

type Agent = Arc<dyn EmailAgent>;

pub(crate) fn router(agent: Agent) -> Router {
    Router::new()
        .route("/e/{id}/others", get(show))
        .with_state(agent)
}

async fn show(State(agent): State<Agent>, Path(id): Path<String>) -> Response {
    let found = async {
        let id: EmailId = id.parse().map_err(|_| AgentError::not_found())?;
        let list = agent.list(ListQuery::default()).await?;
        Ok::<_, AgentError>(app::render_others(list, &id))
    };
    match found.await {
        Ok(markup) => Html(markup).into_response(),
        Err(error) => errors::page(&error, "/"),
    }
}
