//! The page of contacts and its forms. What was done is shown by a redirect, so that loading the page
//! again repeats nothing; what was refused comes back with what was typed.

use std::sync::Arc;

use app::contacts_page::{ContactForm, ContactsPage, Notice, POLICY, render};
use axum::{
    Form, Router,
    extract::{Query, State},
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use email_agent_api::{
    AgentError, ContactQuery, EmailAgent, Recipient, RecipientError, SaveContact, to_say,
};
use http::{StatusCode, header};
use serde::Deserialize;

use crate::errors;

type Agent = Arc<dyn EmailAgent>;

/// The page and its forms over `agent`.
pub(crate) fn router(agent: Agent) -> Router {
    let back = || async { Redirect::to(PAGE) };
    Router::new()
        .route(PAGE, get(show))
        .route("/settings/contacts/save", post(save).get(back))
        .route("/settings/contacts/erase", post(erase).get(back))
        .route("/settings/contacts/erase-all", post(erase_all).get(back))
        .route("/settings/contacts/remember", post(remember).get(back))
        .with_state(agent)
}

const PAGE: &str = "/settings/contacts";

/// What can be done, as it stands in the address afterwards, and the words for it.
const DONE: [(&str, &str); 4] = [
    ("saved", to_say("The contact is saved.")),
    ("erased", to_say("The contact is erased.")),
    ("all-erased", to_say("All contacts are erased.")),
    ("set", to_say("This is how it will be from now on.")),
];

#[derive(Deserialize)]
struct Wish {
    #[serde(default)]
    search: String,
    page: Option<String>,
    done: Option<String>,
}

async fn show(State(agent): State<Agent>, Query(wish): Query<Wish>) -> Response {
    let words = DONE
        .iter()
        .find(|(name, _)| wish.done.as_deref() == Some(*name));
    let notice = words.map(|(_, words)| Notice::Done(words));
    let query = ContactQuery {
        search: wish.search,
        page: wish.page.filter(|page| !page.is_empty()),
    };
    page(
        &agent,
        StatusCode::OK,
        query,
        ContactForm::default(),
        notice,
    )
    .await
}

async fn page(
    agent: &Agent,
    status: StatusCode,
    query: ContactQuery,
    typed: ContactForm,
    notice: Option<Notice>,
) -> Response {
    let search = query.search.clone();
    match agent.contacts(query).await {
        Ok(contacts) => {
            let html = render(ContactsPage {
                info: agent.info(),
                contacts,
                search,
                typed,
                notice,
            });
            let policy = [(header::CONTENT_SECURITY_POLICY, POLICY)];
            (status, policy, Html(html)).into_response()
        }
        Err(error) => errors::page(&error, PAGE),
    }
}

async fn save(State(agent): State<Agent>, Form(form): Form<ContactForm>) -> Response {
    let saved = async {
        let contact = SaveContact {
            recipient: Recipient::named(&form.name, &form.address)
                .map_err(|error| wrong(&error))?,
            replaces: match form.replaces.as_str() {
                "" => None,
                old => Some(old.parse::<Recipient>().map_err(|error| wrong(&error))?),
            },
        };
        agent.save_contact(contact).await
    };
    match saved.await {
        Ok(_) => done("saved"),
        Err(error) => {
            let status = StatusCode::from_u16(error.code.http_status());
            let status = status.unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
            let notice = Some(Notice::Refused(error.message));
            page(&agent, status, ContactQuery::default(), form, notice).await
        }
    }
}

#[derive(Deserialize)]
struct EraseForm {
    address: String,
}

async fn erase(State(agent): State<Agent>, Form(form): Form<EraseForm>) -> Response {
    let erased = async {
        agent
            .erase_contact(
                form.address
                    .parse::<Recipient>()
                    .map_err(|error| wrong(&error))?,
            )
            .await
    };
    match erased.await {
        Ok(_) => done("erased"),
        Err(error) => errors::page(&error, PAGE),
    }
}

async fn erase_all(State(agent): State<Agent>) -> Response {
    match agent.erase_contacts().await {
        Ok(_) => done("all-erased"),
        Err(error) => errors::page(&error, PAGE),
    }
}

#[derive(Deserialize)]
struct RememberForm {
    on: bool,
}

async fn remember(State(agent): State<Agent>, Form(form): Form<RememberForm>) -> Response {
    match agent.remember_contacts(form.on).await {
        Ok(_) => done("set"),
        Err(error) => errors::page(&error, PAGE),
    }
}

fn done(what: &str) -> Response {
    Redirect::to(&format!("{PAGE}?done={what}")).into_response()
}

fn wrong(error: &RecipientError) -> AgentError {
    AgentError::bad_input("address", error.to_string())
}
