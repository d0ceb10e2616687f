//! A server that answers from a script and keeps what it was asked.

use axum::{Router, extract::Request, http::StatusCode, response::IntoResponse, routing::any};
use iwf::{Client, HttpBackend, Registry};
use serde_json::Value;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

/// One answer: a status, perhaps `Retry-After: 0`, and a JSON body.
pub(crate) struct Answer {
    status: u16,
    retry_now: bool,
    body: Value,
}
pub(crate) fn ok(body: Value) -> Answer {
    Answer {
        status: 200,
        retry_now: false,
        body,
    }
}
pub(crate) fn error(status: u16, body: Value) -> Answer {
    Answer {
        status,
        retry_now: false,
        body,
    }
}
/// A refusal with an error body whose sub-status is this.
pub(crate) fn refused(status: u16, sub_status: &str) -> Answer {
    error(
        status,
        serde_json::json!({"detail": "told", "subStatus": sub_status}),
    )
}
pub(crate) fn overloaded() -> Answer {
    Answer {
        status: 503,
        retry_now: true,
        body: serde_json::json!({"detail": "busy"}),
    }
}

/// What was asked: path, headers, body.
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) authorization: Option<String>,
    pub(crate) body: Value,
}

pub(crate) struct Server {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    /// Gives these answers, one per call, whatever is asked.
    pub(crate) async fn answering(answers: impl IntoIterator<Item = Answer>) -> Self {
        let answers = Arc::new(Mutex::new(
            answers.into_iter().collect::<Vec<_>>().into_iter(),
        ));
        let asked = Arc::new(Mutex::new(vec![]));
        let keep = asked.clone();
        let app = Router::new().fallback(any(move |request: Request| {
            let (answers, keep) = (answers.clone(), keep.clone());
            async move {
                let (head, body) = request.into_parts();
                let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
                keep.lock().unwrap().push(Asked {
                    path: head.uri.path().to_owned(),
                    authorization: (head.headers.get("authorization"))
                        .map(|value| value.to_str().unwrap().to_owned()),
                    body: serde_json::from_slice(&body).unwrap_or_default(),
                });
                let unexpected = || error(599, serde_json::json!({"detail": "not in the script"}));
                let answer = answers.lock().unwrap().next().unwrap_or_else(unexpected);
                let status = StatusCode::from_u16(answer.status).unwrap();
                let mut response = (status, axum::Json(answer.body)).into_response();
                if answer.retry_now {
                    response
                        .headers_mut()
                        .insert("retry-after", "0".parse().unwrap());
                }
                response
            }
        }));
        Server {
            url: serve(app).await,
            asked,
        }
    }
    pub(crate) fn backend(&self) -> HttpBackend {
        HttpBackend::new(&self.url).unwrap().attempts_max(3)
    }
    pub(crate) fn client(&self) -> Client {
        let registry = Registry::new().add(crate::order::Order).unwrap();
        Client::new(
            Arc::new(self.backend()),
            Arc::new(registry),
            "http://worker",
        )
    }
    pub(crate) fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
    /// The only request so far.
    pub(crate) fn asked_once(&self) -> Asked {
        let mut asked = self.asked();
        assert_eq!(asked.len(), 1, "exactly one request is expected");
        asked.remove(0)
    }
}

/// Serves on a free port of this machine, for as long as the test runs.
pub(crate) async fn serve(app: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    url
}
