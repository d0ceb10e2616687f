//! The JSON calls. The bodies are read here by hand: what a framework says about a body that it
//! cannot read may quote it, and it may hold a password.

use axum::{
    Json,
    body::Bytes,
    extract::State,
    response::{IntoResponse, Response},
};
use email_agent::preferences::WhichModel;
use email_agent_api::{AgentError, ErrorCode, SettingsChange};
use http::StatusCode;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{House, Outcome};

/// A call that takes nothing takes an empty object.
#[derive(Deserialize)]
pub(crate) struct Nothing {}

#[derive(Deserialize)]
struct TestModel {
    #[serde(default)]
    second: bool,
}

/// `settings`: everything, without secrets.
pub(super) async fn settings(State(house): State<House>, body: Bytes) -> Response {
    answer(
        async {
            read::<Nothing>(&body)?;
            house.preferences.view().await
        }
        .await,
    )
}

/// `save_settings`: one section.
pub(super) async fn save_settings(State(house): State<House>, body: Bytes) -> Response {
    answer(
        async {
            house
                .preferences
                .save(read::<SettingsChange>(&body)?)
                .await?;
            house.preferences.view().await
        }
        .await,
    )
}

/// `test_mail`: as far as one can go without a mail.
pub(super) async fn test_mail(State(house): State<House>, body: Bytes) -> Response {
    answer(
        async {
            read::<Nothing>(&body)?;
            house.preferences.test_mail().await
        }
        .await,
    )
}

/// `send_test_mail`: to the sender's own address.
pub(super) async fn send_test_mail(State(house): State<House>, body: Bytes) -> Response {
    answer(
        async {
            read::<Nothing>(&body)?;
            house.preferences.send_test_mail().await
        }
        .await,
    )
}

/// `test_model`: one of the two.
pub(super) async fn test_model(State(house): State<House>, body: Bytes) -> Response {
    answer(
        async {
            let which = if read::<TestModel>(&body)?.second {
                WhichModel::Second
            } else {
                WhichModel::First
            };
            house.preferences.test_model(which).await
        }
        .await,
    )
}

pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Outcome<T> {
    serde_json::from_slice(body).map_err(|error| {
        AgentError::new(
            ErrorCode::BadInput,
            format!(
                "The body of this request cannot be read as a JSON object with the fields of this call (line {}, column {}). Nothing was changed: correct it and send it again.",
                error.line(),
                error.column()
            ),
        )
    })
}

pub(crate) fn answer<T: Serialize>(outcome: Outcome<T>) -> Response {
    match outcome {
        Ok(value) => Json(value).into_response(),
        Err(error) => {
            let status = StatusCode::from_u16(error.code.http_status())
                .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, Json(error)).into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_that_cannot_be_read_is_not_quoted() {
        for body in [
            r#"{"section": "sending", "sending": {"kind": "outbox"}, "password": ["hunter2"]}"#,
            r#"{"section": "hunter2"}"#,
            "hunter2",
        ] {
            let error = read::<SettingsChange>(body.as_bytes()).unwrap_err();
            assert_eq!(error.code, ErrorCode::BadInput);
            assert!(!error.message.contains("hunter2"), "{}", error.message);
        }
    }

    #[test]
    fn a_section_by_name() {
        for body in [
            r#"{"section": "you", "name": "Ana"}"#,
            r#"{"section": "sending", "sending": {"kind": "outbox"}}"#,
            r#"{"section": "sending", "sending": {"kind": "smtp", "host": "mail.example.com", "port": 587, "security": "starttls", "user": "u", "from": "a@example.com"}, "password": "p"}"#,
            r#"{"section": "model", "model": {"kind": "none"}}"#,
            r#"{"section": "second_model", "model": {"kind": "server", "model": "m"}, "key": "k"}"#,
        ] {
            read::<SettingsChange>(body.as_bytes()).unwrap_or_else(|_| panic!("{body}"));
        }
    }
}
