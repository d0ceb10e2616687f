//! `POST /api/ai-agent/describe`

use email_agent_api::{Poll, Revision};
use leptos::{prelude::*, server_fn::codec::Json};

use crate::CallError;

/// Everything about one email, or one short line if it still has revision `known`.
#[server(name = Describe, prefix = "/api/ai-agent", endpoint = "describe", input = Json, output = Json)]
pub async fn describe(id: String, known: Option<Revision>) -> Result<Poll, CallError> {
    super::agent()?
        .describe(super::parse(&id)?, known)
        .await
        .map_err(CallError::answered)
}
