//! Mail over SMTP, one attempt at a time.
//!
//! In: a mail and [`SmtpSettings`]. Out: a [`SendOutcome`] that is true whatever breaks. The line
//! that decides is the final dot: whatever fails before it was begun is a clean refusal, because a
//! server may act only on a message whose end it has seen; whatever fails after it without an answer
//! is [`SendOutcome::Unknown`]. Each recipient is asked about on its own, so that one refused address
//! does not hide what happened to the others. Every wait has a limit, and nothing is repeated here.

mod exchange;
mod failure;
mod trial;

use async_trait::async_trait;
use email_agent_api::{MailInfo, Recipient, TestReport, to_say};
use lettre::transport::smtp::client::{Certificate, TlsParameters};

use self::exchange::Exchange;
use super::{
    Mailer, OutgoingMail, SendOutcome, message,
    settings::{Security, SmtpSettings},
};
use crate::settings::SettingsError;

const PEM_MARK: &str = "-----BEGIN CERTIFICATE-----";

/// Hands mail to one mail server.
pub struct SmtpMailer {
    settings: SmtpSettings,
    tls: Option<TlsParameters>,
}

impl SmtpMailer {
    /// A mailer for the server of `settings`; reads the file with root certificates, if one is set.
    /// Does not connect yet.
    pub fn new(settings: SmtpSettings) -> Result<Self, SettingsError> {
        let tls = match settings.security {
            Security::Plaintext => None,
            Security::ImplicitTls | Security::StartTls => Some(tls_parameters(&settings)?),
        };
        Ok(Self { settings, tls })
    }
}

fn tls_parameters(settings: &SmtpSettings) -> Result<TlsParameters, SettingsError> {
    let mut builder = TlsParameters::builder(settings.host.clone());
    if let Some(path) = &settings.ca_file {
        let wrong = |problem: String| SettingsError::new("SMTP_CA_FILE", problem);
        let pem = std::fs::read(path)
            .map_err(|error| wrong(format!("cannot read {}: {error}", path.display())))?;
        let not_pem = || {
            wrong(format!(
                "{} is no certificate in PEM form: it should begin with {PEM_MARK}",
                path.display()
            ))
        };
        // lettre takes a file without any certificate for an empty list of them.
        if !String::from_utf8_lossy(&pem).contains(PEM_MARK) {
            return Err(not_pem());
        }
        let certificate = Certificate::from_pem(&pem).map_err(|_| not_pem())?;
        builder = builder.add_root_certificate(certificate);
    }
    builder.build().map_err(|error| {
        SettingsError::new(
            "SMTP_URL",
            format!("TLS cannot be set up on this machine: {error}"),
        )
    })
}

#[async_trait]
impl Mailer for SmtpMailer {
    fn info(&self) -> MailInfo {
        MailInfo::Smtp {
            host: self.settings.host.clone(),
            from: self.settings.sender.to_string(),
        }
    }

    fn sender(&self) -> Recipient {
        self.settings.sender.clone()
    }

    async fn send(&self, mail: &OutgoingMail) -> SendOutcome {
        let encoded = match message::encode(&self.settings.sender, mail) {
            Ok(encoded) => encoded,
            Err(error) => return SendOutcome::refused_for_good(to_say!("Not sent: {error}.")),
        };
        Exchange::new(&self.settings, self.tls.as_ref(), &encoded)
            .run()
            .await
    }

    async fn test(&self) -> TestReport {
        trial::run(&self.settings, self.tls.as_ref()).await
    }
}
