//! The outbox folder: mail for people who have set no mail server.
//!
//! Each mail becomes one `.eml` file, which every mail program opens; nothing leaves the machine. A
//! file appears whole or not at all (temporary name, flush, rename), and a repeated mail overwrites
//! itself: the name ends with its Message-ID.

use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use email_agent_api::{MailInfo, Recipient, RecipientResult, to_say};

use super::{Mailer, OutgoingMail, SendOutcome, message};

/// Writes mail into a folder.
#[derive(Debug, Clone)]
pub struct Outbox {
    folder: PathBuf,
    sender: Recipient,
}

impl Outbox {
    /// Mail goes into `folder`, which is made when it is first needed.
    #[must_use]
    pub fn new(folder: PathBuf, sender: Recipient) -> Self {
        Self { folder, sender }
    }
}

#[async_trait]
impl Mailer for Outbox {
    fn info(&self) -> MailInfo {
        MailInfo::Outbox {
            folder: self.folder.display().to_string(),
        }
    }

    fn sender(&self) -> Recipient {
        self.sender.clone()
    }

    async fn send(&self, mail: &OutgoingMail) -> SendOutcome {
        let encoded = match message::encode(&self.sender, mail) {
            Ok(encoded) => encoded,
            Err(error) => return SendOutcome::refused_for_good(to_say!("Not sent: {error}.")),
        };
        let recipients = encoded.recipients.iter().map(|(recipient, _)| recipient);
        let results = recipients
            .map(|recipient| RecipientResult {
                recipient: recipient.clone(),
                accepted: Some(true),
                answer: to_say("written to the outbox folder").to_owned(),
            })
            .collect();
        let folder = self.folder.clone();
        let stem = file_stem(&mail.message_id);
        let time = mail.date.format("%Y%m%dT%H%M%SZ").to_string();
        let bytes = encoded.bytes;
        let written =
            tokio::task::spawn_blocking(move || write(&folder, &time, &stem, &bytes)).await;
        match written {
            Ok(Ok(())) => SendOutcome::Accepted { results },
            Ok(Err(error)) => self.not_written(&error),
            Err(error) => self.not_written(&io::Error::other(error)),
        }
    }
}

impl Outbox {
    /// A file that is not complete has another name, so a failure is always a clean refusal.
    fn not_written(&self, error: &io::Error) -> SendOutcome {
        let folder = self.folder.display();
        SendOutcome::Refused {
            temporary: error.kind() != io::ErrorKind::PermissionDenied,
            reason: to_say!(
                "The mail could not be written into the outbox folder {folder} ({error}). Make room there or correct its permissions, then try again."
            ),
            results: Vec::new(),
        }
    }
}

/// The Message-ID as part of a file name: only letters, digits, `-`, `_` and single dots remain.
fn file_stem(message_id: &str) -> String {
    let safe = |c: char| match c {
        c if c.is_ascii_alphanumeric() => c,
        '-' | '_' | '.' => c,
        _ => '_',
    };
    let name: String = message_id
        .trim_matches(['<', '>'])
        .chars()
        .map(safe)
        .collect();
    name.replace("..", "_.").chars().take(180).collect()
}

fn write(folder: &Path, time: &str, stem: &str, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let target = match earlier_file(folder, stem)? {
        Some(path) => path,
        None => folder.join(format!("{time}-{stem}.eml")),
    };
    let temporary = folder.join(format!(".{stem}.tmp"));
    let mut file = fs::File::create(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&temporary, &target)?;
    flush_folder(folder)
}

/// The file of an earlier attempt at the same mail, whatever time stands in its name.
fn earlier_file(folder: &Path, stem: &str) -> io::Result<Option<PathBuf>> {
    let ending = format!("Z-{stem}.eml");
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().ends_with(&ending) {
            return Ok(Some(entry.path()));
        }
    }
    Ok(None)
}

/// A rename is on disk only once its folder is. Windows cannot open folders and needs no flush.
#[cfg(unix)]
fn flush_folder(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn flush_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}
