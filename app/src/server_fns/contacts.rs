//! `POST /api/ai-agent/contacts`

use email_agent_api::{ContactQuery, Contacts};
use leptos::{prelude::*, server_fn::codec::Json};

use crate::CallError;

/// One page of the contacts with all words of `search` in name or address.
#[server(name = ContactsCall, prefix = "/api/ai-agent", endpoint = "contacts", input = Json, output = Json)]
pub async fn contacts(
    #[server(default)] search: String,
    page: Option<String>,
) -> Result<Contacts, CallError> {
    super::agent()?
        .contacts(ContactQuery { search, page })
        .await
        .map_err(CallError::answered)
}
