//! `POST /api/ai-agent/send_request`

use email_agent_api::Accepted;
use leptos::{prelude::*, server_fn::codec::Json};

use crate::CallError;

/// Hands a request in words to the agent; it waits in the queue while the agent works.
#[server(name = SendRequest, prefix = "/api/ai-agent", endpoint = "send_request", input = Json, output = Json)]
pub async fn send_request(
    id: String,
    key: String,
    text: String,
    time_zone: String,
    #[server(default)] draft_sequence: u64,
) -> Result<Accepted, CallError> {
    let request = email_agent_api::NewRequest {
        key: super::parse(&key)?,
        text,
        time_zone,
        draft_sequence,
    };
    super::agent()?
        .send_request(super::parse(&id)?, request)
        .await
        .map_err(CallError::answered)
}
