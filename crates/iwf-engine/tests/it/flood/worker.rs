//! The worker of the flood: a workflow that collects numbers, an RPC that passes one on, and, at
//! other addresses, workers as nobody wants them.

use std::convert::Infallible;
use std::io;

use axum::body::{Body, Bytes};
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use futures::stream;
use serde_json::{Value, json};
use tokio::net::TcpListener;

pub(crate) struct FloodWorker {
    pub(crate) url: String,
}

/// The ways in which a worker can be bad; each is a path below its address.
pub(crate) const WAYS: [&str; 5] = ["hangs", "garbage", "endless", "huge", "breaks"];

impl FloodWorker {
    pub(crate) async fn serve() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let router = Router::new()
            .route("/api/v1/workflowState/start", post(wait_until))
            .route("/api/v1/workflowState/decide", post(execute))
            .route("/api/v1/workflowWorker/rpc", post(rpc))
            .route("/{way}/api/v1/{*path}", post(badly));
        tokio::spawn(async { axum::serve(listener, router).await });
        Self { url }
    }

    pub(crate) fn bad(&self, way: &str) -> String {
        format!("{}/{way}", self.url)
    }
}

/// Waits for a message on either channel; once it is ending, on the internal one alone.
async fn wait_until(Json(request): Json<Value>) -> Json<Value> {
    let signals = json!([{"signalChannelName": "in"}]);
    let is_ending = is_ending(&request["stateInput"]);
    Json(json!({"commandRequest": {
        "commandWaitingType": "ANY_COMPLETED",
        "signalCommands": if is_ending { json!([]) } else { signals },
        "interStateChannelCommands": [{"channelName": "in"}],
    }}))
}

/// Adds what has come to the log. The signal "end" is the last signal; the workflow completes
/// when no message is left either.
async fn execute(Json(request): Json<Value>) -> Json<Value> {
    let results = &request["commandResults"];
    let values = [
        &results["signalResults"][0]["signalValue"],
        &results["interStateChannelResults"][0]["value"],
    ];
    let values = values.map(|value| value["data"].as_str().unwrap_or_default());
    let mut log = log(&request["DataObjects"]);
    for value in values
        .into_iter()
        .filter(|value| !value.is_empty() && *value != "end")
    {
        log.push(' ');
        // What follows the number is only there to be large.
        log.push_str(value.split(':').next().unwrap_or_default());
    }
    let is_ending = is_ending(&request["stateInput"]) || values.contains(&"end");
    let input = if is_ending { "end" } else { "" };
    let mut decision =
        json!({"nextStates": [{"stateId": "Collect", "stateInput": {"data": input}}]});
    if is_ending {
        decision["conditionalClose"] = json!({
            "conditionalCloseType": "FORCE_COMPLETE_ON_INTERNAL_CHANNEL_EMPTY", "channelName": "in",
        });
    }
    Json(json!({
        "stateDecision": decision,
        "upsertDataObjects": [{"key": "log", "value": {"data": log}}],
    }))
}

async fn rpc(Json(request): Json<Value>) -> Json<Value> {
    let message = json!({"channelName": "in", "value": request["input"]});
    Json(json!({"publishToInterStateChannel": [message]}))
}

fn is_ending(input: &Value) -> bool {
    input["data"] == "end"
}

fn log(objects: &Value) -> String {
    let objects = objects.as_array().cloned().unwrap_or_default();
    let log = objects.iter().find(|object| object["key"] == "log");
    let data = log.and_then(|object| object["value"]["data"].as_str());
    data.unwrap_or_default().to_owned()
}

/// The numbers that a collector has, from its attributes.
pub(crate) fn collected(attributes: &Value) -> Vec<u64> {
    let log = log(&attributes["objects"]);
    let numbers = log.split_whitespace();
    numbers
        .map(|number| number.parse().expect("a number"))
        .collect()
}

async fn badly(Path((way, _)): Path<(String, String)>) -> Response {
    let json = [("content-type", "application/json")];
    match way.as_str() {
        "hangs" => std::future::pending().await,
        "garbage" => (json, "{\"stateDecision\": [[[").into_response(),
        "endless" => (json, Body::from_stream(stream::repeat_with(piece))).into_response(),
        "huge" => (json, " ".repeat(100_000_000)).into_response(),
        _ => Body::from_stream(stream::once(async {
            Err::<Bytes, _>(io::Error::other("it breaks off"))
        }))
        .into_response(),
    }
}

#[allow(clippy::unnecessary_wraps, reason = "an item of a body")]
fn piece() -> Result<Bytes, Infallible> {
    Ok(Bytes::from_static(&[b' '; 1024]))
}
