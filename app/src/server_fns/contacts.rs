//! `POST /api/ai-agent/contacts`

use email_agent_api::Contacts as Page;
use leptos::{prelude::*, server_fn::codec::Json};

use crate::CallError;

/// One page of the contacts with all words of `search` in name or address.
#[server(name = Contacts, prefix = "/api/ai-agent", endpoint = "contacts", input = Json, output = Json)]
pub async fn contacts(
    #[server(default)] search: String,
    page: Option<String>,
) -> Result<Page, CallError> {
    super::agent()?
        .contacts(email_agent_api::ContactQuery { search, page })
        .await
        .map_err(CallError::answered)
}
