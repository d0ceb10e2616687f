//! The iWF REST API over an [`Engine`]: paths, JSON in and out, statuses and error bodies as the
//! real server gives them, and nothing else.
//!
//! Beside it, for those who look after the engine: health checks and what can be seen of runs.
//!
//! Every change of state is a POST. A request that carries an `Origin` header is refused: the
//! API serves SDKs, not web pages, and a page elsewhere must not reach an engine on loopback
//! through its visitor's browser. All rules and checks of content are the engine's.

mod answer;
mod body;
mod decode;
mod field_names;
mod guard;
mod inspect;
mod listen;
mod metrics;
mod operation;
mod ui;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderName, HeaderValue, StatusCode};
use iwf_protocol::{HealthInfo, path};

use crate::limits::Pool;
use crate::{Engine, maintenance};
pub use guard::{ShortToken, Token};
pub use listen::{Connections, serve};
use operation::{Empty, post};

/// How the REST API treats those who call it.
#[derive(Clone, Debug)]
pub struct RestConfig {
    /// The largest request body in bytes; a larger one is answered with 413.
    pub body_bytes_max: usize,
    /// What the bodies of all requests in progress may take together, in bytes; beyond it requests
    /// are answered with 503.
    pub bodies_bytes_max: usize,
    /// How long a client may take to send its body.
    pub body_deadline: Duration,
    /// What every caller must present as a bearer token. Health checks are open.
    pub token: Option<Token>,
}

impl Default for RestConfig {
    fn default() -> Self {
        Self {
            body_bytes_max: 16 * 1024 * 1024,
            bodies_bytes_max: 256 * 1024 * 1024,
            body_deadline: Duration::from_secs(30),
            token: None,
        }
    }
}

/// What every request handler needs.
struct Shared {
    engine: Engine,
    config: RestConfig,
    bodies: Pool,
    hostname: String,
    /// When the data was restored from a backup, if it was: told with each health check.
    restored_at: Option<HeaderValue>,
}

/// On the answer to a health check: when the data of this engine was last restored from a backup. A
/// worker that must not do a thing twice looks here before it begins. No part of iWF's protocol.
pub const RESTORED_AT: HeaderName = HeaderName::from_static("x-iwf-engine-restored-at");

/// The API as an axum router.
///
/// ```no_run
/// # async fn run(engine: iwf_engine::Engine) -> std::io::Result<()> {
/// let router = iwf_engine::rest::router(engine, iwf_engine::rest::RestConfig::default());
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:8801").await?;
/// axum::serve(listener, router).await
/// # }
/// ```
pub fn router(engine: Engine, config: RestConfig) -> Router {
    let restored_at = restored_at(&engine);
    let shared = Arc::new(Shared {
        engine,
        restored_at,
        bodies: Pool::new(config.bodies_bytes_max),
        config,
        hostname: hostname::get()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default(),
    });
    operations()
        .route_layer(middleware::from_fn_with_state(shared.clone(), guard::admit))
        .merge(inspect::routes(&shared))
        .merge(metrics::routes(&shared))
        .merge(ui::routes(&shared))
        .route("/", get(|| async { "This is an iWF engine.\n" }))
        .route(path::HEALTH_CHECK, get(health_check))
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(readiness))
        .fallback(not_found)
        .method_not_allowed_fallback(not_found)
        .layer(middleware::from_fn_with_state(
            shared.clone(),
            metrics::count,
        ))
        .with_state(shared)
}

fn operations() -> Router<Arc<Shared>> {
    Router::new()
        .route(path::START, post(|e, q| async move { e.start(q).await }))
        .route(
            path::SIGNAL,
            post(|e, q| async move { e.signal(q).await.map(Empty::from) }),
        )
        .route(
            path::PUBLISH_TO_INTERNAL_CHANNEL,
            post(|e, q| async move { e.publish_to_internal_channel(q).await.map(Empty::from) }),
        )
        .route(
            path::STOP,
            post(|e, q| async move { e.stop(q).await.map(Empty::from) }),
        )
        .route(path::GET, post(|e, q| async move { e.get(q).await }))
        .route(
            path::GET_WITH_WAIT,
            post(|e, q| async move { e.get_with_wait(q).await }),
        )
        .route(path::SEARCH, post(|e, q| async move { e.search(q).await }))
        .route(path::RESET, post(|e, q| async move { e.reset(q).await }))
        .route(path::RPC, post(|e, q| async move { e.rpc(q).await }))
        .route(
            path::SKIP_TIMER,
            post(|e, q| async move { e.skip_timer(q).await.map(Empty::from) }),
        )
        .route(
            path::UPDATE_CONFIG,
            post(|e, q| async move { e.update_config(q).await.map(Empty::from) }),
        )
        .route(
            path::TRIGGER_CONTINUE_AS_NEW,
            post(|e, q| async move { e.trigger_continue_as_new(q).await.map(Empty::from) }),
        )
        .route(
            path::WAIT_FOR_STATE_COMPLETION,
            post(|e, q| async move { e.wait_for_state_completion(q).await }),
        )
        .route(
            path::GET_DATA_OBJECTS,
            post(|e, q| async move { e.get_data_objects(q).await }),
        )
        .route(
            path::SET_DATA_OBJECTS,
            post(|e, q| async move { e.set_data_objects(q).await.map(Empty::from) }),
        )
        .route(
            path::GET_SEARCH_ATTRIBUTES,
            post(|e, q| async move { e.get_search_attributes(q).await }),
        )
        .route(
            path::SET_SEARCH_ATTRIBUTES,
            post(|e, q| async move { e.set_search_attributes(q).await.map(Empty::from) }),
        )
        .route(path::DUMP, post(|e, q| async move { e.dump(q).await }))
}

async fn health_check(State(shared): State<Arc<Shared>>) -> Response {
    let mut response = answer::ok(&HealthInfo {
        condition: "OK".to_owned(),
        hostname: shared.hostname.clone(),
        duration: 0,
    });
    if let Some(restored_at) = &shared.restored_at {
        let headers = response.headers_mut();
        headers.insert(RESTORED_AT, restored_at.clone());
    }
    response
}

/// Nobody restores while an engine has the folder, so it is read once.
fn restored_at(engine: &Engine) -> Option<HeaderValue> {
    match maintenance::restored(engine.data_dir()) {
        Ok(mark) => mark?.restored_at.to_rfc3339().parse().ok(),
        Err(error) => {
            tracing::error!(%error, "it cannot be told whether the data was restored from a backup");
            None
        }
    }
}

async fn readiness(State(shared): State<Arc<Shared>>) -> Response {
    let health = shared.engine.health();
    if health.ready {
        return "ready\n".into_response();
    }
    let problem = health
        .problem
        .unwrap_or_else(|| "the engine is not ready".to_owned());
    (StatusCode::SERVICE_UNAVAILABLE, problem + "\n").into_response()
}

/// The real server's answer to an unknown path and to a known path with another method.
async fn not_found() -> Response {
    (StatusCode::NOT_FOUND, "404 page not found").into_response()
}
