//! What can be done to an email, as functions of values: no clock, no IO, no workflow.
//!
//! Hand edits come in validated and are refused with a sentence where they do not fit
//! ([`edit`]); the assistant's operations are untrusted and are bent or dropped with a note
//! ([`operations`]). Both end in a new version ([`versions`]), and [`warnings`] says what a person
//! should look at before approving it. [`signature`] ends what the assistant has written.

pub(crate) mod compare;
pub(crate) mod edit;
pub(crate) mod language;
pub(crate) mod named;
pub(crate) mod operations;
mod secrets;
pub(crate) mod signature;
pub(crate) mod versions;
pub(crate) mod warnings;
