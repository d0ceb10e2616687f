//! The way to the provider: one HTTP request per call, limited in time and size.
//!
//! async-openai would repeat failed calls by itself (the workflow's engine does that, durably), take
//! its settings from the environment, log answers it cannot read, and lose the status of an error
//! whose JSON is not quite OpenAI's. So the transport is ours, installed through its middleware door.

use async_openai::{
    Client,
    config::Config,
    error::{ApiError, ApiErrorResponse, OpenAIError},
    middleware::HttpRequestFactory,
};
use reqwest::{
    Response, StatusCode,
    header::{AUTHORIZATION, HeaderMap, HeaderValue},
};
use secrecy::SecretString;
use serde_json::Value;
use tower::service_fn;

use super::settings::OpenAiSettings;
use crate::settings::SettingsError;

/// One answer: about twenty times the longest email.
const ANSWER_BYTES_MAX: usize = 2 * 1024 * 1024;
/// What we keep of an error's text.
const ERROR_CHARS_MAX: usize = 300;

/// async-openai's configuration, without its look into the environment.
#[derive(Debug, Clone)]
pub(super) struct Provider {
    base_url: String,
    /// async-openai asks for it, but only ever to make headers, which we make ourselves.
    no_key: SecretString,
    headers: HeaderMap,
}

impl Provider {
    fn new(settings: &OpenAiSettings) -> Result<Self, SettingsError> {
        let mut headers = HeaderMap::new();
        if let Some(authorization) = settings.authorization() {
            let mut value = HeaderValue::from_str(&authorization).map_err(|_| {
                SettingsError::new("OPENAI_API_KEY", "cannot stand in a header: copy it again")
            })?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        Ok(Self {
            base_url: settings.base_url.clone(),
            no_key: SecretString::default(),
            headers,
        })
    }
}

impl Config for Provider {
    fn headers(&self) -> HeaderMap {
        self.headers.clone()
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }

    fn query(&self) -> Vec<(&str, &str)> {
        Vec::new()
    }

    fn api_base(&self) -> &str {
        &self.base_url
    }

    fn api_key(&self) -> &SecretString {
        &self.no_key
    }
}

/// A client that calls once and gives up in time.
pub(super) fn client(settings: &OpenAiSettings) -> Result<Client<Provider>, SettingsError> {
    let http = reqwest::Client::builder()
        .connect_timeout(settings.limits.connect)
        .timeout(settings.limits.total)
        // A redirected POST would hand key and mail to another server.
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(|error| {
            SettingsError::new(
                "OPENAI_BASE_URL",
                format!("TLS cannot be set up on this machine: {error}"),
            )
        })?;
    let provider = Provider::new(settings)?;
    let client = Client::build(http.clone(), provider);
    Ok(
        client.with_http_service(service_fn(move |request: HttpRequestFactory| {
            let http = http.clone();
            async move { call(&http, request).await }
        })),
    )
}

async fn call(
    http: &reqwest::Client,
    request: HttpRequestFactory,
) -> Result<Response, OpenAIError> {
    let response = http
        .execute(request.build().await?)
        .await
        .map_err(OpenAIError::Reqwest)?;
    let status = response.status();
    let body = read(response).await?;
    if !status.is_success() {
        return Err(api_error(status, &body));
    }
    // Checked here, so that async-openai never meets (and logs) what it cannot read.
    match serde_json::from_slice::<Value>(&body) {
        Ok(Value::Object(_)) => Ok(http::Response::new(body).into()),
        _ => Err(OpenAIError::InvalidArgument(
            "the answer is not a JSON object".to_owned(),
        )),
    }
}

async fn read(mut response: Response) -> Result<Vec<u8>, OpenAIError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(OpenAIError::Reqwest)? {
        if body.len() + chunk.len() > ANSWER_BYTES_MAX {
            return Err(OpenAIError::InvalidArgument(format!(
                "the answer is longer than {ANSWER_BYTES_MAX} bytes"
            )));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// OpenAI says `{"error": {"message": …, "code": …}}`; others leave parts out, write numbers for
/// codes, or just say `{"error": "…"}`. The status is always true.
fn api_error(status_code: StatusCode, body: &[u8]) -> OpenAIError {
    let body = serde_json::from_slice::<Value>(body).unwrap_or(Value::Null);
    let error = body.get("error").unwrap_or(&body);
    let field = |name: &str| match error.get(name)? {
        Value::String(text) => Some(text.chars().take(ERROR_CHARS_MAX).collect::<String>()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let message = match error {
        Value::String(text) => Some(text.chars().take(ERROR_CHARS_MAX).collect()),
        _ => field("message"),
    };
    OpenAIError::ApiError(ApiErrorResponse {
        status_code,
        api_error: ApiError {
            message: message.unwrap_or_default(),
            r#type: field("type"),
            param: field("param"),
            code: field("code"),
            misalignment: None,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_all_providers_keep_their_status() {
        for (body, message, code) in [
            (r#"{"error":{"message":"no","code":"x"}}"#, "no", Some("x")),
            (
                r#"{"error":{"message":"no","code":404}}"#,
                "no",
                Some("404"),
            ),
            (r#"{"error":"no"}"#, "no", None),
            (r#"{"message":"no"}"#, "no", None),
            ("<html>no</html>", "", None),
            ("", "", None),
        ] {
            let OpenAIError::ApiError(error) = api_error(StatusCode::NOT_FOUND, body.as_bytes())
            else {
                panic!("{body}");
            };
            assert_eq!(error.status_code, StatusCode::NOT_FOUND, "{body}");
            assert_eq!(error.api_error.message, message, "{body}");
            assert_eq!(error.api_error.code.as_deref(), code, "{body}");
        }
    }
}
