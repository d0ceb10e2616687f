//! `GET /e/{id}/record.json`: all that is kept of one email, as a file.
//!
//! What the page shows, with every version, and its timeline. It changes nothing, so it is a link.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};
use email_agent_api::{AgentError, EmailAgent, EmailId, EmailView, Poll, Timeline};
use serde::Serialize;

use crate::errors;

type Agent = Arc<dyn EmailAgent>;

pub(crate) fn router(agent: Agent) -> Router {
    Router::new()
        .route("/e/{id}/record.json", get(record))
        .with_state(agent)
}

/// The file.
#[derive(Debug, Serialize)]
struct Record {
    email: EmailView,
    timeline: Timeline,
}

async fn record(State(agent): State<Agent>, Path(id): Path<String>) -> Response {
    match read(&*agent, &id).await {
        Ok(record) => as_file(&record),
        Err(error) => errors::page(&error, "/"),
    }
}

async fn read(agent: &dyn EmailAgent, id: &str) -> Result<Record, AgentError> {
    let id: EmailId = id.parse().map_err(|_| AgentError::not_found())?;
    let Poll::Changed { view } = agent.describe(id.clone(), None).await? else {
        // Nothing was known before, so everything is news.
        return Err(AgentError::not_found());
    };
    let timeline = agent.timeline(id).await?;
    Ok(Record {
        email: *view,
        timeline,
    })
}

fn as_file(record: &Record) -> Response {
    // An id has letters, digits and hyphens alone, so it can stand in a header.
    let name = format!("attachment; filename=\"{}.json\"", record.email.id);
    let mut response = Json(record).into_response();
    if let Ok(name) = HeaderValue::from_str(&name) {
        response
            .headers_mut()
            .insert(header::CONTENT_DISPOSITION, name);
    }
    response
}
