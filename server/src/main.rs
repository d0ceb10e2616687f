//! The email agent as one program: settings in, pages, workflows and mail out.
//!
//! This file only puts the parts together, in the order in which they need each other, and takes
//! them apart again when the program is asked to stop.

mod attachments;
mod config;
mod contacts;
mod data;
mod doors;
mod engine;
mod errors;
mod export;
mod forms;
mod health;
mod help;
mod installation;
mod language;
mod logging;
mod others;
mod parts;
mod record;
mod restored;
mod routes;
mod safety;
mod settings;
mod sign_in;
mod upload;

use std::sync::Arc;

use anyhow::Context;
use email_agent::service::AgentService;
use email_agent_api::EmailAgent;
use tokio::net::TcpListener;

use crate::{config::Config, engine::Workflows, installation::Installation, sign_in::SignIn};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let config = Config::load()?;
    logging::start(config.log_format);
    let installation = Installation::open(&config.data_dir)?;

    let store = installation.store()?;
    // Before any workflow runs: what is due would leave at once.
    let restored = restored::look(&config.backend, &installation.engine_dir, &store).await?;
    let (preferences, office) =
        parts::office(&config, store.clone(), &installation.secret, restored).await?;
    let registry = Arc::new(email_agent::registry(office.clone())?);
    let workflows = Arc::new(
        Workflows::open(
            &config.backend,
            &installation.engine_dir,
            &installation.secret,
            registry,
        )
        .await?,
    );
    let service = AgentService::new(workflows.client(), office, &installation.secret);
    let service = service.with_attempts(workflows.clone());
    let service = Arc::new(match workflows.worker() {
        Some(worker) => service.with_worker(worker),
        None => service,
    });
    // Both end with the program.
    tokio::spawn(Arc::clone(&service).keep_resuming());
    tokio::spawn({
        let service = Arc::clone(&service);
        async move { service.keep_in_order().await }
    });
    let agent: Arc<dyn EmailAgent> = service;

    let sign_in = SignIn::open(&config, store, Arc::clone(&agent)).await?;
    let data = data::router(data::House::new(
        Arc::clone(&preferences),
        Arc::clone(&agent),
        installation.data_dir.clone(),
    ));
    let house = settings::House {
        preferences,
        workflows: Arc::clone(&workflows),
        agent: Arc::clone(&agent),
    };
    let router = routes::public(
        agent,
        &config.site_root,
        &config.allowed_hosts,
        &sign_in,
        health::router(Arc::clone(&workflows))
            .merge(settings::router(house))
            .merge(data)
            .merge(sign_in::router(sign_in.clone())),
    );
    let listener = TcpListener::bind(config.addr).await.with_context(|| {
        format!(
            "{} is taken: stop the program that has it, or choose another with --addr",
            config.addr
        )
    })?;
    let addr = listener.local_addr()?;
    tracing::info!(%addr, "ready: open http://{addr}");
    axum::serve(listener, router)
        .with_graceful_shutdown(asked_to_stop())
        .await?;

    tracing::info!("stopping: letting what is in flight end");
    workflows.stop().await;
    tracing::info!("stopped; everything is on disk");
    Ok(())
}

/// Ctrl-C, or a supervisor's polite signal.
async fn asked_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    // Without a handler the program can still be killed; everything is on disk.
    let _ = interrupt.await;
}
