//! `POST /api/ai-agent/erase_contacts`

use email_agent_api::ContactBook;
use leptos::{prelude::*, server_fn::codec::Json};

use crate::CallError;

/// Forgets all contacts.
#[server(name = EraseContacts, prefix = "/api/ai-agent", endpoint = "erase_contacts", input = Json, output = Json)]
pub async fn erase_contacts() -> Result<ContactBook, CallError> {
    super::agent()?
        .erase_contacts()
        .await
        .map_err(CallError::answered)
}
