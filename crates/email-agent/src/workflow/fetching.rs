//! The files that go with a mail: fetched by reference right before it is handed over, and compared with
//! the checksums that were approved. Without all of them nothing is handed over.

use email_agent_api::{Attachment, EmailId};

use super::EmailAgentWorkflow;
use crate::{
    files::{FilesError, checksum},
    mailer::{OutgoingMail, SendOutcome},
};

/// Why a mail cannot have its files.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unfetched {
    /// One is not there.
    #[error(
        "The file \u{201c}{0}\u{201d} is not here any more, so nothing was handed to the mail server. Remove it, attach it again, then approve the email."
    )]
    Missing(String),
    /// One is not what was approved.
    #[error(
        "The file \u{201c}{0}\u{201d} is damaged: it is not what you approved, so nothing was handed to the mail server. Remove it, attach it again, then approve the email."
    )]
    Different(String),
    /// Later it may work.
    #[error("The files of this email could not be read, so the mail server was not asked.")]
    OutOfReach(#[from] FilesError),
}

impl From<Unfetched> for SendOutcome {
    fn from(problem: Unfetched) -> Self {
        Self::Refused {
            temporary: matches!(problem, Unfetched::OutOfReach(_)),
            reason: problem.to_string(),
            results: Vec::new(),
        }
    }
}

impl EmailAgentWorkflow {
    /// The mail with its files. `id` is none for a workflow that has no id of ours: it never had files.
    pub(super) async fn with_files(
        &self,
        mut mail: OutgoingMail,
        id: Option<EmailId>,
        files: &[Attachment],
    ) -> Result<OutgoingMail, Unfetched> {
        for named in files {
            let missing = || Unfetched::Missing(named.name.to_string());
            let id = id.as_ref().ok_or_else(missing)?;
            let read = self.office.files.read(id, &named.id).await;
            let kept = read.inspect_err(|error| {
                tracing::error!(%error, "a file of an email could not be read, so it was not sent");
            });
            let mut file = kept?.ok_or_else(missing)?;
            let is_whole = checksum(&file.bytes) == named.sha256;
            if !is_whole {
                return Err(Unfetched::Different(named.name.to_string()));
            }
            // What was approved counts, also for the name.
            file.attachment = named.clone();
            mail.files.push(file);
        }
        Ok(mail)
    }
}
