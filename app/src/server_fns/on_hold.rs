//! `POST /api/ai-agent/on_hold`

use email_agent_api::OnHold;
use leptos::{prelude::*, server_fn::codec::Json};

use crate::CallError;

/// How many emails are on hold, and why.
#[server(name = OnHoldCall, prefix = "/api/ai-agent", endpoint = "on_hold", input = Json, output = Json)]
pub async fn on_hold() -> Result<OnHold, CallError> {
    super::agent()?.on_hold().await.map_err(CallError::answered)
}
