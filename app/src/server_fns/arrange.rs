//! `POST /api/ai-agent/arrange`

use email_agent_api::Arrange;
use leptos::{prelude::*, server_fn::codec::Json};

use crate::CallError;

/// Names, pins, archives, deletes or erases an email: `{"do": "rename", "name": "Dinner"}`.
#[server(name = ArrangeCall, prefix = "/api/ai-agent", endpoint = "arrange", input = Json, output = Json)]
pub async fn arrange(id: String, change: Arrange) -> Result<(), CallError> {
    super::agent()?
        .arrange(super::parse(&id)?, change)
        .await
        .map_err(CallError::answered)
}
