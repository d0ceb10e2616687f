//! What runs the workflows: the embedded engine in this process, or an iWF server elsewhere.
//!
//! Here the SDK and the engine are joined; neither knows the other. Whatever is chosen, the rest of
//! the program holds an `iwf::Client` and cannot tell.

mod attempts;
mod in_process_backend;
mod in_process_worker;
mod mortal;
mod remote;

use std::{path::Path, sync::Arc, time::Duration};

use anyhow::Context;
use email_agent::drill::WorkerDrill;
use iwf::{Client, Registry, Worker};
use iwf_engine::{Engine, EngineConfig};
use secrecy::SecretString;

use crate::config::BackendConfig;
use in_process_backend::InProcessBackend;
use in_process_worker::{IN_PROCESS_URL, InProcessWorker};

/// How long calls in flight may take to end when the program stops. A mail exchange that is cut off
/// would leave its email "unsure".
const STOP_GRACE: Duration = Duration::from_secs(20);

/// The running workflows.
pub(crate) struct Workflows {
    client: Client,
    kind: Kind,
}

enum Kind {
    Embedded(Engine, Arc<InProcessWorker>),
    Remote(remote::Remote),
}

impl Workflows {
    /// Opens the engine, or connects to the server and serves the worker for it.
    pub(crate) async fn open(
        config: &BackendConfig,
        engine_dir: &Path,
        secret: &SecretString,
        registry: Arc<Registry>,
    ) -> anyhow::Result<Self> {
        match config {
            BackendConfig::Embedded => {
                let workers = Arc::new(InProcessWorker::new(Arc::clone(&registry)));
                let engine = Engine::open(EngineConfig::new(engine_dir), Arc::clone(&workers) as _)
                    .await
                    .context("the workflow engine did not open")?;
                let backend = Arc::new(InProcessBackend::new(engine.clone()));
                let client = Client::new(backend, registry, IN_PROCESS_URL);
                Ok(Self {
                    client,
                    kind: Kind::Embedded(engine, workers),
                })
            }
            BackendConfig::Server {
                url,
                token,
                worker_addr,
                worker_url,
            } => {
                let worker_url = remote::worker_url(worker_url.as_deref(), *worker_addr, secret);
                let worker = Worker::new(Arc::clone(&registry));
                let remote =
                    remote::Remote::open(url, token.as_ref(), worker, *worker_addr, &worker_url)
                        .await?;
                let client = Client::new(remote.backend(), registry, worker_url);
                Ok(Self {
                    client,
                    kind: Kind::Remote(remote),
                })
            }
        }
    }

    /// Starts, calls and reads workflows.
    pub(crate) fn client(&self) -> Client {
        self.client.clone()
    }

    /// The worker of this process, for the fault drill. That of a server elsewhere is left alone: the
    /// server could not tell a drill from a fault that somebody must look after.
    pub(crate) fn worker(&self) -> Option<Arc<dyn WorkerDrill>> {
        match &self.kind {
            Kind::Embedded(_, worker) => Some(Arc::clone(worker) as _),
            Kind::Remote(_) => None,
        }
    }

    /// What runs the workflows, for people.
    pub(crate) fn mode(&self) -> String {
        match &self.kind {
            Kind::Embedded(..) => {
                email_agent_api::to_say("The embedded engine, in this program.").to_owned()
            }
            Kind::Remote(remote) => format!("The iWF server {}.", remote.name()),
        }
    }

    /// Why work cannot be done now, if so.
    pub(crate) async fn problem(&self) -> Option<String> {
        match &self.kind {
            Kind::Embedded(engine, _) => {
                let health = engine.health();
                (!health.ready).then(|| {
                    health
                        .problem
                        .unwrap_or_else(|| "the engine is not ready".to_owned())
                })
            }
            Kind::Remote(remote) => remote.problem().await,
        }
    }

    /// Lets what is in flight end, then closes.
    pub(crate) async fn stop(&self) {
        match &self.kind {
            Kind::Embedded(engine, _) => engine.shutdown(STOP_GRACE).await,
            Kind::Remote(remote) => remote.stop(STOP_GRACE).await,
        }
    }
}
