//! `POST /api/ai-agent/compare`

use email_agent_api::{Comparison, Version};
use leptos::{prelude::*, server_fn::codec::Json};

use crate::CallError;

/// What differs between two kept versions, word by word; `from` 0 is the empty email.
#[server(name = CompareCall, prefix = "/api/ai-agent", endpoint = "compare", input = Json, output = Json)]
pub async fn compare(id: String, from: Version, to: Version) -> Result<Comparison, CallError> {
    let request = email_agent_api::CompareRequest { from, to };
    super::agent()?
        .compare(super::parse(&id)?, request)
        .await
        .map_err(CallError::answered)
}
