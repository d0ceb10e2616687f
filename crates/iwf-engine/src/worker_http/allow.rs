//! Which addresses the engine calls: whoever may start a workflow names a URL, and without a
//! list could make the engine post to anything that it can reach.

use std::fmt;
use std::str::FromStr;

use http::Uri;

/// One kind of allowed worker address.
///
/// | pattern | allows |
/// |---|---|
/// | `https://worker.example.com` | that scheme and host, at the scheme's own port |
/// | `http://10.0.0.7:8803` | that scheme, host and port |
/// | `worker`, `10.0.0.7`, `[fd00::7]` | that host, with any scheme and port |
/// | `worker:8803` | that host and port, with any scheme |
/// | `*.workers.internal` | every host below that name, but not that name itself |
/// | `*` | everything |
///
/// Paths are not looked at, and names are compared as text: an address that means the same host
/// in other words is not allowed. What a name resolves to is the business of whoever runs the
/// name server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedWorker {
    scheme: Option<Scheme>,
    host: Host,
    port: Option<u16>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scheme {
    Http,
    Https,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Host {
    Any,
    /// The suffix with its leading dot.
    Below(String),
    Named(String),
}

/// The text is no pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "write a worker as https://host, http://host:port, host, host:port, *.domain or *, without a path"
)]
pub struct NotAWorker;

impl AllowedWorker {
    /// Whether this pattern allows calls to this address.
    pub(super) fn allows(&self, address: &Uri) -> bool {
        let (Some(scheme), Some(host)) = (address.scheme_str(), address.host()) else {
            return false;
        };
        let Some(scheme) = Scheme::named(scheme) else {
            return false;
        };
        let host = normal(host);
        let port = address.port_u16().unwrap_or(scheme.port());
        self.scheme.is_none_or(|own| own == scheme)
            && self.port.is_none_or(|own| own == port)
            && match &self.host {
                Host::Any => true,
                Host::Below(suffix) => host.len() > suffix.len() && host.ends_with(suffix),
                Host::Named(name) => host == *name,
            }
    }
}

impl FromStr for AllowedWorker {
    type Err = NotAWorker;

    fn from_str(text: &str) -> Result<Self, NotAWorker> {
        let (scheme, rest) = match text.trim().split_once("://") {
            Some((scheme, rest)) => (Some(Scheme::named(scheme).ok_or(NotAWorker)?), rest),
            None => (None, text.trim()),
        };
        let (host, port) = host_and_port(rest.trim_end_matches('/'))?;
        let port = port.or(scheme.map(Scheme::port));
        let host = match host.strip_prefix('*') {
            None => Host::Named(name(host)?),
            Some("") if scheme.is_none() && port.is_none() => Host::Any,
            Some(suffix) => {
                let below = suffix.strip_prefix('.').ok_or(NotAWorker)?;
                Host::Below(format!(".{}", name(below)?))
            }
        };
        Ok(Self { scheme, host, port })
    }
}

/// The colons of an IPv6 address stand between brackets.
fn host_and_port(text: &str) -> Result<(&str, Option<u16>), NotAWorker> {
    let after_brackets = text.rfind(']').map_or(0, |end| end + 1);
    let tail = text.get(after_brackets..).ok_or(NotAWorker)?;
    match tail.split_once(':') {
        None => Ok((text, None)),
        Some((before, port)) => {
            let host = text.get(..after_brackets + before.len());
            let port = port.parse().map_err(|_| NotAWorker)?;
            Ok((host.ok_or(NotAWorker)?, Some(port)))
        }
    }
}

/// A host, or the part of one after `*.`, and nothing else.
fn name(text: &str) -> Result<String, NotAWorker> {
    let is_v6 = text.starts_with('[') && text.ends_with(']');
    let is_host = |letter: char| {
        letter.is_ascii_alphanumeric()
            || matches!(letter, '-' | '.' | '_')
            || (is_v6 && matches!(letter, '[' | ']' | ':'))
    };
    let name = normal(text);
    if name.is_empty() || name.starts_with('.') || !name.chars().all(is_host) {
        return Err(NotAWorker);
    }
    Ok(name)
}

/// Case and a dot at the end make no difference.
fn normal(host: &str) -> String {
    host.trim_end_matches('.').to_ascii_lowercase()
}

impl Scheme {
    fn named(text: &str) -> Option<Self> {
        if text.eq_ignore_ascii_case("http") {
            Some(Self::Http)
        } else if text.eq_ignore_ascii_case("https") {
            Some(Self::Https)
        } else {
            None
        }
    }

    fn port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

impl fmt::Display for AllowedWorker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.scheme {
            Some(Scheme::Http) => f.write_str("http://")?,
            Some(Scheme::Https) => f.write_str("https://")?,
            None => {}
        }
        match &self.host {
            Host::Any => f.write_str("*")?,
            Host::Below(suffix) => write!(f, "*{suffix}")?,
            Host::Named(name) => f.write_str(name)?,
        }
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, allowed: &[&str], refused: &[&str]) {
        let worker: AllowedWorker = pattern.parse().expect(pattern);
        let allows = |url: &&str| worker.allows(&url.parse().expect(url));
        for url in allowed {
            assert!(allows(url), "{pattern} does not allow {url}");
        }
        for url in refused {
            assert!(!allows(url), "{pattern} allows {url}");
        }
        let again: AllowedWorker = worker.to_string().parse().expect(pattern);
        assert_eq!(again, worker);
    }

    #[test]
    fn an_origin_is_exact() {
        check(
            "https://Worker.example.com/",
            &[
                "https://worker.example.com/a/b",
                "https://WORKER.example.com.",
                "https://worker.example.com:443",
            ],
            &[
                "http://worker.example.com",
                "https://worker.example.com:8443",
                "https://worker.example.com.evil.org",
                "https://evil.org/worker.example.com",
                "https://worker.example.com@evil.org/",
            ],
        );
        check(
            "http://10.0.0.7:8803",
            &["http://10.0.0.7:8803/x"],
            &[
                "http://10.0.0.7",
                "http://10.0.0.70:8803",
                "http://167772167:8803",
            ],
        );
    }

    #[test]
    fn a_host_allows_every_scheme_and_port_unless_it_names_one() {
        check(
            "worker",
            &["http://worker:1", "https://worker"],
            &["http://worker2"],
        );
        check(
            "worker:81",
            &["http://worker:81"],
            &["http://worker", "http://worker:82"],
        );
        check("[fd00::7]", &["http://[FD00::7]:1"], &["http://[fd00::8]"]);
        check(
            "[fd00::7]:81",
            &["http://[fd00::7]:81"],
            &["http://[fd00::7]"],
        );
    }

    #[test]
    fn a_star_stands_for_whole_labels() {
        check(
            "*.workers.internal",
            &["http://a.workers.internal", "http://a.b.workers.internal:1"],
            &[
                "http://workers.internal",
                "http://.workers.internal",
                "http://evilworkers.internal",
                "http://a.workers.internal.evil.org",
            ],
        );
        check("https://*.w.org", &["https://a.w.org"], &["http://a.w.org"]);
        check("*", &["http://anything:1", "https://[::1]"], &["ftp://x"]);
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for text in [
            "",
            "http://",
            "ftp://worker",
            "http://worker/path",
            "user@worker",
            "*worker",
            "a.*.b",
            "*.",
            "*:80",
            "worker:port",
            "worker:99999",
            "a b",
            "::1",
        ] {
            assert_eq!(text.parse::<AllowedWorker>(), Err(NotAWorker), "{text}");
        }
    }
}
