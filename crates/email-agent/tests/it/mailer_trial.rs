//! Trying a mail server without a mail: how far it goes, and what is said about it.

use std::time::Duration;

use email_agent::mailer::{
    Mailer,
    settings::{Login, Security, SmtpLimits, SmtpSettings},
    smtp::SmtpMailer,
};
use email_agent_api::{TestReport, TestStep};

use crate::{
    mailer_message::sender,
    support::smtp::{Act, Mode, SmtpServer},
};

const LOGIN: Option<(&str, &str)> = Some(("joao@example.com", "geheim"));

async fn try_out(
    mode: Mode,
    security: Security,
    acts: &[(&str, Act)],
    change: impl FnOnce(&mut SmtpSettings),
) -> (TestReport, SmtpServer) {
    let server = SmtpServer::start(mode, LOGIN, acts).await;
    let mut settings = SmtpSettings {
        host: "localhost".to_owned(),
        port: server.port,
        security,
        login: LOGIN.map(|(user, password)| Login {
            user: user.to_owned(),
            password: password.into(),
        }),
        sender: sender(),
        ca_file: Some(server.ca_file()),
        limits: SmtpLimits::default(),
    };
    change(&mut settings);
    let report = SmtpMailer::new(settings).unwrap().test().await;
    assert!(server.received().is_empty(), "no mail is handed over");
    (report, server)
}

#[tokio::test]
async fn what_works_is_said_with_the_servers_own_words() {
    for (mode, security, words) in [
        (Mode::ImplicitTls, Security::ImplicitTls, "is encrypted"),
        (Mode::StartTls, Security::StartTls, "is encrypted"),
        (Mode::Plaintext, Security::Plaintext, "is not encrypted"),
    ] {
        let (report, _) = try_out(mode, security, &[], |_| {}).await;
        assert!(report.ok, "{report:?}");
        assert_eq!(report.step, TestStep::LogIn);
        assert!(report.text.contains(words), "{}", report.text);
        assert!(report.text.contains("joao@example.com works"));
        assert!(report.answer.unwrap().starts_with("235"));
    }
}

#[tokio::test]
async fn what_fails_is_said_with_its_step() {
    let table = [
        (
            "CONNECT",
            Act::Say("554 5.3.2 closed"),
            TestStep::Connect,
            Some("554 5.3.2 closed"),
        ),
        ("EHLO", Act::Drop, TestStep::Connect, None),
        (
            "AUTH",
            Act::Say("535 5.7.8 no"),
            TestStep::LogIn,
            Some("535 5.7.8 no"),
        ),
        ("AUTH", Act::Drop, TestStep::LogIn, None),
    ];
    for (at, act, step, answer) in table {
        let (report, _) = try_out(
            Mode::ImplicitTls,
            Security::ImplicitTls,
            &[(at, act.clone())],
            |_| {},
        )
        .await;
        assert!(!report.ok, "{at} {act:?}");
        assert_eq!(report.step, step, "{at} {act:?}");
        assert_eq!(report.answer.as_deref(), answer, "{at} {act:?}");
        assert!(!format!("{report:?}").contains("geheim"));
    }
    let (report, _) = try_out(Mode::Plaintext, Security::StartTls, &[], |_| {}).await;
    assert_eq!((report.ok, report.step), (false, TestStep::Encrypt));
    let (report, _) = try_out(Mode::ImplicitTls, Security::ImplicitTls, &[], |settings| {
        settings.ca_file = None;
    })
    .await;
    assert_eq!((report.ok, report.step), (false, TestStep::Connect));
    assert!(
        report.text.contains("could not be trusted"),
        "{}",
        report.text
    );
}

#[tokio::test]
async fn silence_ends() {
    let limits = SmtpLimits {
        connect: Duration::from_millis(400),
        command: Duration::from_millis(400),
        total: Duration::from_secs(5),
    };
    let (report, _) = try_out(
        Mode::ImplicitTls,
        Security::ImplicitTls,
        &[("AUTH", Act::Hang)],
        |settings| settings.limits = limits,
    )
    .await;
    assert_eq!((report.ok, report.step), (false, TestStep::LogIn));
    assert!(report.text.contains("no answer within"), "{}", report.text);
}
