//! `POST /api/ai-agent/list`

use email_agent_api::EmailList;
use leptos::{prelude::*, server_fn::codec::Json};

use crate::CallError;

/// One page of all emails; `page` is `next` of the page before.
#[server(name = List, prefix = "/api/ai-agent", endpoint = "list", input = Json, output = Json)]
pub async fn list(page: Option<String>) -> Result<EmailList, CallError> {
    super::agent()?
        .list(email_agent_api::ListQuery { page })
        .await
        .map_err(CallError::answered)
}
