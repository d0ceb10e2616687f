//! Who may call: no web pages, and with a token set only those who present it.
//!
//! A page elsewhere can make its visitor's browser send requests to this machine. Those that
//! could change something carry an `Origin` and are refused for that. Those that only read carry
//! none when the page's name server has first given its own name this machine's address, but they
//! carry that name as `Host`: without a token, what can be read is read under names only that
//! nobody else can give.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::header::{AUTHORIZATION, HOST, ORIGIN};
use http::{HeaderMap, Uri};
use subtle::ConstantTimeEq;

use super::{Shared, answer};

/// A shared secret; never shown, compared in constant time.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// # Errors
    ///
    /// A secret of less than 16 bytes, which could be guessed.
    pub fn new(secret: impl Into<String>) -> Result<Self, ShortToken> {
        let secret = secret.into();
        if secret.len() < ShortToken::BYTES_MIN {
            return Err(ShortToken);
        }
        Ok(Self(secret))
    }

    fn is(&self, presented: &[u8]) -> bool {
        self.0.as_bytes().ct_eq(presented).into()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

/// The text is too short to keep anybody out.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error(
    "the token is shorter than {} bytes: choose a longer one",
    Self::BYTES_MIN
)]
pub struct ShortToken;

impl ShortToken {
    const BYTES_MIN: usize = 16;
}

/// To the workflow API, which takes POSTs only.
pub(super) async fn admit(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    if headers.contains_key(ORIGIN) {
        return answer::from_a_web_page();
    }
    match &shared.config.token {
        Some(token) if !presents(headers, token) => answer::unauthorized(),
        _ => next.run(request).await,
    }
}

/// Programs, to what they may read.
pub(super) async fn admit_reader(
    state: State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    if state.config.token.is_none() && !is_for_this_machine(request.headers()) {
        return answer::from_another_name();
    }
    admit(state, request, next).await
}

/// People with a browser, which asks them for a name and a password: the token is the password,
/// and any name will do.
pub(super) async fn admit_browser(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    match &shared.config.token {
        Some(token) if !presents(headers, token) && !logs_in(headers, token) => answer::login(),
        None if !is_for_this_machine(headers) => answer::from_another_name(),
        _ => next.run(request).await,
    }
}

fn presents(headers: &HeaderMap, token: &Token) -> bool {
    credentials(headers, "Bearer ").is_some_and(|presented| token.is(presented))
}

fn logs_in(headers: &HeaderMap, token: &Token) -> bool {
    let decoded = credentials(headers, "Basic ").and_then(|login| BASE64.decode(login).ok());
    decoded.is_some_and(|login| {
        let mut parts = login.splitn(2, |&byte| byte == b':').skip(1);
        parts.next().is_some_and(|password| token.is(password))
    })
}

fn credentials<'a>(headers: &'a HeaderMap, scheme: &str) -> Option<&'a [u8]> {
    let value = headers.get(AUTHORIZATION)?.as_bytes();
    let (presented, rest) = value.split_at_checked(scheme.len())?;
    presented
        .eq_ignore_ascii_case(scheme.as_bytes())
        .then_some(rest)
}

/// An address, or a name that always means this machine. Programs that send no host are no
/// browsers.
fn is_for_this_machine(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(HOST) else {
        return true;
    };
    let uri = Uri::try_from(host.as_bytes()).ok();
    let host = uri.as_ref().and_then(Uri::host).unwrap_or_default();
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    address.parse::<IpAddr>().is_ok() || host == "localhost" || host.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn admitted(authorization: &'static str) -> bool {
        let token = Token::new("0123456789abcdef").expect("long enough");
        let value = HeaderValue::from_static(authorization);
        presents(&HeaderMap::from_iter([(AUTHORIZATION, value)]), &token)
    }

    #[test]
    fn only_the_whole_token_is_taken() {
        assert!(admitted("Bearer 0123456789abcdef"));
        assert!(admitted("bearer 0123456789abcdef"));
        for wrong in [
            "Bearer 0123456789abcde",
            "Bearer 0123456789abcdef0",
            "Bearer ",
            "x",
            "",
        ] {
            assert!(!admitted(wrong), "{wrong}");
        }
    }

    fn logged_in(login: &str) -> bool {
        let token = Token::new("0123456789abcdef").expect("long enough");
        let value = HeaderValue::try_from(format!("Basic {login}")).expect("a header");
        logs_in(&HeaderMap::from_iter([(AUTHORIZATION, value)]), &token)
    }

    #[test]
    fn a_browser_logs_in_with_any_name_and_the_token() {
        for login in [":0123456789abcdef", "me:0123456789abcdef"] {
            assert!(logged_in(&BASE64.encode(login)), "{login}");
        }
        for login in [
            "0123456789abcdef",
            "0123456789abcdef:",
            "me:x:0123456789abcdef",
            "",
        ] {
            assert!(!logged_in(&BASE64.encode(login)), "{login}");
        }
        assert!(!logged_in("no base64"));
    }

    #[test]
    fn only_names_that_nobody_else_can_give_mean_this_machine() {
        let is_local = |host: &'static str| {
            let host = HeaderValue::from_static(host);
            is_for_this_machine(&HeaderMap::from_iter([(HOST, host)]))
        };
        for host in [
            "localhost",
            "LocalHost:8801",
            "localhost.",
            "engine.localhost:1",
            "127.0.0.1:8801",
            "10.1.2.3",
            "[::1]:8801",
        ] {
            assert!(is_local(host), "{host}");
        }
        for host in [
            "evil.org",
            "localhost.evil.org",
            "notlocalhost",
            "127.0.0.1.evil.org",
            "",
        ] {
            assert!(!is_local(host), "{host}");
        }
        assert!(is_for_this_machine(&HeaderMap::new()));
    }

    #[test]
    fn a_short_token_is_refused_and_none_is_shown() {
        assert!(Token::new("0123456789abcde").is_err());
        let token = Token::new("0123456789abcdef").expect("long enough");
        assert_eq!(format!("{token:?}"), "Token(..)");
    }
}
