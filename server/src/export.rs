//! Everything in one download: a ZIP file with `record.json` and `message.eml` of each email, the
//! contacts, and the settings without secrets.
//!
//! In: the doors to all of it, and a folder. Out: an open file that has no name any more, so that it is
//! gone with whoever reads it, also when the program dies. At most [`READ_AT_ONCE`] emails are in memory
//! at a time. An email that cannot be read is named in `contents.json`, and the others are saved.

use std::{
    fs::File,
    io::{self, Seek, Write},
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};
use email_agent::preferences::Preferences;
use email_agent_api::{
    AgentError, Contact, ContactQuery, EmailAgent, EmailId, EmailView, ErrorCode, Retention,
    Safety, SettingsView, to_say,
};
use futures::{StreamExt, stream};
use serde::Serialize;
use tokio::sync::mpsc;
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::record;

/// Emails in memory at a time; each may have files of 10 MB.
const READ_AT_ONCE: usize = 4;

/// A file of the archive.
struct Entry {
    path: String,
    bytes: Vec<u8>,
}

/// What is in the archive, and what is not.
#[derive(Debug, Serialize)]
struct Contents {
    made_at: DateTime<Utc>,
    version: String,
    emails: usize,
    contacts: usize,
    not_saved: Vec<NotSaved>,
}

#[derive(Debug, Serialize)]
struct NotSaved {
    id: EmailId,
    why: String,
}

/// All settings, without passwords and keys.
#[derive(Debug, Serialize)]
struct AllSettings {
    #[serde(flatten)]
    view: SettingsView,
    safety: Safety,
    retention: Retention,
    remember_contacts: bool,
}

/// The name of the archive.
pub(crate) fn name(now: DateTime<Utc>) -> String {
    format!("email-agent-{}.zip", now.format("%Y-%m-%d"))
}

/// Makes the archive in `folder`. Whoever stops waiting ends the work.
pub(crate) async fn write(
    agent: &dyn EmailAgent,
    preferences: &Preferences,
    folder: PathBuf,
    now: DateTime<Utc>,
) -> Result<File, AgentError> {
    let (entries, received) = mpsc::channel(READ_AT_ONCE);
    let archive = tokio::task::spawn_blocking(move || archive(&folder, now, received));
    let filled = fill(agent, preferences, now, &entries).await;
    drop(entries);
    // Where the disk has failed, that is also why nothing more could be put in.
    let archive = archive.await.map_err(io::Error::other).flatten();
    let archive = archive.map_err(|error| not_written(&error))?;
    filled.map(|()| archive)
}

/// Computing and disk, on a thread that may block. Ends when nothing more comes.
fn archive(
    folder: &Path,
    now: DateTime<Utc>,
    mut entries: mpsc::Receiver<Entry>,
) -> io::Result<File> {
    let mut archive = ZipWriter::new(io::BufWriter::new(tempfile::tempfile_in(folder)?));
    let at = zip::DateTime::try_from(now.naive_utc()).unwrap_or_default();
    let options = SimpleFileOptions::default()
        .last_modified_time(at)
        .unix_permissions(0o600);
    while let Some(Entry { path, bytes }) = entries.blocking_recv() {
        archive.start_file(path, options)?;
        archive.write_all(&bytes)?;
    }
    let mut file = archive
        .finish()?
        .into_inner()
        .map_err(io::IntoInnerError::into_error)?;
    file.rewind()?;
    Ok(file)
}

async fn fill(
    agent: &dyn EmailAgent,
    preferences: &Preferences,
    now: DateTime<Utc>,
    entries: &mpsc::Sender<Entry>,
) -> Result<(), AgentError> {
    let mut contents = Contents {
        made_at: now,
        version: agent.info().version,
        emails: 0,
        contacts: 0,
        not_saved: Vec::new(),
    };
    let ids = agent.every_email().await?;
    let mut saved = stream::iter(ids)
        .map(async |id| (email(agent, &id).await, id))
        .buffered(READ_AT_ONCE);
    while let Some((read, id)) = saved.next().await {
        match read {
            Ok(files) => {
                contents.emails += 1;
                for file in files {
                    put(entries, file).await?;
                }
            }
            Err(error) => {
                tracing::warn!(%error, "an email could not be saved with all others");
                let why = error.message;
                contents.not_saved.push(NotSaved { id, why });
            }
        }
    }
    let (contacts, remember_contacts) = contacts(agent).await?;
    contents.contacts = contacts.len();
    put(entries, json("contacts.json", &contacts)?).await?;
    let settings = AllSettings {
        view: preferences.view().await?,
        safety: agent.safety().await?,
        retention: agent.retention().await?,
        remember_contacts,
    };
    put(entries, json("settings.json", &settings)?).await?;
    put(entries, json("contents.json", &contents)?).await
}

/// The files of one email.
async fn email(agent: &dyn EmailAgent, id: &EmailId) -> Result<Vec<Entry>, AgentError> {
    let record = record::of(agent, id.clone()).await?;
    let folder = folder(&record.email);
    let mut files = vec![json(&format!("{folder}/record.json"), &record)?];
    match agent.message(id.clone()).await {
        Ok(bytes) => files.push(Entry {
            path: format!("{folder}/message.eml"),
            bytes,
        }),
        // Without recipients it is no message yet, and all of it is in the record.
        Err(error) if error.code == ErrorCode::BadInput => {}
        Err(error) => return Err(error),
    }
    Ok(files)
}

/// By the day of its beginning, so that folders are found by date. An id has letters, digits and
/// hyphens alone, so it can stand in a path.
fn folder(email: &EmailView) -> String {
    let day = email.started_at.format("%Y-%m-%d");
    format!("emails/{day}-{}", email.id)
}

async fn contacts(agent: &dyn EmailAgent) -> Result<(Vec<Contact>, bool), AgentError> {
    let mut all = Vec::new();
    let mut query = ContactQuery::default();
    loop {
        let page = agent.contacts(query.clone()).await?;
        all.extend(page.contacts);
        match page.next {
            Some(next) => query.page = Some(next),
            None => return Ok((all, page.book.remembers)),
        }
    }
}

fn json(path: &str, value: &impl Serialize) -> Result<Entry, AgentError> {
    match serde_json::to_vec_pretty(value) {
        Ok(bytes) => Ok(Entry {
            path: path.to_owned(),
            bytes,
        }),
        Err(error) => Err(not_written(&error.into())),
    }
}

async fn put(entries: &mpsc::Sender<Entry>, entry: Entry) -> Result<(), AgentError> {
    let sent = entries.send(entry).await;
    sent.map_err(|_| not_made())
}

fn not_written(error: &io::Error) -> AgentError {
    tracing::error!(%error, "everything could not be saved");
    not_made()
}

fn not_made() -> AgentError {
    AgentError::unavailable(to_say(
        "The file with everything could not be made. Nothing was changed: see whether there is room on the disk of this program, then try again; the log says more.",
    ))
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn the_archive_is_named_by_the_day() {
        let now = "2026-11-28T23:59:00Z".parse().unwrap();
        assert_eq!(name(now), "email-agent-2026-11-28.zip");
    }

    #[tokio::test]
    async fn what_is_put_in_comes_out_and_the_file_has_no_name() {
        let folder = tempfile::tempdir().unwrap();
        let (entries, received) = mpsc::channel(1);
        let path = folder.path().to_owned();
        let now = "2026-11-28T12:00:00Z".parse().unwrap();
        let made = tokio::task::spawn_blocking(move || archive(&path, now, received));
        for (number, path) in ["a/record.json", "a/message.eml"].into_iter().enumerate() {
            let entry = Entry {
                path: path.to_owned(),
                bytes: vec![u8::try_from(number).unwrap(); 1_000_000],
            };
            put(&entries, entry).await.unwrap();
        }
        drop(entries);
        let file = made.await.unwrap().unwrap();
        assert_eq!(folder.path().read_dir().unwrap().count(), 0);
        assert!(file.metadata().unwrap().len() < 100_000, "it is compressed");
        let mut archive = zip::ZipArchive::new(file).unwrap();
        let mut bytes = Vec::new();
        let mut message = archive.by_name("a/message.eml").unwrap();
        message.read_to_end(&mut bytes).unwrap();
        assert_eq!(bytes, vec![1; 1_000_000]);
    }

    #[tokio::test]
    async fn a_folder_that_cannot_be_written_is_told() {
        let (entries, received) = mpsc::channel::<Entry>(1);
        let nowhere = PathBuf::from("/nowhere/at/all");
        let now = "2026-11-28T12:00:00Z".parse().unwrap();
        let made = tokio::task::spawn_blocking(move || archive(&nowhere, now, received));
        assert!(made.await.unwrap().is_err());
        let put = put(&entries, json("a.json", &1).unwrap()).await;
        assert_eq!(put.unwrap_err().code, ErrorCode::Unavailable);
    }
}
