//! Mail settings: from the texts that a person sets to values that cannot be wrong.
//!
//! In: texts, as they stand in the environment or in `.env`; this module never reads them itself.
//! Out: [`MailSettings`], or a sentence that names the setting and says what it should look like.
//! Passwords are held in a type that never prints them.

use std::{path::PathBuf, time::Duration};

use email_agent_api::{Recipient, RecipientError};
use percent_encoding::percent_decode_str;
use reqwest::Url;
use secrecy::SecretString;

use crate::settings::{SettingsError, present, present_secret};

/// The settings as texts. Blank means not set.
#[derive(Debug, Clone, Default)]
pub struct MailVariables {
    /// `GOOGLE_EMAIL_ADDRESS`.
    pub google_email_address: Option<String>,
    /// `GOOGLE_EMAIL_APP_PASSWORD`.
    pub google_email_app_password: Option<SecretString>,
    /// `SMTP_URL`; may hold a password.
    pub smtp_url: Option<SecretString>,
    /// `MAIL_FROM`.
    pub mail_from: Option<String>,
    /// `SMTP_CA_FILE`.
    pub smtp_ca_file: Option<PathBuf>,
    /// `OUTBOX_DIR`, or the default place.
    pub outbox_folder: PathBuf,
}

/// Where mail goes.
#[derive(Debug, Clone)]
pub enum MailSettings {
    /// To a mail server.
    Smtp(SmtpSettings),
    /// Into a folder.
    Outbox {
        /// The folder.
        folder: PathBuf,
        /// Who the mail is from.
        sender: Recipient,
    },
}

/// How to reach a mail server.
#[derive(Debug, Clone)]
pub struct SmtpSettings {
    /// Its name, which its certificate must carry.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is secured.
    pub security: Security,
    /// User and password.
    pub login: Option<Login>,
    /// Who the mail is from.
    pub sender: Recipient,
    /// A file with further root certificates (PEM), for private servers.
    pub ca_file: Option<PathBuf>,
    /// How long to wait for what.
    pub limits: SmtpLimits,
}

/// How a connection to a mail server is secured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte: `smtps://`, port 465.
    ImplicitTls,
    /// STARTTLS, and nothing is sent if the server does not offer it: `smtp://`, port 587.
    StartTls,
    /// None at all: `smtp://…?tls=none`. For servers on this very machine.
    Plaintext,
}

/// User and password for a mail server.
#[derive(Debug, Clone)]
pub struct Login {
    /// The user.
    pub user: String,
    /// The password.
    pub password: SecretString,
}

/// How long one attempt may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SmtpLimits {
    /// Until the connection stands.
    pub connect: Duration,
    /// Each command until its answer. The last one, the mail itself, may use up `total`: giving up
    /// there means not knowing.
    pub command: Duration,
    /// All of it.
    pub total: Duration,
}

impl Default for SmtpLimits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(15),
            command: Duration::from_secs(30),
            total: Duration::from_mins(1),
        }
    }
}

impl MailSettings {
    /// Gmail if its two settings are there, else the server of `SMTP_URL`, else the outbox folder.
    pub fn parse(variables: &MailVariables) -> Result<Self, SettingsError> {
        let google_address = present(variables.google_email_address.as_deref());
        let google_password = present_secret(variables.google_email_app_password.as_ref());
        let smtp_url = present_secret(variables.smtp_url.as_ref());
        let from = present(variables.mail_from.as_deref());
        match (google_address, google_password, smtp_url) {
            (Some(_), _, Some(_)) | (_, Some(_), Some(_)) => Err(SettingsError::new(
                "SMTP_URL",
                "set either this or the two GOOGLE_EMAIL_… settings, not both",
            )),
            (Some(address), Some(password), None) => {
                gmail(address, password, from, variables).map(Self::Smtp)
            }
            (Some(_), None, None) => Err(SettingsError::new(
                "GOOGLE_EMAIL_APP_PASSWORD",
                "is missing: make an app password in the Google account (Security, 2-Step Verification) and set it",
            )),
            (None, Some(_), None) => Err(SettingsError::new(
                "GOOGLE_EMAIL_ADDRESS",
                "is missing: set the Gmail address that the app password belongs to",
            )),
            (None, None, Some(url)) => smtp(url, from, variables).map(Self::Smtp),
            (None, None, None) => Ok(Self::Outbox {
                folder: variables.outbox_folder.clone(),
                sender: sender("MAIL_FROM", from.unwrap_or(OUTBOX_SENDER))?,
            }),
        }
    }
}

/// What the outbox's own sender ends with.
pub(crate) const OUTBOX_DOMAIN: &str = "@outbox.invalid";
/// `.invalid` is reserved (RFC 2606): a file from the outbox that is mailed by hand harms nobody.
const OUTBOX_SENDER: &str = "Email Agent <agent@outbox.invalid>";

fn gmail(
    address: &str,
    password: &str,
    from: Option<&str>,
    variables: &MailVariables,
) -> Result<SmtpSettings, SettingsError> {
    let account = sender("GOOGLE_EMAIL_ADDRESS", address)?;
    Ok(SmtpSettings {
        host: "smtp.gmail.com".to_owned(),
        port: 465,
        security: Security::ImplicitTls,
        login: Some(Login {
            user: account.address().to_owned(),
            // Google shows app passwords in four groups; the blanks are not part of them.
            password: password.split_whitespace().collect::<String>().into(),
        }),
        sender: from.map_or(Ok(account), |from| sender("MAIL_FROM", from))?,
        ca_file: variables.smtp_ca_file.clone(),
        limits: SmtpLimits::default(),
    })
}

fn smtp(
    url: &str,
    from: Option<&str>,
    variables: &MailVariables,
) -> Result<SmtpSettings, SettingsError> {
    let wrong = |problem: &str| {
        SettingsError::new(
            "SMTP_URL",
            format!(
                "{problem}; it should look like smtps://user:password@mail.example.com or smtp://user:password@mail.example.com:587"
            ),
        )
    };
    let url = Url::parse(url).map_err(|_| {
        wrong("is not an address (special characters in user and password are written as %40 and the like)")
    })?;
    let host = url
        .host_str()
        .filter(|host| !host.is_empty())
        .ok_or_else(|| wrong("names no server"))?
        .trim_matches(['[', ']'])
        .to_owned();
    if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
        return Err(wrong("has something after the server and port"));
    }
    let security = security(&url).map_err(|problem| wrong(&problem))?;
    let login = login(&url).map_err(wrong)?;
    if security == Security::Plaintext && login.is_some() && !is_this_machine(&host) {
        return Err(wrong(
            "would send the password unencrypted over the network: remove tls=none",
        ));
    }
    let login_name = login.as_ref().map(|login| login.user.as_str());
    let from = from
        .or(login_name.filter(|user| user.contains('@')))
        .ok_or_else(|| {
            SettingsError::new(
                "MAIL_FROM",
                "is missing: set the sender, like Ana Souza <ana@example.com>",
            )
        })?;
    Ok(SmtpSettings {
        port: url.port().unwrap_or(match security {
            Security::ImplicitTls => 465,
            Security::StartTls => 587,
            Security::Plaintext => 25,
        }),
        host,
        security,
        sender: sender("MAIL_FROM", from)?,
        login,
        ca_file: variables.smtp_ca_file.clone(),
        limits: SmtpLimits::default(),
    })
}

fn security(url: &Url) -> Result<Security, String> {
    let mut security = match url.scheme() {
        "smtps" => Security::ImplicitTls,
        "smtp" => Security::StartTls,
        other => return Err(format!("begins with {other}://")),
    };
    for (name, value) in url.query_pairs() {
        security = match (name.as_ref(), value.as_ref(), security) {
            ("tls", "none", Security::StartTls) => Security::Plaintext,
            ("tls", "required", unchanged) => unchanged,
            _ => {
                return Err(format!(
                    "has the unknown option {name}: only ?tls=none, with smtp://, exists"
                ));
            }
        };
    }
    Ok(security)
}

fn login(url: &Url) -> Result<Option<Login>, &'static str> {
    let decode = |text: &str| -> Result<String, &'static str> {
        let text = percent_decode_str(text).decode_utf8();
        let text = text.map_err(|_| "has a user or password that is not UTF-8")?;
        if text.chars().any(char::is_control) {
            return Err("has a control character in user or password");
        }
        Ok(text.into_owned())
    };
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        ("", Some(_)) => Err("has a password but no user"),
        (_, None) => Err("has a user but no password"),
        (user, Some(password)) => Ok(Some(Login {
            user: decode(user)?,
            password: decode(password)?.into(),
        })),
    }
}

fn is_this_machine(host: &str) -> bool {
    let address = host.parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// The sender, with its domain as the network knows it: each Message-ID ends with it.
fn sender(setting: &'static str, text: &str) -> Result<Recipient, SettingsError> {
    text.parse()
        .and_then(as_sender)
        .map_err(|error: RecipientError| SettingsError::new(setting, error.to_string()))
}

/// The same with its domain as the network knows it.
pub(crate) fn as_sender(sender: Recipient) -> Result<Recipient, RecipientError> {
    let ascii = sender
        .address()
        .rsplit_once('@')
        .filter(|(_, domain)| !domain.is_ascii())
        .and_then(|(user, domain)| Some((user, idna::domain_to_ascii(domain).ok()?)));
    let Some((user, domain)) = ascii else {
        return Ok(sender);
    };
    let name = sender.name().unwrap_or_default();
    format!("\"{name}\" <{user}@{domain}>").parse()
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn parse(change: impl FnOnce(&mut MailVariables)) -> Result<MailSettings, SettingsError> {
        let mut variables = MailVariables {
            outbox_folder: "outbox".into(),
            ..MailVariables::default()
        };
        change(&mut variables);
        MailSettings::parse(&variables)
    }

    fn smtp(url: &str) -> Result<SmtpSettings, SettingsError> {
        let settings = parse(|variables| {
            variables.smtp_url = Some(url.into());
            variables.mail_from = Some("Ana <ana@example.com>".into());
        })?;
        match settings {
            MailSettings::Smtp(settings) => Ok(settings),
            MailSettings::Outbox { .. } => panic!("an SMTP_URL is no outbox"),
        }
    }

    #[test]
    fn nothing_set_means_the_outbox() {
        for blank in [None, Some(" ".to_owned())] {
            let settings = parse(|variables| variables.google_email_address = blank).unwrap();
            assert!(matches!(settings, MailSettings::Outbox { .. }));
        }
    }

    #[test]
    fn gmail_needs_two_settings() {
        let both = parse(|variables| {
            variables.google_email_address = Some("ana@gmail.com".into());
            variables.google_email_app_password = Some("abcd efgh ijkl mnop".into());
        });
        let MailSettings::Smtp(both) = both.unwrap() else {
            panic!("two settings mean Gmail");
        };
        assert_eq!((both.host.as_str(), both.port), ("smtp.gmail.com", 465));
        assert_eq!(both.sender.address(), "ana@gmail.com");
        let login = both.login.unwrap();
        assert_eq!(login.password.expose_secret(), "abcdefghijklmnop");
        let one = parse(|variables| variables.google_email_address = Some("ana@gmail.com".into()));
        assert_eq!(one.unwrap_err().setting, "GOOGLE_EMAIL_APP_PASSWORD");
    }

    #[test]
    fn addresses_of_servers() {
        let table = [
            ("smtps://u:p@mail.example.com", 465, Security::ImplicitTls),
            ("smtp://u:p@mail.example.com", 587, Security::StartTls),
            (
                "smtp://u:p@mail.example.com:2525?tls=required",
                2525,
                Security::StartTls,
            ),
            ("smtp://127.0.0.1:1025?tls=none", 1025, Security::Plaintext),
            ("smtp://u:p@localhost?tls=none", 25, Security::Plaintext),
        ];
        for (url, port, security) in table {
            let settings = smtp(url).unwrap();
            assert_eq!(
                (settings.port, settings.security),
                (port, security),
                "{url}"
            );
        }
        let login = smtp("smtps://ana%40example.com:p%2Fw%3A%C3%A9@mail.example.com").unwrap();
        let login = login.login.unwrap();
        assert_eq!(login.user, "ana@example.com");
        assert_eq!(login.password.expose_secret(), "p/w:é");
    }

    #[test]
    fn wrong_addresses_are_explained_without_the_password() {
        for url in [
            "mail.example.com",
            "http://mail.example.com",
            "smtps://",
            "smtps://user@mail.example.com",
            "smtps://:geheim@mail.example.com",
            "smtps://u:geheim@mail.example.com/path",
            "smtps://u:geheim@mail.example.com?tls=none",
            "smtp://u:geheim@mail.example.com?tls=maybe",
            "smtp://u:geheim@mail.example.com?tls=none",
            "smtps://u:geheim%0d%0a@mail.example.com",
        ] {
            let error = smtp(url).unwrap_err();
            assert_eq!(error.setting, "SMTP_URL", "{url}");
            assert!(!error.to_string().contains("geheim"), "{error}");
        }
    }

    #[test]
    fn a_server_needs_a_sender() {
        let without = |url: &str| parse(|variables| variables.smtp_url = Some(url.into()));
        let error = without("smtps://u:p@mail.example.com").unwrap_err();
        assert_eq!(error.setting, "MAIL_FROM");
        assert!(without("smtps://ana%40example.com:p@mail.example.com").is_ok());
    }

    #[test]
    fn an_international_sender_is_ready_for_the_network() {
        for (from, expected) in [
            ("ana@bücher.example", "ana@xn--bcher-kva.example"),
            (
                "A, na <ana@bücher.example>",
                "\"A, na\" <ana@xn--bcher-kva.example>",
            ),
        ] {
            assert_eq!(sender("MAIL_FROM", from).unwrap().to_string(), expected);
        }
    }

    #[test]
    fn secrets_do_not_print() {
        let settings = smtp("smtps://u:geheim@mail.example.com").unwrap();
        assert!(!format!("{settings:?}").contains("geheim"));
    }
}
