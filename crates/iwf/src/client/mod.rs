//! The client: starts workflows, calls them, reads them, waits for them.
//!
//! A [`Client`] speaks to a [`Backend`], which is a server over HTTP or an engine in this process;
//! nothing else changes between the two. A [`WorkflowRef`] is one workflow, by id.

mod attributes;
mod backend;
mod error;
mod http;
mod messages;
mod operate;
mod outcome;
mod search;
mod start;

pub use attributes::{Attributes, DataUpdate};
pub use backend::{Backend, BackendError};
pub use error::{ApiError, ClosedStatus};
pub use http::{HttpBackend, HttpConfigError};
pub use operate::{Reset, ResetTo, Stop, TimerAt};
pub use outcome::{Description, Output, RunStatus};
pub use search::{Found, SearchPages, quote};

use crate::{Contract, Registry, registry::DynWorkflow};
use std::{marker::PhantomData, sync::Arc, time::Duration};

/// Starts and finds workflows. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    backend: Arc<dyn Backend>,
    registry: Arc<Registry>,
    worker_url: String,
    lock_patience: Duration,
}

impl Client {
    /// Over this backend. The registry tells how each workflow starts; `worker_url` is where the
    /// server finds the worker of what is started here.
    #[must_use]
    pub fn new(
        backend: Arc<dyn Backend>,
        registry: Arc<Registry>,
        worker_url: impl Into<String>,
    ) -> Self {
        let lock_patience = Duration::from_secs(2);
        Client {
            backend,
            registry,
            worker_url: worker_url.into(),
            lock_patience,
        }
    }
    /// How long an RPC that cannot have its locks is tried again (2 s unless given). Nothing has
    /// happened on a refused try, so trying again is safe.
    #[must_use]
    pub fn lock_patience(mut self, patience: Duration) -> Self {
        self.lock_patience = patience;
        self
    }
    /// The workflow of this id, whether it exists or not. Needs the contract only.
    #[must_use]
    pub fn workflow<C: Contract>(&self, id: &str) -> WorkflowRef<C> {
        WorkflowRef {
            client: self.clone(),
            id: id.to_owned(),
            run_id: None,
            cached_reads: self
                .registry
                .get(C::TYPE)
                .is_some_and(DynWorkflow::cached_reads),
            _contract: PhantomData,
        }
    }
    /// The backend, for calls that have no typed form.
    #[must_use]
    pub fn backend(&self) -> &dyn Backend {
        self.backend.as_ref()
    }
}
impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("worker_url", &self.worker_url)
            .finish_non_exhaustive()
    }
}

/// One workflow, by id: its current run unless a run is named.
///
/// ```no_run
/// # use iwf::{*, doc_example::*};
/// # async fn look(client: Client) -> Result<(), ApiError> {
/// let reminder = client.workflow::<Reminder>("reminder-1");
/// let note: Option<String> = reminder.read(NOTE).await?;
/// let same: Option<String> = reminder.call(Look).await?;
/// reminder.publish(DONE, "tea".to_owned()).await?;
/// match reminder.result().await {
///     Ok(word) => assert_eq!(word, "tea"),
///     Err(ApiError::Uncompleted { message, .. }) => eprintln!("ended early: {message:?}"),
///     Err(other) => return Err(other),
/// }
/// # Ok(())
/// # }
/// ```
pub struct WorkflowRef<C> {
    client: Client,
    id: String,
    run_id: Option<String>,
    cached_reads: bool,
    _contract: PhantomData<fn() -> C>,
}

impl<C: Contract> WorkflowRef<C> {
    /// The caller's name for the workflow.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }
    /// One run instead of the current one. Run ids go stale when a workflow goes on as a new run:
    /// name one only to look at the past.
    #[must_use]
    pub fn run(mut self, run_id: impl Into<String>) -> Self {
        self.run_id = Some(run_id.into());
        self
    }
    fn backend(&self) -> &dyn Backend {
        self.client.backend.as_ref()
    }
}
impl<C> Clone for WorkflowRef<C> {
    fn clone(&self) -> Self {
        WorkflowRef {
            client: self.client.clone(),
            id: self.id.clone(),
            run_id: self.run_id.clone(),
            cached_reads: self.cached_reads,
            _contract: PhantomData,
        }
    }
}
impl<C> std::fmt::Debug for WorkflowRef<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WorkflowRef")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
