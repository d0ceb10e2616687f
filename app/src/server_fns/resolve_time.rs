//! `POST /api/ai-agent/resolve_time`

use email_agent_api::SendWish;
use leptos::{prelude::*, server_fn::codec::Json};

use crate::CallError;

/// What a time in words means by the clock of `time_zone`: "next Tuesday at 9".
#[server(name = ResolveTime, prefix = "/api/ai-agent", endpoint = "resolve_time", input = Json, output = Json)]
pub async fn resolve_time(text: String, time_zone: String) -> Result<SendWish, CallError> {
    super::agent()?
        .resolve_time(&email_agent_api::TimeWords { text, time_zone })
        .map_err(CallError::answered)
}
