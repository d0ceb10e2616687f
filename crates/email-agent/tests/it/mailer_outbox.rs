//! The outbox folder.

use std::fs;

use email_agent::mailer::{Mailer, SendOutcome, outbox::Outbox};
use email_agent_api::MailInfo;
use mail_parser::MessageParser;

use crate::mailer_message::{mail, sender};

fn files(folder: &std::path::Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let name =
        |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
    let mut names: Vec<String> = entries.map(name).collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn a_mail_becomes_a_file_that_other_programs_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("made when needed");
    let outbox = Outbox::new(path.clone(), sender());
    let mail = mail(&["Анна <ana@example.org>"], "Olá", "Grüße 你好\n");
    let SendOutcome::Accepted { results } = outbox.send(&mail).await else {
        panic!("not accepted");
    };
    assert_eq!(results.len(), 1);
    assert_eq!(results[0].accepted, Some(true));
    assert_eq!(files(&path), ["20261124T090000Z-run-1.v3_example.com.eml"]);
    let bytes = fs::read(path.join(&files(&path)[0])).unwrap();
    let message = MessageParser::default().parse(&bytes).unwrap();
    assert_eq!(message.subject(), Some("Olá"));
    assert_eq!(message.body_text(0).unwrap().trim_end(), "Grüße 你好");
    assert_eq!(
        outbox.info(),
        MailInfo::Outbox {
            folder: path.display().to_string()
        }
    );
}

#[tokio::test]
async fn a_repeat_overwrites_itself() {
    let folder = tempfile::tempdir().unwrap();
    let outbox = Outbox::new(folder.path().to_owned(), sender());
    let mut mail = mail(&["ana@example.org"], "Hi", "Hi");
    outbox.send(&mail).await;
    mail.date = "2026-11-25T10:00:00Z".parse().unwrap();
    outbox.send(&mail).await;
    assert_eq!(
        files(folder.path()),
        ["20261124T090000Z-run-1.v3_example.com.eml"]
    );
    "<run-1.v4@example.com>".clone_into(&mut mail.message_id);
    outbox.send(&mail).await;
    assert_eq!(files(folder.path()).len(), 2);
}

#[tokio::test]
async fn no_message_id_leads_out_of_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("outbox");
    let outbox = Outbox::new(inside.clone(), sender());
    let mut mail = mail(&["ana@example.org"], "Hi", "Hi");
    "<../../escape/..@example.com>".clone_into(&mut mail.message_id);
    assert!(matches!(
        outbox.send(&mail).await,
        SendOutcome::Accepted { .. }
    ));
    assert_eq!(files(folder.path()), ["outbox"]);
    assert_eq!(files(&inside).len(), 1);
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_a_refusal() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a file");
    fs::write(&file, "").unwrap();
    let outbox = Outbox::new(file, sender());
    let outcome = outbox.send(&mail(&["ana@example.org"], "Hi", "Hi")).await;
    let SendOutcome::Refused { reason, .. } = outcome else {
        panic!("{outcome:?}");
    };
    assert!(reason.contains("outbox folder"), "{reason}");
}
