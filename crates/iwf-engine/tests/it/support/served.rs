//! An engine on a folder of its own, served on a free port.

use std::sync::Arc;
use std::time::Duration;

use iwf_engine::rest::{self, Connections, RestConfig};
use iwf_engine::worker_http::{HttpWorkers, WorkerHttpConfig};
use iwf_engine::{Engine, EngineConfig};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub(crate) struct Served {
    pub(crate) url: String,
    pub(crate) engine: Engine,
    client: reqwest::Client,
    stop: oneshot::Sender<()>,
    server: JoinHandle<bool>,
    _folder: TempDir,
}

/// Status, content type and body of an answer.
#[derive(Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) async fn of(request: reqwest::RequestBuilder) -> Self {
        let response = request.send().await.expect("an answer");
        let content_type = response.headers().get("content-type");
        Self {
            status: response.status().as_u16(),
            content_type: content_type.map_or_else(String::new, |value| {
                value.to_str().expect("a text").to_owned()
            }),
            text: response.text().await.expect("a whole body"),
        }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).expect(&self.text)
    }

    /// The body of a success.
    pub(crate) fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text);
        self.json()
    }

    /// The sentence of a refusal with this status.
    pub(crate) fn refused(&self, status: u16) -> String {
        assert_eq!(self.status, status, "{}", self.text);
        let body = self.json();
        body["detail"].as_str().expect("a sentence").to_owned()
    }
}

impl Served {
    pub(crate) async fn new() -> Self {
        Self::with(RestConfig::default()).await
    }

    pub(crate) async fn with(config: RestConfig) -> Self {
        Self::open(config, WorkerHttpConfig::default(), Connections::default()).await
    }

    pub(crate) async fn with_workers(config: RestConfig, workers: WorkerHttpConfig) -> Self {
        Self::open(config, workers, Connections::default()).await
    }

    pub(crate) async fn bounded(connections: Connections) -> Self {
        let workers = WorkerHttpConfig::default();
        Self::open(RestConfig::default(), workers, connections).await
    }

    async fn open(config: RestConfig, workers: WorkerHttpConfig, connections: Connections) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let workers = HttpWorkers::new(workers).expect("certificates");
        let engine = Engine::open(EngineConfig::new(folder.path()), Arc::new(workers))
            .await
            .expect("an engine");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let (stop, stopped) = oneshot::channel();
        let router = rest::router(engine.clone(), config);
        let server = tokio::spawn(async move {
            let stopped = async { drop(stopped.await) };
            rest::serve(
                listener,
                router,
                connections,
                stopped,
                Duration::from_secs(10),
            )
            .await
        });
        Self {
            url,
            engine,
            client: reqwest::Client::new(),
            stop,
            server,
            _folder: folder,
        }
    }

    pub(crate) fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let method = method.parse().expect("a method");
        self.client.request(method, format!("{}{path}", self.url))
    }

    pub(crate) async fn post_raw(&self, path: &str, body: impl Into<reqwest::Body>) -> Answer {
        Answer::of(self.request("POST", path).body(body)).await
    }

    /// Posts to an operation of the workflow API.
    pub(crate) async fn post(&self, operation: &str, body: Value) -> Answer {
        let path = format!("/api/v1/workflow/{operation}");
        self.post_raw(&path, body.to_string()).await
    }

    /// Starts a workflow without a start state, with more fields; returns its run id.
    pub(crate) async fn start(&self, workflow_id: &str, more: Value) -> String {
        let mut request = json!({
            "workflowId": workflow_id, "iwfWorkflowType": "Test", "workflowTimeoutSeconds": 0,
            "iwfWorkerUrl": "http://127.0.0.1:1"
        });
        let fields = request.as_object_mut().expect("an object");
        fields.extend(more.as_object().expect("an object").clone());
        let started = self.post("start", request).await.ok();
        started["workflowRunId"].as_str().expect("an id").to_owned()
    }

    /// Ends the server as the binary does; returns whether all requests were finished.
    pub(crate) async fn stop(self) -> bool {
        self.stop.send(()).expect("a running server");
        let (finished, ()) =
            tokio::join!(self.server, self.engine.shutdown(Duration::from_secs(10)));
        finished.expect("an orderly end")
    }
}
