//! `POST /api/ai-agent/save_draft`

use email_agent_api::DraftSaved;
use leptos::{prelude::*, server_fn::codec::Json};

use crate::CallError;

/// Keeps the unsent words of the composer.
#[server(name = SaveDraft, prefix = "/api/ai-agent", endpoint = "save_draft", input = Json, output = Json)]
pub async fn save_draft(id: String, text: String, sequence: u64) -> Result<DraftSaved, CallError> {
    let note = email_agent_api::DraftNote { text, sequence };
    super::agent()?
        .save_draft(super::parse(&id)?, note)
        .await
        .map_err(CallError::answered)
}
