//! Where mail goes.

use std::{fmt, num::NonZeroU16, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{Fixed, Line, PreferenceError, WriteOnly};
use crate::{Recipient, limits::LOGIN_CHARS_MAX};

/// A mail server, or the demo mailbox.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Sending {
    /// A folder on this machine; nothing leaves it.
    #[default]
    Outbox,
    /// A mail server.
    Smtp(SmtpServer),
}

/// How to reach a mail server; the password goes a way of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmtpServer {
    /// Its name, which its certificate must carry.
    pub host: HostName,
    /// Its port.
    pub port: NonZeroU16,
    /// How the connection is secured.
    pub security: MailSecurity,
    /// The user to log in as; empty for a server that wants no login.
    #[serde(default)]
    pub user: Line<LOGIN_CHARS_MAX>,
    /// Who the mail is from; none for the user, where that is an address.
    #[serde(default)]
    pub from: Option<Recipient>,
}

/// How a connection to a mail server is secured.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailSecurity {
    /// TLS from the first byte; port 465.
    #[default]
    Tls,
    /// STARTTLS, and nothing is sent if the server does not offer it; port 587.
    Starttls,
    /// None at all: for servers on this very machine.
    None,
}

impl MailSecurity {
    /// As on the wire.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Tls => "tls",
            Self::Starttls => "starttls",
            Self::None => "none",
        }
    }

    /// The one with this code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        [Self::Tls, Self::Starttls, Self::None]
            .into_iter()
            .find(|one| one.code() == code)
    }
}

/// The name or number of a server, without anything before or after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HostName(String);

/// The longest that the name system knows.
const HOST_CHARS_MAX: usize = 253;

impl HostName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is this very machine.
    #[must_use]
    pub fn is_this_machine(&self) -> bool {
        let address = self.0.parse::<std::net::IpAddr>();
        self.0 == "localhost" || address.is_ok_and(|address| address.is_loopback())
    }
}

impl FromStr for HostName {
    type Err = PreferenceError;

    fn from_str(text: &str) -> Result<Self, PreferenceError> {
        let text = text.trim().trim_matches(['[', ']']).to_lowercase();
        let is_number = text.parse::<std::net::IpAddr>().is_ok();
        let is_name = !text.is_empty()
            && !text.starts_with(['.', '-'])
            && text
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'));
        let is_short = text.chars().count() <= HOST_CHARS_MAX;
        if is_short && (is_name || is_number) {
            return Ok(Self(text));
        }
        Err(PreferenceError::NotAHost)
    }
}

impl TryFrom<String> for HostName {
    type Error = PreferenceError;

    fn try_from(text: String) -> Result<Self, PreferenceError> {
        text.parse()
    }
}

impl From<HostName> for String {
    fn from(host: HostName) -> Self {
        host.0
    }
}

impl fmt::Display for HostName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The two places.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SendingKind {
    /// The demo mailbox.
    #[default]
    Outbox,
    /// A mail server.
    Smtp,
}

/// A new state of where mail goes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SendingChange {
    /// The new state.
    pub sending: Sending,
    /// A new password; none keeps the one that is stored, as long as the server is the same.
    #[serde(default)]
    pub password: Option<WriteOnly>,
}

/// Where mail goes, as it is in effect.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SendingView {
    /// A mail server or the demo mailbox.
    pub kind: SendingKind,
    /// The server; empty for the demo mailbox.
    pub host: String,
    /// Its port.
    pub port: Option<u16>,
    /// How the connection is secured.
    pub security: MailSecurity,
    /// The user to log in as; may be empty.
    pub user: String,
    /// The sender as it was set; may be empty.
    pub from: String,
    /// The sender as recipients see it.
    pub sender: String,
    /// Whether there is a password.
    pub password_set: bool,
    /// What cannot be changed here.
    pub fixed: Vec<Fixed>,
    /// What is wrong with what is stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_and_what_is_none() {
        for (text, name) in [
            (" SMTP.Example.com ", "smtp.example.com"),
            ("localhost", "localhost"),
            ("127.0.0.1", "127.0.0.1"),
            ("[::1]", "::1"),
            ("bücher.example", "bücher.example"),
        ] {
            assert_eq!(text.parse::<HostName>().unwrap().as_str(), name);
        }
        for bad in [
            "",
            "smtp://mail.example.com",
            "mail.example.com:465",
            "user@mail.example.com",
            "mail example.com",
            "-mail.example.com",
            "mail.example.com/",
            "a\nb",
        ] {
            assert_eq!(
                bad.parse::<HostName>(),
                Err(PreferenceError::NotAHost),
                "{bad:?}"
            );
        }
        assert!("x".repeat(HOST_CHARS_MAX).parse::<HostName>().is_ok());
        assert!("x".repeat(HOST_CHARS_MAX + 1).parse::<HostName>().is_err());
    }

    #[test]
    fn this_machine_has_several_names() {
        let is_local = |text: &str| text.parse::<HostName>().unwrap().is_this_machine();
        assert!(is_local("localhost") && is_local("127.0.0.1") && is_local("::1"));
        assert!(!is_local("mail.example.com") && !is_local("10.0.0.1"));
    }

    #[test]
    fn on_the_wire_it_is_flat_and_a_port_is_a_port() {
        let json =
            r#"{"kind": "smtp", "host": "mail.example.com", "port": 465, "security": "tls"}"#;
        let Sending::Smtp(server) = serde_json::from_str(json).unwrap() else {
            panic!("a server");
        };
        assert_eq!(
            (server.port.get(), server.security),
            (465, MailSecurity::Tls)
        );
        for port in ["0", "65536", "-1"] {
            let json = json.replace("465", port);
            assert!(serde_json::from_str::<Sending>(&json).is_err(), "{port}");
        }
    }
}
