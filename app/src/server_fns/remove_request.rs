//! `POST /api/ai-agent/remove_request`

use email_agent_api::Accepted;
use leptos::{prelude::*, server_fn::codec::Json};

use crate::CallError;

/// Takes the queued request with this key back before the agent has begun with it.
#[server(name = RemoveRequest, prefix = "/api/ai-agent", endpoint = "remove_request", input = Json, output = Json)]
pub async fn remove_request(id: String, key: String) -> Result<Accepted, CallError> {
    let removal = email_agent_api::Removal {
        key: super::parse(&key)?,
    };
    super::agent()?
        .remove_request(super::parse(&id)?, removal)
        .await
        .map_err(CallError::answered)
}
