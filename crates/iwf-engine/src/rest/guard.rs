//! Who may call: no web pages, and with a token set only those who present it.

use std::fmt;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderMap;
use http::header::{AUTHORIZATION, ORIGIN};
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

pub(super) async fn admit(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    if request.headers().contains_key(ORIGIN) {
        return answer::from_a_web_page();
    }
    match &shared.config.token {
        Some(token) if !presents(request.headers(), token) => answer::unauthorized(),
        _ => next.run(request).await,
    }
}

fn presents(headers: &HeaderMap, token: &Token) -> bool {
    headers
        .get(AUTHORIZATION)
        .and_then(|value| value.as_bytes().split_at_checked("Bearer ".len()))
        .is_some_and(|(scheme, presented)| {
            scheme.eq_ignore_ascii_case(b"Bearer ") && token.is(presented)
        })
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

    #[test]
    fn a_short_token_is_refused_and_none_is_shown() {
        assert!(Token::new("0123456789abcde").is_err());
        let token = Token::new("0123456789abcdef").expect("long enough");
        assert_eq!(format!("{token:?}"), "Token(..)");
    }
}
