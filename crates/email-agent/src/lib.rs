//! The email agent: the workflow, its three ports (language model, mail, files) and their adapters.
//!
//! In go a client of any iWF server and an [`Office`] (an [`assistant::Assistant`], a
//! [`mailer::Mailer`], [`files::Files`] and [`Settings`]); out come the [`email_agent_api::EmailAgent`] that the pages call and the registry
//! that a worker runs. Rules live in values (`desk`, `email`, `times`, `book`), each tested without
//! a server; `workflow` puts them into states and RPCs, one file each.

#![allow(
    clippy::missing_errors_doc,
    reason = "inside the workspace the error types say what can fail"
)]

pub mod assistant;
pub mod drill;
pub mod files;
pub mod mailer;
pub mod preferences;
pub mod pulse;
pub mod service;
pub mod settings;

mod book;
mod contacts;
mod conversation;
mod desk;
mod email;
mod office;
mod policy;
mod readings;
mod times;
mod workflow;

pub use office::Office;
pub use policy::{AssistantRetry, BackOff, LiveSettings, Restored, Settings};

/// The names of all time zones, as the table of this program writes them.
#[must_use]
pub fn zone_names() -> Vec<&'static str> {
    chrono_tz::TZ_VARIANTS
        .iter()
        .map(|zone| zone.name())
        .collect()
}

/// What a worker runs: the workflow in this office.
pub fn registry(office: Office) -> Result<iwf::Registry, iwf::DefinitionError> {
    iwf::Registry::new().add(workflow::EmailAgentWorkflow::new(office))
}
