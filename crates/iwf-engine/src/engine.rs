//! The engine's in-process interface: one method per endpoint of the protocol.
//!
//! Requests are checked and turned into events here; the writer decides. Reads are answered from
//! what is committed, without the writer.

mod attributes;
mod dump;
mod examine;
mod get;
mod inspect;
mod lifecycle;
mod messages;
mod metrics;
mod open_error;
mod read;
mod reset;
mod rpc;
mod search;
mod timer;
mod wait;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use iwf_engine_core::{Event, Rejection};
use iwf_protocol::ErrorSubStatus;
use tokio::sync::{Semaphore, watch};

use self::examine::Examined;
pub use self::open_error::OpenError;
use self::read::Readers;
use self::rpc::RpcTurns;
use crate::config::EngineConfig;
use crate::driver::{
    Accepted, Cache, Changes, Clock, Closings, Command, Completions, Dispatcher, Links, Mailbox,
    Refusal, Target, WorkerCalls, Writer, WriterHealth,
};
use crate::failure::Failure;
use crate::limits::{self, Measure, Places};
use crate::metrics::{MeasuredCalls, Metrics, count_open_runs};
use crate::store::Folder;
use crate::worker_caller::WorkerCaller;

/// How the engine is, for a readiness check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// False once shutdown has begun or the database refuses writes.
    pub ready: bool,
    /// One sentence that says why not.
    pub problem: Option<String>,
    /// Runs whose stored data proved damaged since the engine opened. They stand still, all
    /// others go on; `iwf-engine check` lists them. A damaged schedule counts as one.
    pub damaged_runs: usize,
}

/// A handle to the open engine; cheap to clone. When the last handle is gone the engine closes
/// without waiting for calls in flight; [`Engine::shutdown`] waits for them.
#[derive(Clone)]
pub struct Engine {
    shared: Arc<Shared>,
}

struct Shared {
    config: EngineConfig,
    mailbox: Mailbox,
    cache: Cache,
    clock: Clock,
    readers: Readers,
    dispatcher: Dispatcher,
    closings: Closings,
    completions: Completions,
    changes: Changes,
    health: WriterHealth,
    metrics: Arc<Metrics>,
    rpc_turns: RpcTurns,
    rpc_places: Arc<Semaphore>,
    rpc_places_by_worker: Places,
    resets: Semaphore,
    long_polls: Semaphore,
    workers: Arc<dyn WorkerCaller>,
    /// Becomes true when shutdown begins.
    is_closing: watch::Sender<bool>,
    writer: Mutex<Option<JoinHandle<()>>>,
}

impl Engine {
    /// Opens the data folder and goes on with everything that is owed.
    ///
    /// # Errors
    ///
    /// The folder is in use, cannot be used, or holds what this program does not know.
    pub async fn open(
        config: EngineConfig,
        workers: Arc<dyn WorkerCaller>,
    ) -> Result<Self, OpenError> {
        let path = config.data_dir.clone();
        let health = WriterHealth::default();
        let opening = tokio::task::spawn_blocking({
            let (folder, health) = (Folder::new(&path), health.clone());
            let bytes_max = config.limits.examined_first_bytes_max;
            move || {
                let store = folder.open()?;
                let examined = examine::examine(&store, bytes_max, &health)?;
                Ok((folder, store, examined))
            }
        });
        let (folder, store, examined) = opening
            .await
            .map_err(|error| OpenError::Thread(std::io::Error::other(error)))?
            .map_err(|error| OpenError::new(&path, error))?;
        let (mailbox, inbox) = Mailbox::new(config.limits.queue_requests_max);
        let clock = Clock::default();
        let cache = Cache::new(&config.limits);
        let metrics = Arc::new(Metrics::new(cache.lookups()));
        let workers: Arc<dyn WorkerCaller> = Arc::new(MeasuredCalls::new(workers, metrics.clone()));
        let links = Links {
            metrics: metrics.clone(),
            cache,
            clock: clock.clone(),
            dispatcher: Dispatcher::new(
                WorkerCalls::new(workers.clone(), clock.clone(), &config.limits),
                mailbox.clone(),
                &config.limits,
            ),
            closings: Closings::default(),
            completions: Completions::default(),
            changes: Changes::default(),
            health,
            retention: config.retention,
        };
        let shared = Shared {
            mailbox,
            cache: links.cache.clone(),
            clock,
            readers: Readers::new(folder.clone(), &config.limits),
            dispatcher: links.dispatcher.clone(),
            closings: links.closings.clone(),
            completions: links.completions.clone(),
            changes: links.changes.clone(),
            health: links.health.clone(),
            metrics,
            rpc_turns: RpcTurns::default(),
            resets: Semaphore::new(reset::AT_A_TIME),
            rpc_places: Arc::new(Semaphore::new(config.limits.rpcs_max)),
            rpc_places_by_worker: Places::new(config.limits.rpcs_per_worker_max),
            long_polls: Semaphore::new(config.limits.long_polls_max),
            workers,
            is_closing: watch::Sender::new(false),
            writer: Mutex::default(),
            config,
        };
        let counted = shared.readers.folder().reader().map_err(Into::into);
        let counted = counted.and_then(|reader| count_open_runs(reader, &shared.metrics));
        counted.map_err(|error| OpenError::unreadable(&path, error))?;
        let limits = shared.config.limits.clone();
        let writer = Writer::new(store, inbox, limits, links)
            .map_err(|error| OpenError::unreadable(&path, error))?;
        let thread = std::thread::Builder::new()
            .name("iwf-writer".to_owned())
            .spawn(move || writer.run())
            .map_err(OpenError::Thread)?;
        if examined == Examined::NotYet {
            examine::start(folder, shared.health.clone(), shared.is_closing.subscribe())?;
        }
        *shared.writer.lock().unwrap_or_else(PoisonError::into_inner) = Some(thread);
        Ok(Self {
            shared: Arc::new(shared),
        })
    }

    /// Takes no more work, lets calls in flight end within `grace`, and hands back the rest: the
    /// next engine on this folder goes on with them.
    pub async fn shutdown(&self, grace: Duration) {
        self.shared.is_closing.send_replace(true);
        self.shared.dispatcher.close(grace).await;
        self.shared.mailbox.tell(Command::Stop);
        let writer = {
            let mut writer = self
                .shared
                .writer
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            writer.take()
        };
        if let Some(writer) = writer {
            let joined = tokio::task::spawn_blocking(move || writer.join()).await;
            if !matches!(joined, Ok(Ok(()))) {
                tracing::error!("the writer ended badly; what it had answered is on disk");
            }
        }
    }

    /// Where its data is.
    pub(crate) fn data_dir(&self) -> &Path {
        &self.shared.config.data_dir
    }

    /// For a readiness check; costs nothing.
    #[must_use]
    pub fn health(&self) -> Health {
        let problem = if *self.shared.is_closing.borrow() {
            Some("the engine is shutting down".to_owned())
        } else {
            self.shared.health.problem()
        };
        Health {
            ready: problem.is_none(),
            problem,
            damaged_runs: self.shared.health.damaged_runs(),
        }
    }

    /// Has the writer apply an event to a run that must be running.
    async fn write(&self, address: &Address, event: Event) -> Result<Accepted, Failure> {
        let target = address.target()?;
        self.check_open()?;
        let accepted = self.shared.mailbox.event(target, event).await;
        accepted.map_err(|refusal| refused(refusal, &address.workflow_id))
    }

    fn check_open(&self) -> Result<(), Failure> {
        if *self.shared.is_closing.borrow() {
            return Err(shutting_down());
        }
        Ok(())
    }

    /// Refuses a request that carries more than the limits allow.
    fn check(&self, request: &impl serde::Serialize) -> Result<(), Failure> {
        limits::check(request, &self.shared.config.limits).map_err(|excess| {
            // What is no value but merely wrong stays a bad request, as on the real server.
            let status = match excess.measure {
                Measure::Name => 400,
                Measure::Value | Measure::Text | Measure::List => 413,
            };
            Failure::new(
                status,
                Some(ErrorSubStatus::Uncategorized),
                excess.to_string(),
            )
        })
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.mailbox.tell(Command::Stop);
    }
}

/// The run a request is for.
struct Address {
    workflow_id: String,
    run_id: Option<String>,
}

impl Address {
    fn new(workflow_id: &str, run_id: Option<&str>) -> Self {
        Self {
            workflow_id: workflow_id.to_owned(),
            run_id: run_id.filter(|id| !id.is_empty()).map(Into::into),
        }
    }

    fn run_id(&self) -> Result<Option<iwf_engine_core::RunId>, Failure> {
        if self.workflow_id.is_empty() {
            return Err(Failure::not_exists("WorkflowId is not set on request."));
        }
        match &self.run_id {
            None => Ok(None),
            Some(text) => iwf_engine_core::RunId::parse(text)
                .map(Some)
                .ok_or_else(|| Failure::internal("Invalid RunId.")),
        }
    }

    fn target(&self) -> Result<Target, Failure> {
        Ok(Target::Workflow {
            run_id: self.run_id()?,
            workflow_id: self.workflow_id.as_str().into(),
        })
    }
}

/// The one place where the writer's refusals become answers.
fn refused(refusal: Refusal, workflow_id: &str) -> Failure {
    match refusal {
        Refusal::NoSuchWorkflow => {
            Failure::not_exists(format!("workflow not found for ID: {workflow_id}"))
        }
        Refusal::NoSuchRun => Failure::not_exists(format!(
            "workflow {workflow_id} has no such run: leave the run id out to reach the current one"
        )),
        Refusal::Rejected(Rejection::NotRunning) => Failure::not_exists(format!(
            "workflow {workflow_id} is closed: a closed run cannot be changed"
        )),
        Refusal::Rejected(Rejection::NoSuchTimer) => Failure::invalid(
            "the timer command doesn't exist or is not pending: look at the state execution id and the timer",
        ),
        Refusal::Rejected(Rejection::Locked) => Failure::locked(
            "requested data or search attributes are being locked by other operations: try again later",
        ),
        Refusal::RunFull(full) => {
            let failure = Failure::new(
                if full.what.may_pass() { 429 } else { 413 },
                Some(ErrorSubStatus::Uncategorized),
                format!("workflow {workflow_id} is full: {full}"),
            );
            Failure {
                retry_after: full.what.may_pass().then_some(Duration::from_secs(1)),
                ..failure
            }
        }
        Refusal::AlreadyStarted => Failure::already_started(format!(
            "workflow {workflow_id} is already started: choose another id, or a reuse policy that allows it"
        )),
        Refusal::Overtaken => Failure::overloaded(
            "the run changed too much while it was being reset: nothing happened, try again",
        ),
        Refusal::Misfit(misfit) => Failure::internal(misfit.to_string()),
        Refusal::Overloaded => {
            Failure::overloaded("too many requests are waiting: try again in a second")
        }
        Refusal::ShuttingDown => shutting_down(),
        Refusal::Damaged(damage) => {
            Failure::internal(format!("workflow {workflow_id} cannot go on: {damage}"))
        }
        Refusal::Storage(error) => {
            tracing::error!(workflow.id = workflow_id, %error, "a request could not be stored");
            Failure::overloaded(
                "the engine could not store the request: nothing happened, try again",
            )
        }
    }
}

fn shutting_down() -> Failure {
    Failure::overloaded("the engine is shutting down: nothing happened, try again")
}
