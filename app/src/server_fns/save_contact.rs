//! `POST /api/ai-agent/save_contact`

use email_agent_api::{ContactBook, SaveContact};
use leptos::{prelude::*, server_fn::codec::Json};

use crate::CallError;

/// Adds a contact, or changes one; `replaces` is its address before, where that was another one.
#[server(name = SaveContactCall, prefix = "/api/ai-agent", endpoint = "save_contact", input = Json, output = Json)]
pub async fn save_contact(
    recipient: String,
    replaces: Option<String>,
) -> Result<ContactBook, CallError> {
    let contact = SaveContact {
        recipient: super::recipient("recipient", &recipient)?,
        replaces: replaces
            .map(|old| super::recipient("replaces", &old))
            .transpose()?,
    };
    super::agent()?
        .save_contact(contact)
        .await
        .map_err(CallError::answered)
}
