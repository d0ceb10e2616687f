//! The buttons of a row of the list: one form with several buttons, which goes back to the list as it
//! was filtered.

use axum::{
    Form,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use email_agent_api::{AgentError, Arrange, EmailId, Started, to_say};
use serde::Deserialize;

use super::Agent;
use crate::errors;

#[derive(Deserialize)]
pub(super) struct ArrangeForm {
    /// For the copy; everything else may be said twice.
    key: String,
    #[serde(rename = "do")]
    action: String,
    #[serde(default)]
    name: String,
    /// The address of the list that was shown.
    #[serde(default)]
    back: String,
}

enum Done {
    Arranged,
    Deleted(EmailId),
    Copied(Started),
}

pub(super) async fn arrange(
    State(agent): State<Agent>,
    Path(id): Path<String>,
    Form(form): Form<ArrangeForm>,
) -> Response {
    let back = own_list(&form.back).to_owned();
    match act(&agent, &id, form).await {
        Ok(Done::Arranged) => Redirect::to(&back).into_response(),
        // The list offers to undo it.
        Ok(Done::Deleted(id)) => {
            Redirect::to(&with_query(&back, &format!("undo={id}"))).into_response()
        }
        Ok(Done::Copied(started)) => Redirect::to(&format!("/e/{}", started.id)).into_response(),
        Err(error) => errors::page(&error, &back),
    }
}

async fn act(agent: &Agent, id: &str, form: ArrangeForm) -> Result<Done, AgentError> {
    let id: EmailId = id.parse()?;
    let change = match form.action.as_str() {
        "duplicate" => {
            let started = agent.duplicate(id, form.key.parse()?).await?;
            return Ok(Done::Copied(started));
        }
        "rename" => Arrange::Rename { name: form.name },
        "pin" => Arrange::Pin,
        "unpin" => Arrange::Unpin,
        "archive" => Arrange::Archive,
        "unarchive" => Arrange::Unarchive,
        "delete" => {
            agent.arrange(id.clone(), Arrange::Delete).await?;
            return Ok(Done::Deleted(id));
        }
        "restore" => Arrange::Restore,
        "erase" => Arrange::Erase,
        _ => return Err(unknown_button()),
    };
    agent.arrange(id, change).await?;
    Ok(Done::Arranged)
}

pub(super) fn unknown_button() -> AgentError {
    AgentError::bad_input(
        "do",
        to_say("This button is not known here. Load the page again and use one of its buttons."),
    )
}

/// The address of a list with something more to show once.
pub(super) fn with_query(list: &str, query: &str) -> String {
    let join = if list.contains('?') { '&' } else { '?' };
    format!("{list}{join}{query}")
}

/// The address if it is one of our list: nobody is to be led elsewhere by a form.
pub(super) fn own_list(back: &str) -> &str {
    let is_ours = back.starts_with("/?") && back.bytes().all(|byte| byte.is_ascii_graphic());
    if is_ours { back } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_leads_to_our_list_only() {
        assert_eq!(own_list("/?show=sent&q=ana%20b"), "/?show=sent&q=ana%20b");
        for bad in [
            "",
            "//evil.example/?",
            "https://evil.example",
            "/?a\r\nb",
            "/e/x",
            "/?ü",
        ] {
            assert_eq!(own_list(bad), "/", "{bad}");
        }
    }
}
