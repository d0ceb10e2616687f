//! `POST /api/ai-agent/duplicate`

use email_agent_api::Started;
use leptos::{prelude::*, server_fn::codec::Json};

use crate::CallError;

/// Begins a new email with a copy of this one; the same key again answers with the same copy.
#[server(name = Duplicate, prefix = "/api/ai-agent", endpoint = "duplicate", input = Json, output = Json)]
pub async fn duplicate(id: String, key: String) -> Result<Started, CallError> {
    super::agent()?
        .duplicate(super::parse(&id)?, super::parse(&key)?)
        .await
        .map_err(CallError::answered)
}
