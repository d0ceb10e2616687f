//! Several emails of the list at once: `POST /emails/bulk`, then back to the list, which says how many.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use email_agent_api::{AgentError, Arrange, EmailId, to_say};
use futures::{StreamExt, stream};

use super::{
    Agent,
    list::{own_list, with_query},
};
use crate::errors;

/// More do not stand on a page of the list.
const EMAILS_MAX: usize = 200;
/// Emails that are changed at once.
const CALLS_MAX: usize = 8;

/// The form: `id` as often as rows are ticked, so it is read by hand.
#[derive(Debug, Default)]
struct BulkForm {
    ids: Vec<String>,
    action: String,
    /// The address of the list that was shown.
    back: String,
}

impl BulkForm {
    fn read(body: &[u8]) -> Self {
        let mut form = Self::default();
        for (name, value) in form_urlencoded::parse(body) {
            match name.as_ref() {
                "id" => form.ids.push(value.into_owned()),
                "do" => form.action = value.into_owned(),
                "back" => form.back = value.into_owned(),
                _ => {}
            }
        }
        form
    }
}

pub(super) async fn arrange(State(agent): State<Agent>, body: axum::body::Bytes) -> Response {
    let form = BulkForm::read(&body);
    let back = own_list(&form.back).to_owned();
    match act(&agent, &form).await {
        Ok(count) => {
            let query = format!("did={}&n={count}", form.action);
            Redirect::to(&with_query(&back, &query)).into_response()
        }
        Err(error) => errors::page(&error, &back),
    }
}

/// How many were changed, which is all of them.
async fn act(agent: &Agent, form: &BulkForm) -> Result<usize, AgentError> {
    let change = change(&form.action)?;
    let ids: Result<Vec<EmailId>, _> = form.ids.iter().map(|id| id.parse()).collect();
    let ids = ids?;
    if ids.is_empty() {
        return Err(AgentError::bad_input(
            "id",
            to_say("No email was ticked, so nothing was changed. Tick some in the list first."),
        ));
    }
    if ids.len() > EMAILS_MAX {
        return Err(AgentError::too_large("id", ids.len(), EMAILS_MAX, "emails"));
    }
    let all = ids.len();
    let tried = ids.into_iter().map(|id| agent.arrange(id, change.clone()));
    let tried: Vec<_> = stream::iter(tried)
        .buffer_unordered(CALLS_MAX)
        .collect()
        .await;
    let refused: Vec<_> = tried.into_iter().filter_map(Result::err).collect();
    match refused.first() {
        None => Ok(all),
        Some(first) => Err(some_refused(all, refused.len(), first)),
    }
}

/// Those that could be changed are.
fn some_refused(all: usize, refused: usize, first: &AgentError) -> AgentError {
    let changed = all - refused;
    AgentError::new(
        first.code,
        to_say!(
            "{changed} of {all} were changed. The first of the others was not: {reason}",
            reason = first
        ),
    )
}

fn change(action: &str) -> Result<Arrange, AgentError> {
    Ok(match action {
        "archive" => Arrange::Archive,
        "unarchive" => Arrange::Unarchive,
        "delete" => Arrange::Delete,
        "restore" => Arrange::Restore,
        "erase" => Arrange::Erase,
        _ => return Err(super::list::unknown_button()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tick_is_read() {
        let form = BulkForm::read(b"back=%2F%3Fshow%3Dsent&id=a&do=archive&id=b&x=y");
        assert_eq!(form.ids, ["a", "b"]);
        assert_eq!(
            (form.action.as_str(), form.back.as_str()),
            ("archive", "/?show=sent")
        );
        assert!(change("rename").is_err() && change("erase").is_ok());
    }
}
