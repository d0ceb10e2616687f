//! `POST /api/ai-agent/read_back`

use email_agent_api::{Accepted, Version};
use leptos::{prelude::*, server_fn::codec::Json};

use crate::CallError;

/// Asks what the newest version says in this language; the answer appears in `describe`.
#[server(name = ReadBack, prefix = "/api/ai-agent", endpoint = "read_back", input = Json, output = Json)]
pub async fn read_back(
    id: String,
    key: String,
    version: Version,
    language: String,
) -> Result<Accepted, CallError> {
    let request = email_agent_api::ReadBackRequest {
        key: super::parse(&key)?,
        version,
        language: super::parse(&language)?,
    };
    super::agent()?
        .read_back(super::parse(&id)?, request)
        .await
        .map_err(CallError::answered)
}
