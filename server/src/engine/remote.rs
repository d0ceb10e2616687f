//! An iWF server elsewhere: our client speaks HTTP to it, and it speaks HTTP to our worker, which
//! has a listener of its own. The path of the worker's address is a shared secret, since iWF servers
//! send no credentials.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::Context;
use axum::Router;
use iwf::{Backend, HttpBackend, Worker};
use secrecy::{ExposeSecret, SecretString};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

const HEALTH_TIMEOUT: Duration = Duration::from_secs(3);

/// The connection to the server, and our worker's listener.
pub(crate) struct Remote {
    backend: Arc<HttpBackend>,
    /// Scheme, host and port: an address may hold a password.
    name: String,
    health_url: String,
    http: reqwest::Client,
    stop: watch::Sender<bool>,
    worker: tokio::sync::Mutex<Option<JoinHandle<()>>>,
}

/// How the server reaches our worker: as set, or the worker's address with a path that only this
/// installation knows. Each run keeps it from its start, so it must survive restarts.
pub(crate) fn worker_url(set: Option<&str>, addr: SocketAddr, secret: &SecretString) -> String {
    match set {
        Some(url) => url.trim_end_matches('/').to_owned(),
        None => format!("http://{addr}/{}", &secret.expose_secret()[..32]),
    }
}

impl Remote {
    pub(crate) async fn open(
        url: &str,
        token: Option<&SecretString>,
        worker: Worker,
        worker_addr: SocketAddr,
        worker_url: &str,
    ) -> anyhow::Result<Self> {
        let backend = HttpBackend::new(url).context("IWF_SERVER_URL cannot be used")?;
        let backend = match token {
            Some(token) => backend
                .bearer(token.expose_secret())
                .context("IWF_SERVER_TOKEN cannot be used")?,
            None => backend,
        };
        let path = reqwest::Url::parse(worker_url)
            .with_context(
                || "IWF_WORKER_URL is no address: write it as http://host:port/secret-path",
            )?
            .path()
            .trim_end_matches('/')
            .to_owned();
        let calls = worker.router::<()>();
        let router = if path.is_empty() {
            calls
        } else {
            Router::new().nest(&path, calls)
        };
        let listener = TcpListener::bind(worker_addr).await.with_context(|| {
            format!("the worker cannot listen on {worker_addr}: free that address or set IWF_WORKER_ADDR")
        })?;
        let (stop, mut stopped) = watch::channel(false);
        let served = axum::serve(listener, router).with_graceful_shutdown(async move {
            // An error means that the sender is gone, which is also a reason to stop.
            let _ = stopped.wait_for(|stop| *stop).await;
        });
        let worker = tokio::spawn(async move {
            if let Err(error) = served.await {
                tracing::error!(%error, "the worker's listener failed");
            }
        });
        tracing::info!(server = url, worker = %worker_addr, "workflows run on an iWF server");
        Ok(Self {
            backend: Arc::new(backend),
            name: reqwest::Url::parse(url)
                .map(|url| url.origin().ascii_serialization())
                .unwrap_or_default(),
            health_url: format!("{}/info/healthcheck", url.trim_end_matches('/')),
            http: reqwest::Client::builder().timeout(HEALTH_TIMEOUT).build()?,
            stop,
            worker: tokio::sync::Mutex::new(Some(worker)),
        })
    }

    pub(crate) fn backend(&self) -> Arc<dyn Backend> {
        Arc::clone(&self.backend) as _
    }

    /// The server, for people.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) async fn problem(&self) -> Option<String> {
        match self.http.get(&self.health_url).send().await {
            Ok(answer) if answer.status().is_success() => None,
            Ok(answer) => Some(format!(
                "the iWF server answers {} to its health check",
                answer.status()
            )),
            Err(_) => Some(
                "the iWF server cannot be reached: start it, or correct IWF_SERVER_URL".to_owned(),
            ),
        }
    }

    pub(crate) async fn stop(&self, grace: Duration) {
        self.stop.send_replace(true);
        if let Some(worker) = self.worker.lock().await.take()
            && tokio::time::timeout(grace, worker).await.is_err()
        {
            tracing::warn!("worker calls were cut off; the iWF server will make them again");
        }
    }
}
