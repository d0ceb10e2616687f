//! What is set by environment variables alone: secrets, which must not show in a list of
//! processes, and two variables that deployments of the real server already set.

use std::env::{self, VarError};

use anyhow::{Context, bail};
use http::{HeaderMap, HeaderName, HeaderValue};
use iwf_engine::rest::Token;
use iwf_engine::worker_http::UrlRewrite;

pub(super) const HELP: &str = "\
Environment only:
  IWF_ENGINE_TOKEN
          What every caller must send, as \"Authorization: Bearer TOKEN\"; at least 16 characters.
          Health checks stay open.

  AUTO_FIX_WORKER_URL
          Host that takes the place of localhost and 127.0.0.1 in worker URLs, for an engine in a
          container: host.docker.internal

  AUTO_FIX_WORKER_PORT_FROM_ENV
          Name of a variable, say PORT: then $PORT$ in worker URLs becomes the value of PORT

  IWF_ENGINE_WORKER_HEADERS
          Headers for the calls of states, not for RPCs; one a line: \"X-Team: mail\"";

/// The token of the API, if one is set.
pub(super) fn token() -> anyhow::Result<Option<Token>> {
    read("IWF_ENGINE_TOKEN")?
        .map(|secret| Token::new(secret).context("IWF_ENGINE_TOKEN is not usable"))
        .transpose()
}

pub(super) fn url_rewrite() -> anyhow::Result<UrlRewrite> {
    let placeholder = match read("AUTO_FIX_WORKER_PORT_FROM_ENV")? {
        None => None,
        Some(name) => match read(&name)? {
            Some(value) => Some((format!("${name}$"), value)),
            None => {
                bail!("AUTO_FIX_WORKER_PORT_FROM_ENV names {name}, which is not set: set it too")
            }
        },
    };
    Ok(UrlRewrite {
        loopback_host: read("AUTO_FIX_WORKER_URL")?,
        placeholder,
    })
}

/// Headers for the calls of states, one a line.
pub(super) fn state_headers() -> anyhow::Result<HeaderMap> {
    let text = read("IWF_ENGINE_WORKER_HEADERS")?.unwrap_or_default();
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let headers = lines.zip(1..).map(|(line, number)| {
        // The line itself may be a secret.
        let wrong = || {
            format!("IWF_ENGINE_WORKER_HEADERS, line {number}, is no header: write \"Name: value\"")
        };
        let (name, value) = line.split_once(':').with_context(wrong)?;
        let name: HeaderName = name.trim().parse().with_context(wrong)?;
        let mut value: HeaderValue = value.trim().parse().with_context(wrong)?;
        value.set_sensitive(true);
        Ok((name, value))
    });
    headers.collect()
}

/// An empty variable counts as absent.
fn read(name: &str) -> anyhow::Result<Option<String>> {
    match env::var(name) {
        Ok(value) if value.is_empty() => Ok(None),
        Ok(value) => Ok(Some(value)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => bail!("{name} is not UTF-8: set it again"),
    }
}
