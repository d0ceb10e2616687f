//! The email agent: the workflow, its two ports (language model and mail) and their adapters.
//!
//! In go a client of any iWF server, an [`assistant::Assistant`], a [`mailer::Mailer`] and
//! [`Settings`]; out come the [`email_agent_api::EmailAgent`] that the pages call and the registry
//! that a worker runs. Rules live in values (`desk`, `email`, `times`, `book`), each tested without
//! a server; `workflow` puts them into states and RPCs, one file each.

pub mod assistant;
pub mod mailer;
pub mod settings;

mod book;
mod conversation;
mod desk;
mod email;
mod policy;
mod times;
mod workflow;

pub use policy::{AssistantRetry, BackOff, Settings};
