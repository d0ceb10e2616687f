//! Trying a mail server without a mail: connect, encrypt, log in, say goodbye.

use std::time::Duration;

use email_agent_api::{TestReport, TestStep};
use lettre::transport::smtp::{client::TlsParameters, commands::Noop};
use tokio::time::timeout;

use super::{
    exchange::{QUIT_LIMIT, connect, log_in, within},
    failure::{Cause, Failure, Step, answer_of},
};
use crate::mailer::settings::{Security, SmtpSettings};

/// A person waits for it.
const TRIAL_LIMIT: Duration = Duration::from_secs(25);

pub(super) async fn run(settings: &SmtpSettings, tls: Option<&TlsParameters>) -> TestReport {
    let tried = match timeout(TRIAL_LIMIT, converse(settings, tls)).await {
        Ok(tried) => tried,
        Err(_) => Err(Failure::new(Step::Connect, Cause::TimeOut(TRIAL_LIMIT))),
    };
    match tried {
        Ok(answer) => TestReport {
            ok: true,
            step: if settings.login.is_some() {
                TestStep::LogIn
            } else {
                TestStep::Connect
            },
            text: success(settings),
            answer: Some(answer),
        },
        Err(failure) => TestReport {
            ok: false,
            step: failure.step().into(),
            answer: failure.answer(),
            text: failure.sentence(settings, &[]),
        },
    }
}

/// What the server says last.
async fn converse(settings: &SmtpSettings, tls: Option<&TlsParameters>) -> Result<String, Failure> {
    let limit = settings.limits.command;
    let mut connection = connect(settings, tls).await?;
    let said = match &settings.login {
        Some(login) => log_in(&mut connection, login, limit).await,
        None => within(limit, Step::Connect, connection.command(Noop)).await,
    };
    // The answer stands, whatever becomes of the goodbye; so nobody waits for it.
    tokio::spawn(timeout(QUIT_LIMIT, async move {
        connection.abort().await;
    }));
    said.map(|response| answer_of(&response))
}

fn success(settings: &SmtpSettings) -> String {
    let (host, port) = (&settings.host, settings.port);
    let secured = match settings.security {
        Security::ImplicitTls | Security::StartTls => "the connection is encrypted",
        Security::Plaintext => "the connection is not encrypted",
    };
    match &settings.login {
        Some(login) => format!(
            "{host}:{port} answers, {secured}, and the login as {} works.",
            login.user
        ),
        None => format!("{host}:{port} answers, and {secured}. No login is set."),
    }
}

impl From<Step> for TestStep {
    fn from(step: Step) -> Self {
        match step {
            Step::Connect => Self::Connect,
            Step::StartTls => Self::Encrypt,
            Step::Login => Self::LogIn,
            Step::Sender => Self::Sender,
            Step::Recipients => Self::Recipients,
            Step::Message => Self::Message,
        }
    }
}
