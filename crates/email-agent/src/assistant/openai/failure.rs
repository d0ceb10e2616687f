//! What a failed call means: try the same turn again later, or tell the person.

use email_agent_api::to_say;
use std::time::Duration;

use async_openai::error::{ApiErrorResponse, OpenAIError};
use reqwest::StatusCode;

use super::settings::OpenAiSettings;
use crate::assistant::AssistantError;

/// Classes a failed call by what helps. The sentences name the setting to correct, and nothing of
/// what was asked.
pub(super) fn classify(settings: &OpenAiSettings, error: &OpenAIError) -> AssistantError {
    match error {
        OpenAIError::ApiError(answer) => classify_answer(settings, answer),
        OpenAIError::Reqwest(error) if error.is_builder() => permanent(to_say!(
            "The language model cannot be called at {host}. Correct the endpoint in the settings (OPENAI_BASE_URL), then ask again.",
            host = settings.host()
        )),
        OpenAIError::Reqwest(error) if error.is_timeout() => {
            timed_out(settings, settings.limits.total)
        }
        OpenAIError::Reqwest(error) if error.is_connect() => temporary(to_say!(
            "The language model at {host} could not be reached.",
            host = settings.host()
        )),
        OpenAIError::Reqwest(_) => temporary(to_say!(
            "The connection to the language model at {host} broke.",
            host = settings.host()
        )),
        OpenAIError::InvalidArgument(problem) => permanent(to_say!(
            "The server {host} does not answer like a language model ({problem}). Check the endpoint in the settings (OPENAI_BASE_URL), then ask again.",
            host = settings.host()
        )),
        _ => permanent(to_say!(
            "The language model at {host} could not be asked. Check the model in the settings, then ask again.",
            host = settings.host()
        )),
    }
}

/// No answer within the limit of the call.
pub(super) fn timed_out(settings: &OpenAiSettings, limit: Duration) -> AssistantError {
    temporary(to_say!(
        "The language model at {host} did not answer within {seconds} seconds.",
        host = settings.host(),
        seconds = limit.as_secs()
    ))
}

/// Whether the provider may have refused the call because it does not know, or does not support,
/// the id of its answer before. Providers word this in many ways, so the status decides: a call
/// with an id that fails like this is worth one more without.
pub(super) fn may_be_about_the_id(error: &OpenAIError) -> bool {
    let OpenAIError::ApiError(answer) = error else {
        return false;
    };
    let status = answer.status_code;
    status == StatusCode::BAD_REQUEST
        || status == StatusCode::NOT_FOUND
        || status == StatusCode::UNPROCESSABLE_ENTITY
        || status == StatusCode::NOT_IMPLEMENTED
}

fn classify_answer(settings: &OpenAiSettings, answer: &ApiErrorResponse) -> AssistantError {
    let host = settings.host();
    let model = &settings.model;
    let error = &answer.api_error;
    let words = words_of(&error.message);
    let (said, server) = if words.is_empty() {
        (String::new(), host.to_owned())
    } else {
        (
            format!(" {}", to_say!("(it says: {words})")),
            to_say!("{host} (it says: {words})"),
        )
    };
    let is = |name: &str| {
        [&error.code, &error.r#type]
            .iter()
            .any(|text| text.as_deref() == Some(name))
    };
    match answer.status_code.as_u16() {
        // A bill that must be paid first also comes as 429 ("too many requests").
        402 | 429 if answer.status_code.as_u16() == 402 || is("insufficient_quota") => {
            permanent(to_say!(
                "The account at {host} has no credit left{said}. Check its plan and billing, then ask again."
            ))
        }
        401 => permanent(to_say!(
            "The language model at {host} refused the key. Correct the key in the settings (OPENAI_API_KEY), then ask again."
        )),
        403 => permanent(to_say!(
            "The key may not use the model {model} at {server}. Correct the key or the model in the settings, then ask again."
        )),
        404 => permanent(to_say!(
            "There is no model {model} at {server}. Correct the model or the endpoint in the settings, then ask again."
        )),
        408 | 409 | 425 | 429 | 500..=599 => temporary(to_say!(
            "The language model at {host} is busy or out of order (status {status}).",
            status = answer.status_code.as_u16()
        )),
        300..=399 => permanent(to_say!(
            "The server {host} points elsewhere. Set the endpoint in the settings (OPENAI_BASE_URL) to the final address, then ask again."
        )),
        413 => permanent(to_say!(
            "The email and conversation are too long for the model {model}. Shorten them, or choose another model in the settings."
        )),
        status => permanent(to_say!(
            "The language model at {host} cannot handle the request (status {status}){said}. Choose a model that supports structured outputs in the settings, or ask differently."
        )),
    }
}

/// The provider's own words. They come from outside: one line, not endless, and
/// without anything that looks like a key.
fn words_of(message: &str) -> String {
    let words = message
        .split_whitespace()
        .map(|word| if word.contains("sk-") { "…" } else { word })
        .filter(|word| !word.chars().any(char::is_control))
        .collect::<Vec<_>>()
        .join(" ");
    words.chars().take(200).collect()
}

fn temporary(message: String) -> AssistantError {
    AssistantError::Temporary { message }
}

fn permanent(message: String) -> AssistantError {
    AssistantError::Permanent { message }
}
