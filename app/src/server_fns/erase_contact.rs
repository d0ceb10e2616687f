//! `POST /api/ai-agent/erase_contact`

use email_agent_api::ContactBook;
use leptos::{prelude::*, server_fn::codec::Json};

use crate::CallError;

/// Forgets the contact of this address.
#[server(name = EraseContact, prefix = "/api/ai-agent", endpoint = "erase_contact", input = Json, output = Json)]
pub async fn erase_contact(address: String) -> Result<ContactBook, CallError> {
    super::agent()?
        .erase_contact(super::recipient("address", &address)?)
        .await
        .map_err(CallError::answered)
}
