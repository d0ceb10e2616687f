//! The accept loop: HTTP/1.1 connections without Nagle's delay, bounds on how many there are, how
//! long one may stay silent and what a request's head may hold, and an end that lets requests in
//! progress finish.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use super::answer;

/// Longer than clients keep idle connections (90 s is usual), so that it is they who close them.
const SILENCE_MAX: Duration = Duration::from_mins(2);
/// How long to wait before accepting again when the process is out of sockets.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// Connections beyond the limit that are told so at a time; more are closed without a word.
const REFUSALS_MAX: usize = 64;
/// How long one that is told so may take to send its request.
const REFUSAL_MAX: Duration = Duration::from_secs(2);

/// Bounds on connections.
#[derive(Clone, Debug)]
pub struct Connections {
    /// Open at a time; more are answered with 503 and closed.
    pub max: usize,
    /// The request line and the headers of one request, in bytes; more is answered with 431.
    pub head_bytes_max: usize,
    /// Headers of one request; more are answered with 431.
    pub headers_max: usize,
}

impl Default for Connections {
    fn default() -> Self {
        Self {
            max: 2048,
            head_bytes_max: 64 * 1024,
            headers_max: 100,
        }
    }
}

/// Serves `router` until `stop` completes, then gives requests in progress `grace` to finish.
/// Returns whether all of them did.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    bounds: Connections,
    stop: impl Future<Output = ()>,
    grace: Duration,
) -> bool {
    let places = Arc::new(Semaphore::new(bounds.max));
    let refusals = Arc::new(Semaphore::new(REFUSALS_MAX));
    let http = http(&bounds, SILENCE_MAX);
    let http_of_refusals = self::http(&bounds, REFUSAL_MAX);
    let refusing = Router::new().fallback(|| async { answer::too_many_connections() });
    let connections = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let stream = tokio::select! {
            biased;
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    pause_after(&error).await;
                    continue;
                }
            },
        };
        without_delay(&stream);
        let place = places
            .clone()
            .try_acquire_owned()
            .map(|place| (place, &http, &router));
        let refusal = || {
            let place = refusals.clone().try_acquire_owned();
            place.map(|place| (place, &http_of_refusals, &refusing))
        };
        let Ok((place, http, router)) = place.or_else(|_| refusal()) else {
            continue;
        };
        let service = TowerToHyperService::new(router.clone());
        let connection = http.serve_connection(TokioIo::new(stream), service);
        let connection = connections.watch(connection);
        tokio::spawn(async move {
            let _place = place;
            if let Err(error) = connection.await {
                // Clients hang up at will: worth knowing while debugging, no fault of ours.
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
    drop(listener);
    tokio::time::timeout(grace, connections.shutdown())
        .await
        .is_ok()
}

fn http(bounds: &Connections, silence_max: Duration) -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(silence_max)
        .max_headers(bounds.headers_max)
        // hyper's smallest is 8 KiB.
        .max_buf_size(bounds.head_bytes_max.max(8192))
        // As the real server writes them: some clients look headers up by exact spelling.
        .title_case_headers(true);
    http
}

fn without_delay(stream: &TcpStream) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection keeps Nagle's delay");
    }
}

/// A peer that gave up is its own affair; a process without free sockets must not spin.
async fn pause_after(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    ) {
        return;
    }
    tracing::error!(%error, "cannot accept a connection: raise the limit of open files if this repeats");
    tokio::time::sleep(ACCEPT_PAUSE).await;
}
