//! Who writes the drafts.

use serde::{Deserialize, Serialize};

use super::{Fixed, Line, WriteOnly};
use crate::limits::{ENDPOINT_CHARS_MAX, MODEL_CHARS_MAX};

/// A language model, or none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ModelChoice {
    /// None. Without a first model the built-in demo answers, and emails are written by hand.
    #[default]
    None,
    /// A model on a server.
    Server(ModelServer),
}

/// How to reach a model; the key goes a way of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelServer {
    /// Address of the API, `http://127.0.0.1:11434/v1`; empty for OpenAI's own.
    #[serde(default)]
    pub endpoint: Line<ENDPOINT_CHARS_MAX>,
    /// The model's name.
    pub model: Line<MODEL_CHARS_MAX>,
}

/// A new state of one of the two models.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ModelChange {
    /// The new state.
    pub model: ModelChoice,
    /// A new key; none keeps the one that is stored, as long as the endpoint is the same.
    #[serde(default)]
    pub key: Option<WriteOnly>,
    /// Forgets the stored key.
    #[serde(default)]
    pub remove_key: bool,
}

/// One of the two models, as it is in effect.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ModelView {
    /// Whether there is one.
    pub is_set: bool,
    /// Address of the API; empty for OpenAI's own.
    pub endpoint: String,
    /// The model's name.
    pub model: String,
    /// Whether there is a key.
    pub key_set: bool,
    /// What cannot be changed here.
    pub fixed: Vec<Fixed>,
    /// What is wrong with what is stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}
