//! The adapters and the whole workflow, through their public interfaces, against real servers and on
//! the real engine.
#![cfg(test)]

mod assistant_openai;
mod mailer_message;
mod mailer_outbox;
mod mailer_smtp;
mod mailer_trial;
mod support;
mod workflow;
