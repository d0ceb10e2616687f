//! What a run may grow to.
//!
//! Looked at by the writer after an event, before anything is stored: only then is it known what
//! the run holds. A run that is beyond a limit already, since the limit was lowered, may go on as long as
//! it does not grow in that respect; and ending is always allowed.

use iwf_engine_core::Run;

use crate::Limits;

/// The event would make the run larger than it may be. Nothing of it happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the run would have {found} {what}, but at most {max} are allowed: {}", .what.advice())]
pub(crate) struct RunFull {
    pub(crate) what: Part,
    found: usize,
    max: usize,
}

/// What a run has too much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Messages,
    Executions,
    DataAttributes,
    SearchAttributeBytes,
    Bytes,
}

impl Part {
    const ALL: [Self; 5] = [
        Self::Messages,
        Self::Executions,
        Self::DataAttributes,
        Self::SearchAttributeBytes,
        Self::Bytes,
    ];

    fn measure(self, run: &Run) -> usize {
        match self {
            Self::Messages => run.channels.message_count(),
            Self::Executions => run.executions.len() + run.head.queued.len(),
            Self::DataAttributes => run.data_attributes.len(),
            Self::SearchAttributeBytes => run.search_attribute_bytes(),
            Self::Bytes => run.size_bytes(),
        }
    }

    fn max(self, limits: &Limits) -> usize {
        match self {
            Self::Messages => limits.messages_per_run_max,
            Self::Executions => limits.executions_per_run_max,
            Self::DataAttributes => limits.data_attributes_per_run_max,
            Self::SearchAttributeBytes => limits.search_attribute_bytes_per_run_max,
            Self::Bytes => limits.run_bytes_max,
        }
    }

    /// Whether the run itself makes room by going on.
    pub(crate) fn may_pass(self) -> bool {
        matches!(self, Self::Messages | Self::Executions)
    }

    fn advice(self) -> &'static str {
        match self {
            Self::Messages => "let the workflow take messages before more are sent",
            Self::Executions => "let state executions end before more are started",
            Self::DataAttributes => "keep several values in one attribute",
            Self::SearchAttributeBytes => "index less, and keep the rest in data attributes",
            Self::Bytes => "keep large values elsewhere and pass references",
        }
    }
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Messages => "messages waiting",
            Self::Executions => "state executions in progress",
            Self::DataAttributes => "data attributes",
            Self::SearchAttributeBytes => "bytes in search attributes",
            Self::Bytes => "bytes in values",
        })
    }
}

/// Whether a run may become what an event made of it.
pub(crate) fn check(before: &Run, after: &Run, limits: &Limits) -> Result<(), RunFull> {
    if !after.is_running() {
        return Ok(());
    }
    for what in Part::ALL {
        let (found, max) = (what.measure(after), what.max(limits));
        if found > max && found > what.measure(before) {
            return Err(RunFull { what, found, max });
        }
    }
    Ok(())
}
