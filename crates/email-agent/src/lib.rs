//! The email agent: the workflow, its two ports (language model and mail) and their adapters.
//!
//! In go a client of any iWF server, an [`assistant::Assistant`], a [`mailer::Mailer`] and
//! [`Settings`]; out come the [`email_agent_api::EmailAgent`] that the pages call and the registry
//! that a worker runs. Rules live in values (`desk`, `email`, `times`, `book`), each tested without
//! a server; `workflow` puts them into states and RPCs, one file each.

#![allow(
    clippy::missing_errors_doc,
    reason = "inside the workspace the error types say what can fail"
)]

pub mod assistant;
pub mod mailer;
pub mod service;
pub mod settings;

mod book;
mod conversation;
mod desk;
mod email;
mod policy;
mod times;
mod workflow;

use std::sync::Arc;

pub use policy::{AssistantRetry, BackOff, Settings};

/// What a worker runs: the workflow over these two ports.
pub fn registry(
    assistant: Arc<dyn assistant::Assistant>,
    mailer: Arc<dyn mailer::Mailer>,
    settings: Settings,
) -> Result<iwf::Registry, iwf::DefinitionError> {
    iwf::Registry::new().add(workflow::EmailAgentWorkflow::new(
        assistant, mailer, settings,
    ))
}
