//! An email to keep, as a file: `GET /e/{id}/record.json` is all that is known of it, with every version
//! and its timeline, and `GET /e/{id}/message.eml` the message as it travels, for any mail program.
//!
//! Both change nothing, so they are links.

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
        .route("/e/{id}/message.eml", get(message))
        .with_state(agent)
}

/// The file.
#[derive(Debug, Serialize)]
pub(crate) struct Record {
    pub(crate) email: EmailView,
    timeline: Timeline,
}

async fn record(State(agent): State<Agent>, Path(id): Path<String>) -> Response {
    let read = async {
        let id: EmailId = id.parse().map_err(|_| AgentError::not_found())?;
        of(&*agent, id).await
    };
    match read.await {
        Ok(record) => as_file(&record),
        Err(error) => errors::page(&error, "/"),
    }
}

/// Everything that is known of an email.
pub(crate) async fn of(agent: &dyn EmailAgent, id: EmailId) -> Result<Record, AgentError> {
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

async fn message(State(agent): State<Agent>, Path(id): Path<String>) -> Response {
    let read = async {
        let id: EmailId = id.parse().map_err(|_| AgentError::not_found())?;
        Ok((id.clone(), agent.message(id).await?))
    };
    match read.await {
        Ok((id, bytes)) => {
            let kind = [(header::CONTENT_TYPE, "message/rfc822")];
            named((kind, bytes).into_response(), &id, "eml")
        }
        Err(error) => errors::page(&error, "/"),
    }
}

fn as_file(record: &Record) -> Response {
    named(Json(record).into_response(), &record.email.id, "json")
}

/// The answer as a file of this email.
fn named(mut response: Response, id: &EmailId, ending: &str) -> Response {
    // An id has letters, digits and hyphens alone, so it can stand in a header.
    let name = format!("attachment; filename=\"{id}.{ending}\"");
    if let Ok(name) = HeaderValue::from_str(&name) {
        response
            .headers_mut()
            .insert(header::CONTENT_DISPOSITION, name);
    }
    response
}
