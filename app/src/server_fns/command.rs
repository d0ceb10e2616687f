//! `POST /api/ai-agent/command`

use email_agent_api::{Accepted, Command};
use leptos::{prelude::*, server_fn::codec::Json};

use crate::CallError;

/// Does what a button says: `{"do": "approve", "version": 3}`.
#[server(name = CommandCall, prefix = "/api/ai-agent", endpoint = "command", input = Json, output = Json)]
pub async fn command(id: String, key: String, command: Command) -> Result<Accepted, CallError> {
    let request = email_agent_api::CommandRequest {
        key: super::parse(&key)?,
        command,
    };
    super::agent()?
        .command(super::parse(&id)?, request)
        .await
        .map_err(CallError::answered)
}
