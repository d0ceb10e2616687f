//! Why an attempt failed, in two forms: what the workflow does next, and a sentence for people.
//!
//! A 5xx answer, a refused password and a missing ability of the server need somebody to change
//! something; everything else may be different later. What the server says is shown, but it comes
//! from outside: control characters go, and its length has a limit.

use std::{error::Error as _, io, time::Duration};

use email_agent_api::{RecipientResult, to_say};
use lettre::transport::smtp::{Error as SmtpError, response::Response};

use crate::mailer::settings::SmtpSettings;

/// How far the attempt came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Finding the server, connecting, TLS from the start, greeting.
    Connect,
    /// Switching to TLS.
    StartTls,
    /// User and password.
    Login,
    /// `MAIL FROM`.
    Sender,
    /// `RCPT TO`, once for each.
    Recipients,
    /// `DATA` and the message itself.
    Message,
}

/// What went wrong there.
#[derive(Debug)]
pub(super) enum Cause {
    /// No answer in time.
    TimeOut(Duration),
    /// The server cannot do what this step needs.
    NotOffered,
    /// Each recipient was refused, with an answer of its own.
    AllRefused {
        /// At least one of them only for now.
        temporary: bool,
    },
    /// An answer that makes no sense at this point.
    Nonsense(String),
    /// An answer that says no, or a broken connection.
    Smtp(SmtpError),
}

/// One failed attempt.
#[derive(Debug)]
pub(super) struct Failure {
    step: Step,
    cause: Cause,
}

/// "Service not available, closing transmission channel": about the connection, not the recipient.
const CLOSING: u16 = 421;
/// What we show of a server's words.
const WORDS_CHARS_MAX: usize = 300;

impl Failure {
    pub(super) fn new(step: Step, cause: Cause) -> Self {
        Self { step, cause }
    }

    /// How far it came.
    pub(super) fn step(&self) -> Step {
        self.step
    }

    /// Whether a later attempt may succeed without anybody changing anything.
    pub(super) fn is_temporary(&self) -> bool {
        match &self.cause {
            Cause::TimeOut(_) | Cause::Nonsense(_) => true,
            Cause::NotOffered => false,
            Cause::AllRefused { temporary } => *temporary,
            Cause::Smtp(error) => !error.is_permanent() && !error.is_client(),
        }
    }

    /// The server's answer, if it is an answer that failed us: `550 5.1.1 No such user`.
    pub(super) fn answer(&self) -> Option<String> {
        let Cause::Smtp(error) = &self.cause else {
            return None;
        };
        let code = error.status()?;
        let words = error.source().map(ToString::to_string).unwrap_or_default();
        Some(words_of(&format!("{code} {words}")))
    }

    /// The answer, if it concerns just the recipient that was asked about.
    pub(super) fn answer_about_one_recipient(&self) -> Option<String> {
        let Cause::Smtp(error) = &self.cause else {
            return None;
        };
        let code = u16::from(error.status()?);
        (code != CLOSING).then(|| self.answer()).flatten()
    }

    /// What went wrong, in a few words.
    pub(super) fn detail(&self) -> String {
        match &self.cause {
            Cause::TimeOut(limit) => to_say!(
                "no answer within {seconds} seconds",
                seconds = limit.as_secs_f32()
            ),
            Cause::NotOffered => to_say("not offered").to_owned(),
            Cause::AllRefused { .. } => to_say("every recipient was refused").to_owned(),
            Cause::Nonsense(answer) => to_say!("it answered {answer}"),
            Cause::Smtp(error) => self.answer().unwrap_or_else(|| detail_of(error)),
        }
    }

    /// For people: what happened, and what to do.
    pub(super) fn sentence(&self, settings: &SmtpSettings, results: &[RecipientResult]) -> String {
        let host = &settings.host;
        let port = settings.port;
        let detail = self.detail();
        let hint = if self.is_temporary() {
            String::new()
        } else {
            format!(" {}", to_say("Correct it, then press Try again."))
        };
        match (self.step, &self.cause) {
            (Step::Connect, Cause::Smtp(error)) if is_tls(error) => to_say!(
                "The mail server {host}:{port} could not be trusted ({detail}). Nothing was sent. Check the server in the settings; for a private one, set SMTP_CA_FILE to its root certificate."
            ),
            (Step::Connect, _) if self.answer().is_some() => {
                to_say!("The mail server {host} turned us away ({detail}).") + &hint
            }
            (Step::Connect, _) => {
                to_say!("The mail server {host}:{port} could not be reached ({detail}).")
            }
            (Step::StartTls, Cause::NotOffered) => to_say!(
                "The mail server {host}:{port} does not offer encryption (STARTTLS), so nothing was sent. Choose TLS with port 465 in the settings, then press Try again."
            ),
            (Step::StartTls, _) => to_say!(
                "The connection to the mail server {host}:{port} could not be encrypted ({detail}), so nothing was sent. For a private server set SMTP_CA_FILE to its root certificate."
            ),
            (Step::Login, Cause::NotOffered) => to_say!(
                "The mail server {host} accepts no login by password here. Check the port and the kind of encryption in the settings, then press Try again."
            ),
            (Step::Login, _) if !self.is_temporary() => to_say!(
                "The mail server refused the password ({detail}). Correct user and password for {host} in the settings, then press Try again."
            ),
            (Step::Login, _) => {
                to_say!("The mail server {host} could not check the password ({detail}).")
            }
            (Step::Sender, Cause::NotOffered) => to_say!(
                "The mail server {host} cannot handle addresses with letters beyond ASCII. Use another address, then press Try again."
            ),
            (Step::Sender, _) => {
                to_say!(
                    "The mail server {host} did not take mail from {sender} ({detail}).",
                    sender = settings.sender.address()
                ) + &hint
            }
            (Step::Recipients, Cause::AllRefused { .. }) => {
                let answer = results.first().map_or("", |result| result.answer.as_str());
                let what = if results.len() == 1 {
                    to_say("the recipient")
                } else {
                    to_say("every recipient")
                };
                to_say!("The mail server {host} refused {what} ({answer}).") + &hint
            }
            (Step::Recipients, _) => {
                to_say!("The mail server {host} broke off at the recipients ({detail}).")
            }
            (Step::Message, _) if self.answer().is_some() => {
                to_say!("The mail server {host} refused the mail ({detail}).") + &hint
            }
            (Step::Message, _) => to_say!(
                "The mail server {host} broke off before it had the whole mail ({detail}), so nothing was sent."
            ),
        }
    }
}

/// A reply of the server in one line: `250 2.0.0 OK`.
pub(super) fn answer_of(response: &Response) -> String {
    let words: Vec<&str> = response.message().collect();
    words_of(&format!("{} {}", response.code(), words.join(" ")))
}

/// Text from outside, fit to be shown: one line, no control characters, not endless.
pub(super) fn words_of(text: &str) -> String {
    let spaced: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let line = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(WORDS_CHARS_MAX).collect()
}

/// The innermost reason: the outer ones only say "connection error".
fn detail_of(error: &SmtpError) -> String {
    let mut reason: &dyn std::error::Error = error;
    let mut closed = is_closed(reason);
    while let Some(source) = reason.source() {
        reason = source;
        closed |= is_closed(reason);
    }
    if closed {
        // The libraries below have each a sentence of their own for it, some with advice for programmers.
        return "the connection was closed".to_owned();
    }
    words_of(&reason.to_string())
}

fn is_closed(reason: &(dyn std::error::Error + 'static)) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    let kind = reason.downcast_ref::<io::Error>().map(io::Error::kind);
    matches!(
        kind,
        Some(BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof)
    )
}

/// tokio-rustls reports failed handshakes as invalid data.
fn is_tls(error: &SmtpError) -> bool {
    let mut source = error.source();
    while let Some(reason) = source {
        if let Some(io) = reason.downcast_ref::<io::Error>() {
            return io.kind() == io::ErrorKind::InvalidData;
        }
        source = reason.source();
    }
    error.is_tls()
}
