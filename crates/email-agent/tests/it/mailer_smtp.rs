//! Every way in which handing a mail to a mail server can end.

use std::time::Duration;

use email_agent::mailer::{
    Mailer, OutgoingMail, SendOutcome,
    settings::{Login, Security, SmtpLimits, SmtpSettings},
    smtp::SmtpMailer,
};
use email_agent_api::RecipientResult;

use crate::{
    mailer_message::{attached, mail, pdf, sender},
    support::smtp::{Act, Mode, SmtpServer},
};

const LOGIN: Option<(&str, &str)> = Some(("joao@example.com", "geheim"));

fn settings(server: &SmtpServer, security: Security) -> SmtpSettings {
    SmtpSettings {
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
    }
}

fn two() -> OutgoingMail {
    mail(&["ana@example.org", "bob@example.org"], "Olá", "Grüße\n.\n")
}

/// Sends over implicit TLS to a server that acts like that.
async fn send(mail: &OutgoingMail, acts: &[(&str, Act)]) -> (SendOutcome, SmtpServer) {
    let server = SmtpServer::start(Mode::ImplicitTls, LOGIN, acts).await;
    let mailer = SmtpMailer::new(settings(&server, Security::ImplicitTls)).unwrap();
    (mailer.send(mail).await, server)
}

/// The same with limits so short that a test can wait for them.
async fn send_with_limits(limits: SmtpLimits, step: &str) -> (SendOutcome, SmtpServer) {
    let server = SmtpServer::start(Mode::ImplicitTls, LOGIN, &[(step, Act::Hang)]).await;
    let mut settings = settings(&server, Security::ImplicitTls);
    settings.limits = limits;
    let mailer = SmtpMailer::new(settings).unwrap();
    (mailer.send(&two()).await, server)
}

fn accepted(outcome: SendOutcome) -> Vec<RecipientResult> {
    match outcome {
        SendOutcome::Accepted { results } => results,
        other => panic!("{other:?}"),
    }
}

fn refused(outcome: SendOutcome) -> (bool, String, Vec<RecipientResult>) {
    match outcome {
        SendOutcome::Refused {
            temporary,
            reason,
            results,
        } => (temporary, reason, results),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_mail_arrives_whole_over_each_kind_of_connection() {
    for (mode, security) in [
        (Mode::ImplicitTls, Security::ImplicitTls),
        (Mode::StartTls, Security::StartTls),
        (Mode::Plaintext, Security::Plaintext),
    ] {
        let server = SmtpServer::start(mode, LOGIN, &[]).await;
        let mailer = SmtpMailer::new(settings(&server, security)).unwrap();
        let results = accepted(mailer.send(&two()).await);
        assert!(results.iter().all(|result| result.accepted == Some(true)));
        assert_eq!(results[0].answer, "250 2.0.0 queued");
        let received = server.received();
        assert_eq!(received.len(), 1, "{mode:?}");
        let mail = &received[0];
        assert_eq!(mail.sender, "joao@example.com");
        assert_eq!(mail.recipients, ["ana@example.org", "bob@example.org"]);
        assert_eq!(mail.user.as_deref(), Some("joao@example.com"));
        assert_eq!(mail.encrypted, mode != Mode::Plaintext);
        assert!(mail.confirmed);
        let message = mail_parser::MessageParser::default()
            .parse(&mail.data)
            .unwrap();
        assert_eq!(message.subject(), Some("Olá"));
        assert_eq!(message.body_text(0).as_deref(), Some("Grüße\r\n.\r\n"));
    }
}

#[tokio::test]
async fn a_file_arrives_byte_for_byte() {
    let sent = pdf("Relatório ação 日本.pdf");
    let with_file = OutgoingMail {
        files: vec![sent.clone()],
        ..two()
    };
    let (outcome, server) = send(&with_file, &[]).await;
    accepted(outcome);
    let received = server.received();
    let message = mail_parser::MessageParser::default()
        .parse(&received[0].data)
        .unwrap();
    assert_eq!(message.body_text(0).as_deref(), Some("Grüße\r\n.\r\n"));
    let found = attached(&message);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].0, "Relatório ação 日本.pdf");
    assert!(found[0].2 == sent.bytes, "byte for byte");
}

#[tokio::test]
async fn a_long_mail_arrives_whole() {
    let body = "Zeile mit é und .\n".repeat(5_000);
    let (outcome, server) = send(&mail(&["ana@example.org"], "Hi", &body), &[]).await;
    accepted(outcome);
    let received = server.received();
    let message = mail_parser::MessageParser::default()
        .parse(&received[0].data)
        .unwrap();
    assert_eq!(message.body_text(0).unwrap().replace("\r\n", "\n"), body);
}

#[tokio::test]
async fn one_refused_recipient_does_not_stop_the_other() {
    let acts = [("RCPT bob@example.org", Act::Say("550 5.1.1 No such user"))];
    let (outcome, server) = send(&two(), &acts).await;
    let results = accepted(outcome);
    let seen: Vec<_> = results
        .iter()
        .map(|result| (result.accepted, result.answer.as_str()))
        .collect();
    assert_eq!(
        seen,
        [
            (Some(true), "250 2.0.0 queued"),
            (Some(false), "550 5.1.1 No such user")
        ]
    );
    assert_eq!(server.received()[0].recipients, ["ana@example.org"]);
}

#[tokio::test]
async fn when_all_recipients_are_refused_nothing_is_handed_over() {
    let no = Act::Say("550 5.1.1 No such user");
    let later = Act::Say("451 4.7.1 Greylisted");
    for (ana, bob, expected) in [
        (no.clone(), no.clone(), false),
        (later.clone(), later.clone(), true),
        (no, later, true),
    ] {
        let acts = [("RCPT ana@example.org", ana), ("RCPT bob@example.org", bob)];
        let (outcome, server) = send(&two(), &acts).await;
        let (temporary, reason, results) = refused(outcome);
        assert_eq!(temporary, expected, "{reason}");
        assert!(results.iter().all(|result| result.accepted == Some(false)));
        assert!(server.received().is_empty());
    }
}

#[tokio::test]
async fn clean_refusals_before_the_final_dot() {
    let table = [
        (
            "CONNECT",
            Act::Say("421 4.3.2 too busy"),
            true,
            "turned us away",
        ),
        (
            "CONNECT",
            Act::SayAndDrop("554 5.7.1 go away"),
            false,
            "turned us away",
        ),
        ("CONNECT", Act::Drop, true, "could not be reached"),
        (
            "CONNECT",
            Act::Say("SSH-2.0-OpenSSH"),
            true,
            "could not be reached",
        ),
        ("EHLO", Act::Drop, true, "could not be reached"),
        (
            "AUTH",
            Act::Say("535 5.7.8 no"),
            false,
            "The mail server refused the password (535 5.7.8 no)",
        ),
        (
            "AUTH",
            Act::Say("454 4.7.0 later"),
            true,
            "could not check the password",
        ),
        ("AUTH", Act::Drop, true, "could not check the password"),
        (
            "MAIL",
            Act::Say("550 5.7.1 not yours"),
            false,
            "did not take mail from joao@example.com",
        ),
        (
            "MAIL",
            Act::Say("451 4.3.0 later"),
            true,
            "did not take mail from",
        ),
        (
            "RCPT ana@example.org",
            Act::Drop,
            true,
            "broke off at the recipients",
        ),
        (
            "RCPT ana@example.org",
            Act::SayAndDrop("421 4.3.2 bye"),
            true,
            "broke off at the recipients",
        ),
        (
            "DATA",
            Act::Say("554 5.5.1 no"),
            false,
            "refused the mail (554 5.5.1 no)",
        ),
        (
            "DATA",
            Act::Say("451 4.3.0 later"),
            true,
            "refused the mail",
        ),
        (
            "DATA",
            Act::Drop,
            true,
            "broke off before it had the whole mail",
        ),
        (
            "DOT",
            Act::Say("552 5.2.2 mailbox full"),
            false,
            "refused the mail (552 5.2.2 mailbox full)",
        ),
        (
            "DOT",
            Act::Say("451 4.7.1 greylisted"),
            true,
            "refused the mail (451 4.7.1 greylisted)",
        ),
    ];
    for (step, act, expected, words) in table {
        let (outcome, server) = send(&two(), &[(step, act.clone())]).await;
        let (temporary, reason, _) = refused(outcome);
        assert_eq!(temporary, expected, "{step} {act:?}: {reason}");
        assert!(reason.contains(words), "{step} {act:?}: {reason}");
        assert!(!reason.contains("geheim"));
        assert!(server.received().iter().all(|mail| !mail.confirmed));
    }
}

#[tokio::test]
async fn a_connection_that_breaks_within_the_mail_is_a_clean_refusal() {
    // Too long for the buffers between the two, so that the break is met before the dot.
    let body = "0123456789abcdef\n".repeat(500_000);
    let mail = mail(&["ana@example.org"], "Hi", &body);
    let (outcome, server) = send(&mail, &[("CONTENT", Act::Drop)]).await;
    let (temporary, reason, results) = refused(outcome);
    assert!(
        temporary && reason.contains("before it had the whole mail"),
        "{reason}"
    );
    assert_eq!(results[0].accepted, Some(false));
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn a_lost_answer_after_the_dot_is_unknown() {
    for act in [Act::Drop, Act::Say("nonsense"), Act::Say("354 go on")] {
        let (outcome, server) = send(&two(), &[("DOT", act.clone())]).await;
        let SendOutcome::Unknown { reason, results } = outcome else {
            panic!("{act:?}: {outcome:?}");
        };
        assert!(reason.contains("its answer was lost"), "{reason}");
        let was_closed = reason.contains("(the connection was closed)");
        assert_eq!(was_closed, matches!(act, Act::Drop), "{reason}");
        assert_eq!(results.len(), 2);
        assert!(results.iter().all(|result| result.accepted.is_none()));
        assert_eq!(server.received().len(), 1, "the server has it: {act:?}");
    }
}

#[tokio::test]
async fn silence_before_the_dot_is_a_refusal() {
    let limits = SmtpLimits {
        connect: Duration::from_millis(400),
        command: Duration::from_millis(400),
        total: Duration::from_secs(5),
    };
    let steps = [
        "CONNECT",
        "EHLO",
        "AUTH",
        "MAIL",
        "RCPT ana@example.org",
        "DATA",
    ];
    let attempts = steps.map(|step| tokio::spawn(send_with_limits(limits, step)));
    for (step, attempt) in steps.into_iter().zip(attempts) {
        let (outcome, server) = attempt.await.unwrap();
        let (temporary, reason, _) = refused(outcome);
        assert!(
            temporary && reason.contains("no answer within"),
            "{step}: {reason}"
        );
        assert!(server.received().is_empty());
    }
}

#[tokio::test]
async fn silence_after_the_dot_is_unknown() {
    let limits = SmtpLimits {
        total: Duration::from_secs(3),
        ..SmtpLimits::default()
    };
    let (outcome, server) = send_with_limits(limits, "DOT").await;
    assert!(
        matches!(outcome, SendOutcome::Unknown { .. }),
        "{outcome:?}"
    );
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn the_goodbye_changes_nothing() {
    for act in [
        Act::Drop,
        Act::Hang,
        Act::Say("554 5.0.0 never heard of you"),
    ] {
        let (outcome, server) = send(&two(), &[("QUIT", act)]).await;
        assert_eq!(accepted(outcome).len(), 2);
        assert_eq!(server.received().len(), 1);
    }
}

#[tokio::test]
async fn a_polite_goodbye_is_said() {
    let (outcome, server) = send(&two(), &[]).await;
    accepted(outcome);
    while server.goodbyes() == 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_a_refusal() {
    let gone = SmtpServer::start(Mode::ImplicitTls, LOGIN, &[]).await;
    let mut settings = settings(&gone, Security::ImplicitTls);
    // A port that was free a moment ago, on which nobody listens.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    settings.port = listener.local_addr().unwrap().port();
    drop(listener);
    let (temporary, reason, _) = refused(SmtpMailer::new(settings).unwrap().send(&two()).await);
    assert!(
        temporary && reason.contains("could not be reached"),
        "{reason}"
    );
}

#[tokio::test]
async fn a_certificate_nobody_vouches_for_is_refused_and_explained() {
    for (mode, security) in [
        (Mode::ImplicitTls, Security::ImplicitTls),
        (Mode::StartTls, Security::StartTls),
    ] {
        let server = SmtpServer::start(mode, LOGIN, &[]).await;
        let other = SmtpServer::start(mode, LOGIN, &[]).await;
        let mut settings = settings(&server, security);
        settings.ca_file = Some(other.ca_file());
        let (_, reason, _) = refused(SmtpMailer::new(settings).unwrap().send(&two()).await);
        assert!(reason.contains("SMTP_CA_FILE"), "{reason}");
        assert!(server.received().is_empty());
    }
}

#[tokio::test]
async fn a_password_never_travels_unencrypted() {
    // A server, or somebody in between, that does not offer STARTTLS.
    let server = SmtpServer::start(Mode::Plaintext, LOGIN, &[]).await;
    let mailer = SmtpMailer::new(settings(&server, Security::StartTls)).unwrap();
    let (temporary, reason, _) = refused(mailer.send(&two()).await);
    assert!(!temporary && reason.contains("STARTTLS"), "{reason}");
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn a_server_without_login_is_explained() {
    let server = SmtpServer::start(Mode::ImplicitTls, None, &[]).await;
    let mailer = SmtpMailer::new(settings(&server, Security::ImplicitTls)).unwrap();
    let (temporary, reason, _) = refused(mailer.send(&two()).await);
    assert!(
        !temporary && reason.contains("no login by password"),
        "{reason}"
    );
}

#[tokio::test]
async fn letters_beyond_ascii_need_a_server_that_knows_them() {
    let (outcome, server) = send(&mail(&["josé@example.org"], "Hi", "Hi"), &[]).await;
    let (temporary, reason, _) = refused(outcome);
    assert!(!temporary && reason.contains("beyond ASCII"), "{reason}");
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn the_servers_words_are_bounded_and_printable() {
    let answer = "550 5.1.1 \u{1b}[31mred\u{7} \u{0} and more";
    let acts = [("RCPT ana@example.org", Act::Say(answer))];
    let (outcome, _server) = send(&mail(&["ana@example.org"], "Hi", "Hi"), &acts).await;
    let (_, reason, results) = refused(outcome);
    assert!(!reason.chars().any(char::is_control), "{reason:?}");
    assert!(!results[0].answer.chars().any(char::is_control));
}

#[test]
fn a_wrong_certificate_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    let settings = |path: std::path::PathBuf| SmtpSettings {
        host: "localhost".to_owned(),
        port: 465,
        security: Security::ImplicitTls,
        login: None,
        sender: sender(),
        ca_file: Some(path),
        limits: SmtpLimits::default(),
    };
    let missing = SmtpMailer::new(settings(path.clone())).err().unwrap();
    assert_eq!(missing.setting, "SMTP_CA_FILE");
    std::fs::write(&path, "no certificate").unwrap();
    let wrong = SmtpMailer::new(settings(path)).err().unwrap();
    assert_eq!(wrong.setting, "SMTP_CA_FILE");
}
