//! Model settings: `OPENAI_API_KEY`, `OPENAI_MODEL`, `OPENAI_BASE_URL` and `OPENAI_PRICE_…`, from texts
//! to values.

use std::time::Duration;

use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};

use super::prices::Price;
use crate::settings::{SettingsError, present, present_secret};

/// OpenAI's own service.
pub(crate) const OPENAI: &str = "https://api.openai.com/v1";
const DEFAULT_MODEL: &str = "gpt-4o";

/// The settings as texts. Blank means not set.
#[derive(Debug, Clone, Default)]
pub struct OpenAiVariables {
    /// `OPENAI_API_KEY`.
    pub api_key: Option<SecretString>,
    /// `OPENAI_MODEL`.
    pub model: Option<String>,
    /// `OPENAI_BASE_URL`.
    pub base_url: Option<String>,
    /// `OPENAI_PRICE_INPUT`.
    pub price_input: Option<String>,
    /// `OPENAI_PRICE_OUTPUT`.
    pub price_output: Option<String>,
}

/// How to reach a language model.
#[derive(Debug, Clone)]
pub struct OpenAiSettings {
    /// Address of the API without a slash at its end, `https://api.openai.com/v1`.
    pub base_url: String,
    /// The key; servers on one's own machine often want none.
    pub api_key: Option<SecretString>,
    /// The model's name.
    pub model: String,
    /// What its tokens cost, if somebody has said so.
    pub price: Option<Price>,
    /// How long to wait for what.
    pub limits: OpenAiLimits,
}

/// How long one turn may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenAiLimits {
    /// Until the connection stands.
    pub connect: Duration,
    /// The whole turn, repair included: below the 90 s that the workflow allows.
    pub total: Duration,
    /// Reading a draft back: below the 60 s that the workflow allows.
    pub read_back: Duration,
}

impl Default for OpenAiLimits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            total: Duration::from_secs(80),
            read_back: Duration::from_secs(50),
        }
    }
}

impl OpenAiSettings {
    /// None if neither a key nor a server is set: then there is no model.
    pub fn parse(variables: &OpenAiVariables) -> Result<Option<Self>, SettingsError> {
        let api_key = present_secret(variables.api_key.as_ref());
        let base_url = present(variables.base_url.as_deref());
        if api_key.is_none() && base_url.is_none() {
            return Ok(None);
        }
        if api_key.is_some_and(|key| !key.chars().all(|c| c.is_ascii_graphic())) {
            return Err(SettingsError::new(
                "OPENAI_API_KEY",
                "has a blank or a special character in it: copy the key again",
            ));
        }
        Ok(Some(Self {
            base_url: parse_base_url(base_url.unwrap_or(OPENAI))?,
            api_key: api_key.map(SecretString::from),
            model: present(variables.model.as_deref())
                .unwrap_or(DEFAULT_MODEL)
                .to_owned(),
            price: Price::parse(
                variables.price_input.as_deref(),
                variables.price_output.as_deref(),
            )?,
            limits: OpenAiLimits::default(),
        }))
    }

    /// Its server, for sentences: no path, no secrets.
    #[must_use]
    pub fn host(&self) -> &str {
        let rest = self.base_url.split("//").nth(1).unwrap_or(&self.base_url);
        rest.split('/').next().unwrap_or(rest)
    }

    /// The `Authorization` header, if there is a key.
    pub(super) fn authorization(&self) -> Option<String> {
        let key = self.api_key.as_ref()?;
        Some(format!("Bearer {}", key.expose_secret()))
    }
}

fn parse_base_url(text: &str) -> Result<String, SettingsError> {
    let wrong = |problem: &str| {
        SettingsError::new(
            "OPENAI_BASE_URL",
            format!("{problem}; it should look like http://127.0.0.1:11434/v1"),
        )
    };
    let url = Url::parse(text).map_err(|_| wrong("is not an address"))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(wrong("is not an http:// or https:// address"));
    }
    let credentials = !url.username().is_empty() || url.password().is_some();
    if credentials || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("has something besides server, port and path"));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(key: &str, model: &str, url: &str) -> Result<Option<OpenAiSettings>, SettingsError> {
        OpenAiSettings::parse(&OpenAiVariables {
            api_key: Some(key.into()),
            model: Some(model.into()),
            base_url: Some(url.into()),
            ..OpenAiVariables::default()
        })
    }

    #[test]
    fn a_key_or_a_server_means_a_model() {
        assert!(parse("", "gpt-4o", " ").unwrap().is_none());
        let key = parse("sk-1", "", "").unwrap().unwrap();
        assert_eq!(
            (key.base_url.as_str(), key.model.as_str()),
            (OPENAI, "gpt-4o")
        );
        let local = parse("", "llama3", "http://127.0.0.1:11434/v1/")
            .unwrap()
            .unwrap();
        assert_eq!(local.base_url, "http://127.0.0.1:11434/v1");
        assert!(local.api_key.is_none());
        assert_eq!(local.host(), "127.0.0.1:11434");
    }

    #[test]
    fn wrong_settings_are_named_without_the_key() {
        for (key, url, setting) in [
            ("sk geheim", "", "OPENAI_API_KEY"),
            ("sk-geheim", "localhost", "OPENAI_BASE_URL"),
            ("sk-geheim", "ftp://localhost/v1", "OPENAI_BASE_URL"),
            ("sk-geheim", "http://localhost/v1?a=b", "OPENAI_BASE_URL"),
        ] {
            let error = parse(key, "", url).unwrap_err();
            assert_eq!(error.setting, setting, "{url}");
            assert!(!error.to_string().contains("geheim"));
        }
        let settings = parse("sk-geheim", "", "").unwrap();
        assert!(!format!("{settings:?}").contains("geheim"));
    }
}
