//! A language-model provider over HTTP: `POST /v1/responses` with scripted answers.
//!
//! Each request body is checked as the real service would check it, by the published description of
//! the call; what the service would refuse is kept as a fault, and [`ModelServer::requests`] fails
//! on any.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use serde_json::{Value, json};

/// One scripted answer.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// Status and body.
    Send(u16, String),
    /// Nothing, ever.
    Hang,
}

impl Answer {
    /// A response whose message has this text.
    pub(crate) fn text(id: &str, text: &str) -> Self {
        Self::response(
            id,
            &json!([{"type": "output_text", "text": text, "annotations": []}]),
        )
    }

    /// A response whose text is this JSON.
    pub(crate) fn json(id: &str, answer: &Value) -> Self {
        Self::text(id, &answer.to_string())
    }

    /// A response whose message has this content.
    pub(crate) fn response(id: &str, content: &Value) -> Self {
        let body = json!({
            "id": id,
            "object": "response",
            "created_at": 1_763_900_000,
            "status": "completed",
            "error": null,
            "incomplete_details": null,
            "output": [
                {"type": "reasoning", "id": "rs_1", "summary": []},
                {"type": "message", "id": "msg_1", "status": "completed", "role": "assistant", "content": content},
            ],
            "store": true,
            "usage": {"input_tokens": 100, "output_tokens": 50, "total_tokens": 150},
        });
        Self::Send(200, body.to_string())
    }

    /// An error as OpenAI words it.
    pub(crate) fn error(status: u16, code: &str, message: &str) -> Self {
        let error = json!({"message": message, "type": "error", "param": null, "code": code});
        Self::Send(status, json!({"error": error}).to_string())
    }
}

/// One request as it came in.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) body: Value,
    pub(crate) authorization: Option<String>,
}

/// A running provider; ends with the test's runtime.
pub(crate) struct ModelServer {
    /// For `OPENAI_BASE_URL`.
    pub(crate) url: String,
    shared: Arc<Shared>,
}

/// What to answer to a request body.
type Choose = dyn Fn(&Value) -> Answer + Send + Sync;

#[derive(Default)]
struct Shared {
    answers: Mutex<VecDeque<Answer>>,
    afterwards: Mutex<Option<Arc<Choose>>>,
    requests: Mutex<Vec<Request>>,
    faults: Mutex<Vec<String>>,
}

impl ModelServer {
    /// Gives `answers` in order.
    pub(crate) async fn start(answers: impl IntoIterator<Item = Answer>) -> Self {
        let shared = Arc::new(Shared {
            answers: Mutex::new(answers.into_iter().collect()),
            ..Shared::default()
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let router = Router::new()
            .route("/v1/responses", post(respond))
            .with_state(Arc::clone(&shared));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, shared }
    }

    /// After the last scripted answer, what is said to which request.
    pub(crate) fn afterwards(&self, choose: impl Fn(&Value) -> Answer + Send + Sync + 'static) {
        *locked(&self.shared.afterwards) = Some(Arc::new(choose));
    }

    /// All requests so far, in order; fails if one is not what the service takes.
    pub(crate) fn requests(&self) -> Vec<Request> {
        let faults = locked(&self.shared.faults);
        assert!(faults.is_empty(), "the service would refuse: {faults:#?}");
        locked(&self.shared.requests).clone()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn respond(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: String) -> Response {
    let body: Value = serde_json::from_str(&body).unwrap_or(Value::Null);
    locked(&shared.faults).extend(faults(&body));
    let next = locked(&shared.answers).pop_front();
    let choose = locked(&shared.afterwards).clone();
    let answer = next.or_else(|| choose.map(|choose| choose(&body)));
    let authorization = headers.get("authorization");
    locked(&shared.requests).push(Request {
        body,
        authorization: authorization.map(|value| value.to_str().unwrap().to_owned()),
    });
    match answer {
        Some(Answer::Send(status, body)) => {
            (StatusCode::from_u16(status).unwrap(), body).into_response()
        }
        Some(Answer::Hang) => std::future::pending().await,
        None => (StatusCode::IM_A_TEAPOT, "no answer is left").into_response(),
    }
}

/// The parts of the published `CreateResponse` that a text conversation may use.
const PROPERTIES: [&str; 12] = [
    "model",
    "input",
    "instructions",
    "previous_response_id",
    "text",
    "store",
    "metadata",
    "max_output_tokens",
    "reasoning",
    "temperature",
    "top_p",
    "safety_identifier",
];
const ROLES: [&str; 4] = ["user", "assistant", "system", "developer"];

/// What the service would refuse in `body`.
fn faults(body: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    let mut must = |holds: bool, fault: &str| {
        if !holds {
            faults.push(format!("{fault} in {body}"));
        }
    };
    let Some(properties) = body.as_object() else {
        return vec!["the body is not a JSON object".to_owned()];
    };
    for (name, value) in properties {
        must(
            PROPERTIES.contains(&name.as_str()),
            &format!("unknown property {name}"),
        );
        must(!value.is_null(), &format!("{name} is null"));
    }
    must(body["model"].is_string(), "model is no string");
    must(
        body["instructions"].is_string(),
        "instructions are no string",
    );
    let previous = &body["previous_response_id"];
    must(
        previous.is_null() || previous.is_string(),
        "previous_response_id is no string",
    );
    let input = body["input"].as_array().cloned().unwrap_or_default();
    must(!input.is_empty(), "input is no list of items");
    for item in &input {
        must(item["type"] == "message", "an item is no message");
        let role = item["role"].as_str().unwrap_or_default();
        must(ROLES.contains(&role), "an item has an unknown role");
        must(item["content"].is_string(), "an item has no text");
        must(
            item.as_object().is_some_and(|item| item.len() == 3),
            "an item has more parts",
        );
    }
    // With an id the service has the assistant's words already, and refuses to hear them again.
    let repeats = input.iter().any(|item| item["role"] == "assistant");
    must(
        previous.is_null() || !repeats,
        "an assistant's words beside an id",
    );
    let format = &body["text"]["format"];
    must(
        format["type"] == "json_schema",
        "text.format is no JSON schema",
    );
    must(format["strict"] == true, "text.format is not strict");
    let name = format["name"].as_str().unwrap_or_default();
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    must(
        (1..=64).contains(&name.len()) && name.chars().all(allowed),
        "text.format.name is malformed",
    );
    must(
        format["schema"]["additionalProperties"] == false,
        "the schema is not closed",
    );
    faults
}
