//! The same buttons as plain HTML forms, for people without script: each does one call and sends
//! the browser back to the page. Those of the list are in [`list`] and [`bulk`].

mod bulk;
mod list;

use std::sync::Arc;

use axum::{
    Form, Router,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use email_agent_api::{
    AgentError, Command, CommandRequest, DraftNote, EmailAgent, EmailEdit, EmailId, Fault, FileId,
    IdempotencyKey, NewRequest, StartRequest, UnsureAnswer, Version, to_say,
};
use serde::Deserialize;

use crate::errors;

type Agent = Arc<dyn EmailAgent>;

/// The form routes over `agent`.
pub(crate) fn router(agent: Agent) -> Router {
    Router::new()
        .route("/start", post(start))
        .route("/e/{id}/request", post(request))
        .route("/e/{id}/command", post(command))
        .route("/e/{id}/cancel", post(cancel))
        .route("/e/{id}/arrange", post(list::arrange))
        .route(
            "/emails/bulk",
            post(bulk::arrange).get(|| async { Redirect::to("/") }),
        )
        .route("/e/{id}/drill", post(drill))
        .with_state(agent)
}

#[derive(Deserialize)]
struct StartForm {
    key: String,
    #[serde(default)]
    time_zone: String,
    /// Words to begin with, of an example.
    #[serde(default)]
    request: String,
}

async fn start(State(agent): State<Agent>, Form(form): Form<StartForm>) -> Response {
    let started = async {
        let request = StartRequest {
            key: form.key.parse()?,
            time_zone: zone_or_utc(form.time_zone),
        };
        let started = agent.start(request).await?;
        if !form.request.is_empty() {
            // They wait in the composer, unsent.
            let note = DraftNote {
                text: form.request,
                sequence: 1,
            };
            agent.save_draft(started.id.clone(), note).await?;
        }
        Ok(started)
    };
    match started.await {
        Ok(started) => Redirect::to(&format!("/e/{}", started.id)).into_response(),
        Err(error) => errors::page(&error, "/"),
    }
}

#[derive(Deserialize)]
struct RequestForm {
    key: String,
    text: String,
    #[serde(default)]
    time_zone: String,
    #[serde(default)]
    draft_sequence: u64,
}

async fn request(
    State(agent): State<Agent>,
    Path(id): Path<String>,
    Form(form): Form<RequestForm>,
) -> Response {
    let done = async {
        let request = NewRequest {
            key: form.key.parse()?,
            text: form.text,
            time_zone: zone_or_utc(form.time_zone),
            draft_sequence: form.draft_sequence,
        };
        agent.send_request(id.parse()?, request).await
    };
    back_to(&id, done.await.map(drop))
}

#[derive(Deserialize)]
struct CommandForm {
    key: String,
    #[serde(rename = "do")]
    action: String,
    #[serde(default)]
    version: Version,
    answer: Option<UnsureAnswer>,
    request: Option<IdempotencyKey>,
    file: Option<FileId>,
}

async fn command(
    State(agent): State<Agent>,
    Path(id): Path<String>,
    Form(form): Form<CommandForm>,
) -> Response {
    let done = async {
        let command = match form.action.as_str() {
            "approve" => Command::Approve {
                version: form.version,
            },
            "send_now" => Command::SendNow {
                version: form.version,
            },
            "restore" => Command::Restore {
                version: form.version,
            },
            "unschedule" => Command::Unschedule,
            "try_now" => Command::TryNow,
            "resume" => Command::Resume,
            "try_again" => Command::TryAgain,
            "settle" => Command::Settle {
                answer: form.answer.ok_or_else(no_answer)?,
            },
            "stop_turn" => Command::StopTurn {
                request: form.request.ok_or_else(no_request)?,
            },
            "detach" => Command::Edit {
                base: form.version,
                edit: Box::new(EmailEdit {
                    detach: vec![form.file.ok_or_else(no_file)?],
                    ..EmailEdit::default()
                }),
                then: None,
            },
            "cancel" => Command::Cancel,
            _ => {
                return Err(AgentError::bad_input(
                    "do",
                    to_say(
                        "This button is not known here. Load the page again and use one of its buttons.",
                    ),
                ));
            }
        };
        agent
            .command(
                id.parse()?,
                CommandRequest {
                    key: form.key.parse()?,
                    command,
                },
            )
            .await
    };
    back_to(&id, done.await.map(drop))
}

fn no_answer() -> AgentError {
    AgentError::bad_input(
        "answer",
        to_say("Say whether the email arrived: press one of the two buttons."),
    )
}

fn no_request() -> AgentError {
    AgentError::bad_input(
        "request",
        to_say("Say which request to stop: load the page again and use its button."),
    )
}

fn no_file() -> AgentError {
    AgentError::bad_input(
        "file",
        "Say which file to remove: load the page again and use its button.",
    )
}

#[derive(Deserialize)]
struct CancelForm {
    key: String,
}

async fn cancel(
    State(agent): State<Agent>,
    Path(id): Path<String>,
    Form(form): Form<CancelForm>,
) -> Response {
    let done = async {
        let request = CommandRequest {
            key: form.key.parse()?,
            command: Command::Cancel,
        };
        agent.command(id.parse()?, request).await
    };
    back_to(&id, done.await.map(drop))
}

#[derive(Deserialize)]
struct DrillForm {
    fault: Fault,
}

/// The way back leads to the timeline, where one sees it heal.
async fn drill(
    State(agent): State<Agent>,
    Path(id): Path<String>,
    Form(form): Form<DrillForm>,
) -> Response {
    let page = page_of(&id);
    match agent.cause(form.fault) {
        Ok(()) => Redirect::to(&format!("{page}?tab=timeline")).into_response(),
        Err(error) => errors::page(&error, &page),
    }
}

fn back_to(id: &str, outcome: Result<(), AgentError>) -> Response {
    let page = page_of(id);
    match outcome {
        Ok(()) => Redirect::to(&page).into_response(),
        Err(error) => errors::page(&error, &page),
    }
}

/// Only a well-formed id goes into an address.
fn page_of(id: &str) -> String {
    id.parse::<EmailId>()
        .map_or_else(|_| "/".to_owned(), |id| format!("/e/{id}"))
}

/// Without script the page cannot know the browser's zone.
fn zone_or_utc(zone: String) -> String {
    if zone.is_empty() {
        "UTC".to_owned()
    } else {
        zone
    }
}
