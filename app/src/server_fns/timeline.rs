//! `POST /api/ai-agent/timeline`

use email_agent_api::Timeline;
use leptos::{prelude::*, server_fn::codec::Json};

use crate::CallError;

/// Every step of one email so far, in order.
#[server(name = ReadTimeline, prefix = "/api/ai-agent", endpoint = "timeline", input = Json, output = Json)]
pub async fn timeline(id: String) -> Result<Timeline, CallError> {
    super::agent()?
        .timeline(super::parse(&id)?)
        .await
        .map_err(CallError::answered)
}
