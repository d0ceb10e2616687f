//! The key of a session: random, in a cookie of the browser or the header of a program.

use cookie::{Cookie, SameSite, time};
use http::{HeaderMap, HeaderValue, header};
use secrecy::{ExposeSecret, SecretString};

use super::SESSION_SECONDS;

/// The name of the cookie.
const COOKIE: &str = "email_agent_session";
const DIGITS: usize = 64;

/// Whoever holds it is signed in.
pub(super) struct SessionKey(SecretString);

impl SessionKey {
    /// 256 random bits as hexadecimal digits.
    pub(super) fn new() -> Self {
        let random = rand::random::<u128>;
        Self(format!("{:032x}{:032x}", random(), random()).into())
    }

    /// The one that a request carries; none if it carries none or something that cannot be one.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let bearer = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, key)| key.trim().to_owned());
        let in_cookie = || {
            headers
                .get_all(header::COOKIE)
                .iter()
                .filter_map(|value| value.to_str().ok())
                .flat_map(Cookie::split_parse)
                .filter_map(Result::ok)
                .find(|cookie| cookie.name() == COOKIE)
                .map(|cookie| cookie.value().to_owned())
        };
        bearer
            .or_else(in_cookie)
            .filter(|key| key.len() == DIGITS && key.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .map(|key| Self(key.into()))
    }

    pub(super) fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// The cookie that keeps it. Not `Strict`: whoever comes by a link of another page is signed in too;
    /// what another page sends is refused by the doors.
    pub(super) fn cookie(&self, request: &HeaderMap) -> HeaderValue {
        cookie(self.expose().to_owned(), request, SESSION_SECONDS)
    }
}

/// The cookie that takes the place of one, and is gone at once.
pub(super) fn no_cookie(request: &HeaderMap) -> HeaderValue {
    cookie(String::new(), request, 0)
}

fn cookie(value: String, request: &HeaderMap, age_seconds: i64) -> HeaderValue {
    let cookie = Cookie::build((COOKIE, value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(is_encrypted(request))
        .max_age(time::Duration::seconds(age_seconds));
    // Our name, hexadecimal digits and fixed words: always a header.
    HeaderValue::from_str(&cookie.to_string()).unwrap_or(HeaderValue::from_static(""))
}

/// Whether the browser speaks TLS with the proxy before us. We ourselves speak none.
fn is_encrypted(request: &HeaderMap) -> bool {
    request
        .get("x-forwarded-proto")
        .and_then(|value| value.to_str().ok())
        .is_some_and(|protocols| {
            let first = protocols.split(',').next().unwrap_or_default();
            first.trim().eq_ignore_ascii_case("https")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: header::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_str(value).unwrap())])
    }

    #[test]
    fn a_key_comes_by_cookie_or_header() {
        let key = SessionKey::new();
        let found = |headers| SessionKey::of(&headers).map(|key| key.expose().to_owned());
        let expected = Some(key.expose().to_owned());
        let cookie = format!("theme=dark; {COOKIE}={}", key.expose());
        assert_eq!(found(with(header::COOKIE, &cookie)), expected);
        for scheme in ["Bearer", "bearer"] {
            let value = format!("{scheme} {}", key.expose());
            assert_eq!(found(with(header::AUTHORIZATION, &value)), expected);
        }
        for value in ["Bearer short", "Basic QQ==", key.expose(), "Bearer "] {
            assert_eq!(found(with(header::AUTHORIZATION, value)), None, "{value}");
        }
        assert_eq!(found(HeaderMap::new()), None);
    }

    #[test]
    fn keys_differ() {
        assert_ne!(SessionKey::new().expose(), SessionKey::new().expose());
    }

    fn text(value: &HeaderValue) -> String {
        value.to_str().unwrap().to_owned()
    }

    #[test]
    fn the_cookie_is_for_the_server_alone() {
        let key = SessionKey::new();
        let cookie = text(&key.cookie(&HeaderMap::new()));
        for part in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        assert!(!cookie.contains("Secure"));
        let proxied = with("x-forwarded-proto".parse().unwrap(), "https");
        assert!(text(&key.cookie(&proxied)).contains("Secure"));
        assert!(text(&no_cookie(&proxied)).contains("Max-Age=0"));
    }
}
