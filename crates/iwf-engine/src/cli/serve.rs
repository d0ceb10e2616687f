//! `iwf-engine serve`: open the engine, serve the REST API, and leave in good order.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use iwf_engine::rest::{self, RestConfig, Token};
use iwf_engine::worker_http::{HttpWorkers, WorkerHttpConfig};
use iwf_engine::{Engine, EngineConfig};
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::{Serve, environment, log};

pub(super) fn run(arguments: &Serve) -> anyhow::Result<()> {
    log::start(&arguments.log, arguments.log_format)?;
    let token = environment::token()?;
    let allowed = &arguments.worker_url_allow;
    if !arguments.addr.ip().is_loopback() && (token.is_none() || allowed.is_empty()) {
        bail!(
            "{} can be reached from other machines, and whoever starts a workflow says where the engine calls: set IWF_ENGINE_TOKEN, and name the workers that it may call with --worker-url-allow, or listen on 127.0.0.1",
            arguments.addr
        );
    }
    let workers = HttpWorkers::new(WorkerHttpConfig {
        allowed: (!allowed.is_empty()).then(|| allowed.clone()),
        rewrite: environment::url_rewrite()?,
        state_headers: environment::state_headers()?,
        ..WorkerHttpConfig::default()
    })?;
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the runtime cannot start")?
        .block_on(serve(arguments, token, workers))
}

async fn serve(
    arguments: &Serve,
    token: Option<Token>,
    workers: HttpWorkers,
) -> anyhow::Result<()> {
    // The signals are heard before anything can be interrupted.
    let stop = stop_signal()?;
    let listener = TcpListener::bind(arguments.addr)
        .await
        .with_context(|| format!("cannot listen on {}: choose another --addr", arguments.addr))?;
    let addr = listener.local_addr()?;
    let mut config = EngineConfig::new(&arguments.data_dir);
    config.limits = arguments.limits.engine();
    config.api_max_wait = Duration::from_secs(arguments.max_wait_seconds);
    config.retention = arguments
        .retention_days
        .map(|days| Duration::from_secs(days * 24 * 60 * 60));
    let engine = Engine::open(config, Arc::new(workers)).await?;
    let router = rest::router(
        engine.clone(),
        RestConfig {
            token,
            ..arguments.limits.rest()
        },
    );
    tracing::info!(%addr, data_dir = %arguments.data_dir.display(), "listening on http://{addr}");

    let grace = Duration::from_secs(arguments.shutdown_seconds);
    // Together: requests in progress end because the engine ends their waiting.
    let (all_finished, ()) = tokio::join!(
        rest::serve(
            listener,
            router,
            arguments.limits.connections(),
            stopped(stop.clone()),
            grace
        ),
        async {
            stopped(stop).await;
            tracing::info!("shutting down");
            engine.shutdown(grace).await;
        }
    );
    if !all_finished {
        tracing::warn!("some requests were cut off: their callers may safely ask again");
    }
    tracing::info!("stopped");
    Ok(())
}

/// Becomes true at the first SIGINT or SIGTERM. At the second the process ends at once, which
/// loses nothing that was answered: the next start recovers.
fn stop_signal() -> anyhow::Result<watch::Receiver<bool>> {
    let (sender, receiver) = watch::channel(false);
    let mut signals = Signals::listen()?;
    tokio::spawn(async move {
        signals.next().await;
        sender.send_replace(true);
        signals.next().await;
        tracing::warn!("stopping at once");
        std::process::exit(130);
    });
    Ok(receiver)
}

async fn stopped(mut stop: watch::Receiver<bool>) {
    // An error means the listener for signals is gone, and with it the way to stop in order.
    drop(stop.wait_for(|stop| *stop).await);
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> anyhow::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    #[allow(clippy::unnecessary_wraps, reason = "the same face as on Unix")]
    fn listen() -> anyhow::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        drop(tokio::signal::ctrl_c().await);
    }
}
