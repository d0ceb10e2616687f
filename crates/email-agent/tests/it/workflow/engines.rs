//! What runs the workflows of a test: the embedded engine, or the iWF server that
//! `IWF_TEST_SERVER_URL` names (`iwf-engine serve`, or iWF on Temporal), which must pass the same.

use std::{io::ErrorKind, net::SocketAddr, path::Path, sync::Arc, time::Duration};

use email_agent::drill::WorkerDrill;
use iwf::{Client, HttpBackend, Registry, Worker};
use iwf_engine::{Engine, EngineConfig};
use tokio::{net::TcpListener, runtime::Runtime};

#[path = "../../../../../server/src/engine/in_process_backend.rs"]
#[allow(
    unreachable_pub,
    reason = "a file of the server, which joins engine and SDK in the same way"
)]
mod in_process_backend;
#[path = "../../../../../server/src/engine/in_process_worker.rs"]
#[allow(
    unreachable_pub,
    reason = "a file of the server, which joins engine and SDK in the same way"
)]
mod in_process_worker;
#[path = "../../../../../server/src/engine/mortal.rs"]
mod mortal;

/// The running workflows.
pub(crate) enum Running {
    Here(Engine, Arc<in_process_worker::InProcessWorker>),
    There {
        /// The worker has threads of its own, so that it can be killed with all its connections.
        worker: Runtime,
        addr: SocketAddr,
    },
}

impl Running {
    /// Opens what is asked for. `before` is where the worker listened before a restart.
    pub(crate) async fn open(
        folder: &Path,
        before: Option<SocketAddr>,
        registry: Arc<Registry>,
    ) -> (Self, Client) {
        match server_url() {
            None => here(folder, registry).await,
            Some(url) => there(&url, before, registry).await,
        }
    }

    /// Ends without giving what is in flight any time. Where the worker listened, if it did.
    pub(crate) async fn kill(self) -> Option<SocketAddr> {
        match self {
            Self::Here(engine, _) => {
                engine.shutdown(Duration::ZERO).await;
                None
            }
            Self::There { worker, addr } => {
                worker.shutdown_background();
                Some(addr)
            }
        }
    }

    /// The worker of this process; none if the engine is elsewhere.
    pub(crate) fn worker(&self) -> Option<Arc<dyn WorkerDrill>> {
        match self {
            Self::Here(_, worker) => Some(Arc::clone(worker) as _),
            Self::There { .. } => None,
        }
    }

    /// For tests that end with the house still open: a runtime may not be dropped in async code.
    pub(crate) fn leave(self) {
        if let Self::There { worker, .. } = self {
            worker.shutdown_background();
        }
    }
}

/// The server that other tests may be using too, if there is one.
pub(crate) fn server_url() -> Option<String> {
    std::env::var("IWF_TEST_SERVER_URL").ok()
}

async fn here(folder: &Path, registry: Arc<Registry>) -> (Running, Client) {
    let worker = in_process_worker::InProcessWorker::new(Arc::clone(&registry));
    let worker = Arc::new(worker);
    let config = EngineConfig::new(folder.join("engine"));
    let engine = Engine::open(config, Arc::clone(&worker) as _)
        .await
        .unwrap();
    let backend = Arc::new(in_process_backend::InProcessBackend::new(engine.clone()));
    let client = Client::new(backend, registry, in_process_worker::IN_PROCESS_URL);
    (Running::Here(engine, worker), client)
}

async fn there(
    url: &str,
    before: Option<SocketAddr>,
    registry: Arc<Registry>,
) -> (Running, Client) {
    let worker = Worker::new(Arc::clone(&registry));
    let addr = before.unwrap_or_else(|| ([127, 0, 0, 1], 0).into());
    // The killed worker lets go of its address a moment later.
    let listener = loop {
        match TcpListener::bind(addr).await {
            Ok(listener) => break listener.into_std().unwrap(),
            Err(error) if before.is_some() && error.kind() == ErrorKind::AddrInUse => {
                tokio::task::yield_now().await;
            }
            Err(error) => panic!("the worker cannot listen: {error}"),
        }
    };
    let addr = listener.local_addr().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    runtime.spawn(async move {
        let listener = TcpListener::from_std(listener).unwrap();
        axum::serve(listener, worker.router::<()>()).await.unwrap();
    });
    let backend = Arc::new(HttpBackend::new(url).unwrap());
    let client = Client::new(backend, registry, format!("http://{addr}"));
    let worker = runtime;
    (Running::There { worker, addr }, client)
}
