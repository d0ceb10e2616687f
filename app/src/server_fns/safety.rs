//! `POST /api/ai-agent/safety`

use email_agent_api::Safety;
use leptos::{prelude::*, server_fn::codec::Json};

use crate::CallError;

/// What keeps mail from leaving by surprise.
#[server(name = SafetyCall, prefix = "/api/ai-agent", endpoint = "safety", input = Json, output = Json)]
pub async fn safety() -> Result<Safety, CallError> {
    super::agent()?.safety().await.map_err(CallError::answered)
}
