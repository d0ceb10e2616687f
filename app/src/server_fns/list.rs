//! `POST /api/ai-agent/list`

use email_agent_api::{EmailList, Show};
use leptos::{prelude::*, server_fn::codec::Json};

use crate::CallError;

/// One page of the emails; `page` is `next` of the page before.
#[server(name = List, prefix = "/api/ai-agent", endpoint = "list", input = Json, output = Json)]
pub async fn list(
    page: Option<String>,
    #[server(default)] show: Show,
    #[server(default)] search: String,
) -> Result<EmailList, CallError> {
    super::agent()?
        .list(email_agent_api::ListQuery { page, show, search })
        .await
        .map_err(CallError::answered)
}
