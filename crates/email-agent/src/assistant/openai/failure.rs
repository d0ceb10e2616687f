//! What a failed call means: try the same turn again later, or tell the person.

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
        OpenAIError::Reqwest(error) if error.is_builder() => permanent(format!(
            "The language model cannot be called at {}. Correct the endpoint in the settings (OPENAI_BASE_URL), then ask again; your words are kept.",
            settings.host()
        )),
        OpenAIError::Reqwest(error) if error.is_timeout() => {
            timed_out(settings, settings.limits.total)
        }
        OpenAIError::Reqwest(error) if error.is_connect() => temporary(format!(
            "The language model at {} could not be reached.",
            settings.host()
        )),
        OpenAIError::Reqwest(_) => temporary(format!(
            "The connection to the language model at {} broke.",
            settings.host()
        )),
        OpenAIError::InvalidArgument(problem) => permanent(format!(
            "The server {} does not answer like a language model ({problem}). Check the endpoint in the settings (OPENAI_BASE_URL), then ask again; your words are kept.",
            settings.host()
        )),
        _ => permanent(format!(
            "The language model at {} could not be asked. Check the model in the settings, then ask again; your words are kept.",
            settings.host()
        )),
    }
}

/// No answer within the limit of the call.
pub(super) fn timed_out(settings: &OpenAiSettings, limit: Duration) -> AssistantError {
    temporary(format!(
        "The language model at {} did not answer within {} seconds.",
        settings.host(),
        limit.as_secs()
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
    let words = said(&error.message);
    let is = |name: &str| {
        [&error.code, &error.r#type]
            .iter()
            .any(|text| text.as_deref() == Some(name))
    };
    match answer.status_code.as_u16() {
        // A bill that must be paid first also comes as 429 ("too many requests").
        402 | 429 if answer.status_code.as_u16() == 402 || is("insufficient_quota") => {
            permanent(format!(
                "The account at {host} has no credit left{words}. Check its plan and billing, then ask again; your words are kept."
            ))
        }
        401 => permanent(format!(
            "The language model at {host} refused the key. Correct the key in the settings (OPENAI_API_KEY), then ask again; your words are kept."
        )),
        403 => permanent(format!(
            "The key may not use the model {model} at {host}{words}. Correct the key or the model in the settings, then ask again; your words are kept."
        )),
        404 => permanent(format!(
            "There is no model {model} at {host}{words}. Correct the model or the endpoint in the settings, then ask again; your words are kept."
        )),
        408 | 409 | 425 | 429 | 500..=599 => temporary(format!(
            "The language model at {host} is busy or out of order (status {}).",
            answer.status_code.as_u16()
        )),
        300..=399 => permanent(format!(
            "The server {host} points elsewhere. Set the endpoint in the settings (OPENAI_BASE_URL) to the final address, then ask again; your words are kept."
        )),
        413 => permanent(format!(
            "The email and conversation are too long for the model {model}. Shorten them, or choose another model in the settings; your words are kept."
        )),
        status => permanent(format!(
            "The language model at {host} cannot handle the request (status {status}){words}. Choose a model that supports structured outputs in the settings, or ask differently; your words are kept."
        )),
    }
}

/// The provider's own words in brackets. They come from outside: one line, not endless, and
/// without anything that looks like a key.
fn said(message: &str) -> String {
    let words = message
        .split_whitespace()
        .map(|word| if word.contains("sk-") { "…" } else { word })
        .filter(|word| !word.chars().any(char::is_control))
        .collect::<Vec<_>>()
        .join(" ");
    if words.is_empty() {
        return String::new();
    }
    let words: String = words.chars().take(200).collect();
    format!(" (it says: {words})")
}

fn temporary(message: String) -> AssistantError {
    AssistantError::Temporary { message }
}

fn permanent(message: String) -> AssistantError {
    AssistantError::Permanent { message }
}
