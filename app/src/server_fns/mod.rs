//! The HTTP interface, for the pages and for scripts alike: JSON in, JSON out, at fixed addresses
//! below `/api/ai-agent/`.
//!
//! Each function parses what came in, hands it to the [`EmailAgent`] that the server provides by
//! context, and answers with a typed error whose code decides the HTTP status. No rules live here.

mod arrange;
mod command;
mod compare;
mod contacts;
mod describe;
mod duplicate;
mod erase_contact;
mod erase_contacts;
mod info;
mod list;
mod on_hold;
mod read_back;
mod release;
mod remember_contacts;
mod remove_request;
mod resolve_time;
mod safety;
mod save_contact;
mod save_draft;
mod save_safety;
mod send_request;
mod start;
mod timeline;

pub use arrange::{ArrangeCall, arrange};
pub use command::{CommandCall, command};
pub use compare::{CompareCall, compare};
pub use contacts::{ContactsCall, contacts};
pub use describe::{Describe, describe};
pub use duplicate::{Duplicate, duplicate};
pub use erase_contact::{EraseContact, erase_contact};
pub use erase_contacts::{EraseContacts, erase_contacts};
pub use info::{Info, info};
pub use list::{List, list};
pub use on_hold::{OnHoldCall, on_hold};
pub use read_back::{ReadBack, read_back};
pub use release::{ReleaseCall, release};
pub use remember_contacts::{RememberContacts, remember_contacts};
pub use remove_request::{RemoveRequest, remove_request};
pub use resolve_time::{ResolveTime, resolve_time};
pub use safety::{SafetyCall, safety};
pub use save_contact::{SaveContactCall, save_contact};
pub use save_draft::{SaveDraft, save_draft};
pub use save_safety::{SaveSafetyCall, save_safety};
pub use send_request::{SendRequest, send_request};
pub use start::{Start, start};
pub use timeline::{ReadTimeline, timeline};

#[cfg(feature = "ssr")]
use std::sync::Arc;

#[cfg(feature = "ssr")]
use email_agent_api::{AgentError, EmailAgent, ErrorCode};

#[cfg(feature = "ssr")]
use crate::CallError;

/// The agent that the server has provided.
#[cfg(feature = "ssr")]
fn agent() -> Result<Arc<dyn EmailAgent>, CallError> {
    leptos::prelude::use_context().ok_or_else(|| {
        CallError::answered(AgentError::new(
            ErrorCode::Internal,
            "The server was started without its email agent: tell whoever runs it.",
        ))
    })
}

/// Parses one address, or answers with why it is none; `field` is where it came in.
#[cfg(feature = "ssr")]
fn recipient(field: &str, text: &str) -> Result<email_agent_api::Recipient, CallError> {
    let wrong = |error: email_agent_api::RecipientError| {
        CallError::answered(AgentError::bad_input(field, error.to_string()))
    };
    text.parse().map_err(wrong)
}

/// Parses an id or a key, or answers with why it is none.
#[cfg(feature = "ssr")]
fn parse<T: std::str::FromStr<Err = AgentError>>(text: &str) -> Result<T, CallError> {
    text.parse().map_err(CallError::answered)
}
