//! The email agent: the workflow, its two ports (language model and mail) and their adapters.

pub mod assistant;
pub mod mailer;
