//! `POST /api/ai-agent/release`

use email_agent_api::{HoldReason, Released};
use leptos::{prelude::*, server_fn::codec::Json};

use crate::CallError;

/// Sends all emails that are held for this reason, `late` or `restored`, and wait for a person.
#[server(name = ReleaseCall, prefix = "/api/ai-agent", endpoint = "release", input = Json, output = Json)]
pub async fn release(why: HoldReason) -> Result<Released, CallError> {
    super::agent()?
        .release(why)
        .await
        .map_err(CallError::answered)
}
