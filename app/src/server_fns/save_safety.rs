//! `POST /api/ai-agent/save_safety`

use email_agent_api::Safety;
use leptos::{prelude::*, server_fn::codec::Json};

use crate::CallError;

/// Changes it: what is absent becomes as most people have it.
#[server(name = SaveSafetyCall, prefix = "/api/ai-agent", endpoint = "save_safety", input = Json, output = Json)]
pub async fn save_safety(safety: Safety) -> Result<Safety, CallError> {
    super::agent()?
        .save_safety(safety)
        .await
        .map_err(CallError::answered)
}
