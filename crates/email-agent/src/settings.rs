//! What all settings of the adapters share: how a wrong one is told, and when one counts as set.
//!
//! Settings come in as texts, as they stand in the environment; who reads them is the server.

use secrecy::{ExposeSecret, SecretString};

/// Which setting is wrong, and what it should look like. Never repeats a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{setting}: {problem}")]
pub struct SettingsError {
    /// Name of the setting.
    pub setting: &'static str,
    /// A sentence.
    pub problem: String,
}

impl SettingsError {
    /// `setting` has `problem`.
    pub fn new(setting: &'static str, problem: impl Into<String>) -> Self {
        Self {
            setting,
            problem: problem.into(),
        }
    }
}

/// The text without white space around it; none if nothing is left.
pub(crate) fn present(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// The same for a secret.
pub(crate) fn present_secret(secret: Option<&SecretString>) -> Option<&str> {
    present(secret.map(ExposeSecret::expose_secret))
}
