//! What can be seen of runs, without touching them: a list, and everything about one.
//!
//! The model is made from committed rows through a read connection, so it costs the writer
//! nothing. It serves [`crate::Engine::inspect`] in process, `GET /api/v1/inspect/…` and the page
//! at `/ui` over HTTP, and, through [`DataFolder`], commands that look at a data folder from
//! outside, whether an engine serves it or not. Names are the field's; JSON keys are the fields'
//! names in camel case. Values of users are shown on demand only, and cut.

mod data_folder;
mod details;
mod failing;
mod instant;
mod run;
mod runs;
mod state_execution;
mod timeline;
mod value;

pub use data_folder::{DataFolder, ReadError};
pub(crate) use details::details;
pub use run::{
    Attribute, Channel, ChannelKind, Failing, InspectOptions, Outcome, Output, RunDetails,
    SearchAttribute, WorkflowRetry,
};
pub use runs::{RunSummary, RunsPage, RunsRequest};
pub(crate) use runs::{page, search};
pub use state_execution::{Api, AwaitedChannel, Phase, StateExecution, Timer, Trigger};
pub use timeline::{Timeline, TimelineEntry};
pub use value::Value;
