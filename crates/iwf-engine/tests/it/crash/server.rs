//! The real engine as a process that can be killed, and a client that notes what is acknowledged.

use std::path::Path;
use std::process::Child;

use serde_json::{Value, json};

use crate::cli::{listening, serve};

pub(super) struct Server {
    process: Child,
    url: String,
    client: reqwest::Client,
}

impl Server {
    pub(super) async fn start(data_dir: &Path) -> Self {
        let mut process = serve(data_dir, "127.0.0.1:0").spawn().expect("it starts");
        let started = tokio::task::spawn_blocking(move || {
            let (address, mut log) = listening(&mut process);
            // A full pipe would stop the engine.
            std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
            (process, format!("http://{address}"))
        });
        let (process, url) = started.await.expect("no panic");
        let client = reqwest::Client::new();
        Self {
            process,
            url,
            client,
        }
    }

    pub(super) fn kill(mut self) {
        self.process.kill().expect("it was running");
        self.process.wait().expect("it ends");
    }

    /// The answer of a request that succeeds.
    pub(super) async fn post(&self, operation: &str, body: &Value) -> Value {
        let url = format!("{}/api/v1/workflow/{operation}", self.url);
        let sent = self.client.post(url).body(body.to_string()).send().await;
        let answer = sent.expect("an answer");
        let status = answer.status();
        let text = answer.text().await.expect("a whole answer");
        assert_eq!(status, 200, "{operation} {body}: {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// Waits for the end of a workflow.
    pub(super) async fn end(&self, workflow_id: &str) -> Value {
        let request = json!({"workflowId": workflow_id, "needsResults": true});
        self.post("getWithWait", &request).await
    }
}
