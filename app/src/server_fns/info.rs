//! `POST /api/ai-agent/info`

use email_agent_api::AppInfo;
use leptos::{prelude::*, server_fn::codec::Json};

use crate::CallError;

/// How this installation works.
#[server(name = Info, prefix = "/api/ai-agent", endpoint = "info", input = Json, output = Json)]
pub async fn info() -> Result<AppInfo, CallError> {
    Ok(super::agent()?.info())
}
