//! `POST /api/ai-agent/start`

use email_agent_api::Started;
use leptos::{prelude::*, server_fn::codec::Json};

use crate::CallError;

/// Begins a new email; the same key again answers with the same email.
#[server(name = Start, prefix = "/api/ai-agent", endpoint = "start", input = Json, output = Json)]
pub async fn start(key: String, time_zone: String) -> Result<Started, CallError> {
    let request = email_agent_api::StartRequest {
        key: super::parse(&key)?,
        time_zone,
    };
    super::agent()?
        .start(request)
        .await
        .map_err(CallError::answered)
}
