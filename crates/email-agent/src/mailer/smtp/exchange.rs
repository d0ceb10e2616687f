//! One conversation with the mail server: connect, log in, ask about each recipient, hand over.
//!
//! [`Exchange`] remembers, outside of the future that may be cut off by the time limit, what each
//! recipient was answered and whether the final dot was begun; the outcome is read off from there.

use std::{future::Future, net::Ipv4Addr, time::Duration};

use email_agent_api::{Recipient, RecipientResult, to_say};
use lettre::transport::smtp::{
    Error as SmtpError,
    authentication::{Credentials, Mechanism},
    client::{AsyncSmtpConnection, TlsParameters},
    commands::{Data, Mail, Rcpt},
    extension::{ClientId, Extension, MailParameter},
    response::{Response, Severity},
};
use secrecy::ExposeSecret;
use tokio::time::timeout;

use super::failure::{Cause, Failure, Step, answer_of, words_of};
use crate::mailer::{
    SendOutcome,
    message::Encoded,
    settings::{Login, Security, SmtpSettings},
};

/// The slowest line that a large message is given time for: half a megabit per second.
const BYTES_PER_SECOND: usize = 64 * 1024;
/// The message travels in pieces of this size.
const PIECE_BYTES: usize = 16 * 1024;
/// The goodbye is a courtesy and must not hold anything up.
pub(super) const QUIT_LIMIT: Duration = Duration::from_secs(5);

/// One attempt.
pub(super) struct Exchange<'a> {
    settings: &'a SmtpSettings,
    tls: Option<&'a TlsParameters>,
    encoded: &'a Encoded,
    results: Vec<RecipientResult>,
    /// Whether a refused recipient may be taken later.
    refused_for_now: bool,
    /// Whether the dot that ends the message was begun: from here on the mail may have left.
    dot_begun: bool,
}

impl<'a> Exchange<'a> {
    pub(super) fn new(
        settings: &'a SmtpSettings,
        tls: Option<&'a TlsParameters>,
        encoded: &'a Encoded,
    ) -> Self {
        Self {
            settings,
            tls,
            encoded,
            results: Vec::new(),
            refused_for_now: false,
            dot_begun: false,
        }
    }

    pub(super) async fn run(mut self) -> SendOutcome {
        let total = self.settings.limits.total + travel(self.encoded.bytes.len());
        match timeout(total, self.hand_over()).await {
            Ok(Ok(answer)) => self.accepted(&answer),
            Ok(Err(failure)) => self.failed(&failure),
            Err(_) => self.failed(&Failure::new(Step::Message, Cause::TimeOut(total))),
        }
    }

    async fn hand_over(&mut self) -> Result<Response, Failure> {
        let mut connection = connect(self.settings, self.tls).await?;
        let handed_over = self.converse(&mut connection).await;
        // The answer stands, whatever becomes of the goodbye; so nobody waits for it.
        tokio::spawn(timeout(QUIT_LIMIT, async move {
            connection.abort().await;
        }));
        handed_over
    }

    async fn converse(
        &mut self,
        connection: &mut AsyncSmtpConnection,
    ) -> Result<Response, Failure> {
        let limit = self.settings.limits.command;
        if let Some(login) = &self.settings.login {
            log_in(connection, login, limit).await?;
        }
        let mail = Mail::new(
            Some(self.encoded.sender.clone()),
            self.parameters(connection)?,
        );
        within(limit, Step::Sender, connection.command(mail)).await?;
        self.ask_about_recipients(connection).await?;
        within(limit, Step::Message, connection.command(Data)).await?;
        self.hand_over_message(connection).await
    }

    fn parameters(&self, connection: &AsyncSmtpConnection) -> Result<Vec<MailParameter>, Failure> {
        let offered = connection.server_info();
        match self.encoded.needs_smtputf8() {
            false => Ok(Vec::new()),
            true if offered.supports_feature(Extension::SmtpUtfEight) => {
                Ok(vec![MailParameter::SmtpUtfEight])
            }
            true => Err(Failure::new(Step::Sender, Cause::NotOffered)),
        }
    }

    async fn ask_about_recipients(
        &mut self,
        connection: &mut AsyncSmtpConnection,
    ) -> Result<(), Failure> {
        let limit = self.settings.limits.command;
        for (recipient, address) in &self.encoded.recipients {
            let asking = connection.command(Rcpt::new(address.clone(), Vec::new()));
            match within(limit, Step::Recipients, asking).await {
                Ok(answer) => self.results.push(result(recipient, None, &answer)),
                Err(failure) => {
                    let Some(answer) = failure.answer_about_one_recipient() else {
                        return Err(failure);
                    };
                    self.refused_for_now |= failure.is_temporary();
                    self.results.push(RecipientResult {
                        recipient: recipient.clone(),
                        accepted: Some(false),
                        answer,
                    });
                }
            }
        }
        if self.results.iter().all(|result| result.accepted.is_some()) {
            let temporary = self.refused_for_now;
            return Err(Failure::new(
                Step::Recipients,
                Cause::AllRefused { temporary },
            ));
        }
        Ok(())
    }

    /// No limit but the total one: giving up on the last answer would mean not knowing.
    async fn hand_over_message(
        &mut self,
        connection: &mut AsyncSmtpConnection,
    ) -> Result<Response, Failure> {
        // lettre ends the message with CRLF, dot, CRLF by itself.
        let message = &self.encoded.bytes;
        let message = message.strip_suffix(b"\r\n").unwrap_or(message);
        let mut pieces = message.chunks(PIECE_BYTES);
        let dot_begun = &mut self.dot_begun;
        // lettre asks for the next piece once the one before is written out, and writes the dot
        // when there is none.
        let pieces = std::iter::from_fn(|| {
            let piece = pieces.next();
            *dot_begun |= piece.is_none();
            piece
        });
        let answer = connection
            .message_iter(pieces)
            .await
            .map_err(|error| Failure::new(Step::Message, Cause::Smtp(error)))?;
        match answer.code().severity {
            Severity::PositiveCompletion => Ok(answer),
            _ => Err(Failure::new(
                Step::Message,
                Cause::Nonsense(answer_of(&answer)),
            )),
        }
    }

    fn accepted(self, answer: &Response) -> SendOutcome {
        SendOutcome::Accepted {
            results: settled(self.results, Some(true), &answer_of(answer)),
        }
    }

    fn failed(self, failure: &Failure) -> SendOutcome {
        let host = &self.settings.host;
        if self.dot_begun && failure.answer().is_none() {
            return SendOutcome::Unknown {
                reason: to_say!(
                    "The mail server {host} was given the mail, but its answer was lost ({detail}).",
                    detail = failure.detail()
                ),
                results: self.results,
            };
        }
        let answer = failure.answer();
        SendOutcome::Refused {
            temporary: failure.is_temporary(),
            reason: failure.sentence(self.settings, &self.results),
            results: settled(
                self.results,
                Some(false),
                answer.as_deref().unwrap_or(to_say("not handed over")),
            ),
        }
    }
}

/// How much longer than an ordinary message one of this size may take.
fn travel(bytes: usize) -> Duration {
    let seconds = bytes / BYTES_PER_SECOND;
    Duration::from_secs(seconds.try_into().unwrap_or(u64::MAX))
}

/// Reaches the server and encrypts the connection, as far as `settings` want.
pub(super) async fn connect(
    settings: &SmtpSettings,
    tls: Option<&TlsParameters>,
) -> Result<AsyncSmtpConnection, Failure> {
    let SmtpSettings {
        host, port, limits, ..
    } = settings;
    // The name of this machine is nobody's business; an address literal is always allowed.
    let hello = ClientId::Ipv4(Ipv4Addr::LOCALHOST);
    let from_the_start = match settings.security {
        Security::ImplicitTls => tls.cloned(),
        Security::StartTls | Security::Plaintext => None,
    };
    let address = (host.as_str(), *port);
    // lettre's limit is for the connection alone; name lookup, TLS and greeting come on top.
    let connecting = AsyncSmtpConnection::connect_tokio1(
        address,
        Some(limits.connect),
        &hello,
        from_the_start,
        None,
    );
    let mut connection = within(limits.connect + limits.command, Step::Connect, connecting).await?;
    if let (Security::StartTls, Some(tls)) = (settings.security, tls) {
        if !connection.can_starttls() {
            return Err(Failure::new(Step::StartTls, Cause::NotOffered));
        }
        let upgrading = connection.starttls(tls.clone(), &hello);
        within(limits.command, Step::StartTls, upgrading).await?;
    }
    Ok(connection)
}

/// Logs in, and answers with what the server said to it.
pub(super) async fn log_in(
    connection: &mut AsyncSmtpConnection,
    login: &Login,
    limit: Duration,
) -> Result<Response, Failure> {
    let mechanisms = [Mechanism::Plain, Mechanism::Login];
    let offered = connection.server_info().get_auth_mechanism(&mechanisms);
    if offered.is_none() {
        return Err(Failure::new(Step::Login, Cause::NotOffered));
    }
    let credentials = Credentials::new(
        login.user.clone(),
        login.password.expose_secret().to_owned(),
    );
    let logging_in = connection.auth(&mechanisms, &credentials);
    within(limit, Step::Login, logging_in).await
}

/// `work` as `step`, within `limit`.
pub(super) async fn within<T>(
    limit: Duration,
    step: Step,
    work: impl Future<Output = Result<T, SmtpError>>,
) -> Result<T, Failure> {
    match timeout(limit, work).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(Failure::new(step, Cause::Smtp(error))),
        Err(_) => Err(Failure::new(step, Cause::TimeOut(limit))),
    }
}

fn result(recipient: &Recipient, accepted: Option<bool>, answer: &Response) -> RecipientResult {
    RecipientResult {
        recipient: recipient.clone(),
        accepted,
        answer: answer_of(answer),
    }
}

/// Gives everybody who was still waiting for the fate of the mail the same result.
fn settled(
    mut results: Vec<RecipientResult>,
    accepted: Option<bool>,
    answer: &str,
) -> Vec<RecipientResult> {
    for result in results
        .iter_mut()
        .filter(|result| result.accepted.is_none())
    {
        result.accepted = accepted;
        result.answer = words_of(answer);
    }
    results
}
