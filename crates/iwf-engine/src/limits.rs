//! Bounds on what requests and worker answers carry and on what a run may grow to.
//!
//! [`check`] measures one message of the protocol, whatever its type, before it is turned into an
//! event; [`run::check`] looks at what an event would make of its run, which only the writer
//! knows. Both are handed [`crate::Limits`] and say what is too much in one sentence.

pub(crate) mod json;
mod message;
mod places;
mod pool;
pub(crate) mod run;

pub(crate) use message::check;
pub(crate) use places::Places;
pub(crate) use pool::{Pool, Pooled, Unread};

/// What is too much, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} has {found} {}, but at most {max} are allowed: {}", .measure.unit(), .measure.advice())]
pub(crate) struct Excess {
    what: &'static str,
    found: usize,
    max: usize,
    pub(crate) measure: Measure,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Measure {
    Value,
    Name,
    Text,
    List,
}

impl Measure {
    fn unit(self) -> &'static str {
        match self {
            Self::Value | Self::Text => "bytes",
            Self::Name => "characters",
            Self::List => "entries",
        }
    }

    fn advice(self) -> &'static str {
        match self {
            Self::Value => "keep large values elsewhere and pass a reference",
            Self::Name => "choose a shorter one",
            Self::Text => "shorten it",
            Self::List => "divide it",
        }
    }
}
