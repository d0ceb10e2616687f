//! `POST /api/ai-agent/remember_contacts`

use email_agent_api::ContactBook;
use leptos::{prelude::*, server_fn::codec::Json};

use crate::CallError;

/// Whether the people whom emails are sent to are remembered.
#[server(name = RememberContacts, prefix = "/api/ai-agent", endpoint = "remember_contacts", input = Json, output = Json)]
pub async fn remember_contacts(on: bool) -> Result<ContactBook, CallError> {
    super::agent()?
        .remember_contacts(on)
        .await
        .map_err(CallError::answered)
}
