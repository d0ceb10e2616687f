//! Attaching files, and handing them out. The bytes are kept first, then the email is told to name
//! them: what dies in between leaves bytes that nobody names, and never a name without bytes.

use email_agent_api::{
    Accepted, AgentError, AttachRequest, Attachment, Command, CommandRequest, Email, EmailEdit,
    EmailId, ErrorCode, FileContent, FileId, IdempotencyKey, NewFile, check_attachments, to_say,
};

use super::AgentService;
use crate::{
    files::{FilesError, checksum},
    workflow::PressButton,
};

impl AgentService {
    pub(super) async fn attach_files(
        &self,
        id: EmailId,
        request: AttachRequest,
    ) -> Result<Accepted, AgentError> {
        let AttachRequest { key, base, files } = request;
        check(&files)?;
        self.must_not_be_erased(&id).await?;
        // Bytes are kept for emails that exist, and for no others.
        self.must_be_listed(&id).await?;
        let files = self.named(&id, &key, files).await?;
        let attach = files.iter().map(|file| file.attachment.clone()).collect();
        let kept = self.office.files.keep(&id, files).await;
        let fresh = kept.map_err(|error| of_files(&error))?;
        let edit = EmailEdit {
            attach,
            ..EmailEdit::default()
        };
        let command = Command::Edit {
            base,
            edit: Box::new(edit),
            then: None,
        };
        let press = PressButton(CommandRequest {
            key: key.clone(),
            command,
        });
        let answer = self.change(&id, press).await;
        match self.accepted(&id, &key, answer).await {
            Ok(accepted) => {
                self.noted(&id, true).await;
                Ok(accepted)
            }
            Err(error) => {
                if is_settled(&error)
                    && let Err(error) = self.office.files.forget(&id, fresh).await
                {
                    tracing::warn!(%error, "files that were refused are kept until the email is erased");
                }
                Err(error)
            }
        }
    }

    /// The files under their ids: the same key and bytes are the same files.
    async fn named(
        &self,
        id: &EmailId,
        key: &IdempotencyKey,
        files: Vec<NewFile>,
    ) -> Result<Vec<FileContent>, AgentError> {
        // Computing, not waiting: not on a thread that serves others.
        let summed = tokio::task::spawn_blocking(move || {
            let summed = files.into_iter().map(|file| (checksum(&file.bytes), file));
            summed.collect::<Vec<_>>()
        });
        let summed = summed.await.map_err(|_| {
            AgentError::new(
                ErrorCode::Internal,
                "The files could not be read. Nothing was attached: try again.",
            )
        })?;
        let named = summed.into_iter().enumerate().map(|(place, (sum, file))| {
            let attachment = Attachment {
                id: self.ids.of_file(id, key, place, &sum),
                name: file.name,
                media_type: file.media_type,
                size_bytes: file.bytes.len().try_into().unwrap_or(u64::MAX),
                sha256: sum,
            };
            FileContent {
                attachment,
                bytes: file.bytes,
            }
        });
        Ok(named.collect())
    }

    pub(super) async fn read_file(
        &self,
        id: EmailId,
        file: FileId,
    ) -> Result<FileContent, AgentError> {
        self.must_not_be_erased(&id).await?;
        let read = self.office.files.read(&id, &file).await;
        let read = read.map_err(|error| of_files(&error))?;
        read.ok_or_else(AgentError::not_found)
    }

    /// The files of this email, for a copy of it.
    pub(super) async fn copy_files(
        &self,
        from: &EmailId,
        to: &EmailId,
        email: &Email,
    ) -> Result<(), AgentError> {
        let files: Vec<_> = email
            .attachments
            .iter()
            .map(|file| file.id.clone())
            .collect();
        if files.is_empty() {
            return Ok(());
        }
        let copied = self.office.files.copy(from, to, files).await;
        copied.map_err(|error| of_files(&error))
    }
}

/// What is wrong with the files by themselves; how they go with those that are there, the email knows.
fn check(files: &[NewFile]) -> Result<(), AgentError> {
    if files.is_empty() {
        return Err(AgentError::bad_input(
            "file",
            "No file was chosen. Choose one or more, then attach them.",
        ));
    }
    if let Some(empty) = files.iter().find(|file| file.bytes.is_empty()) {
        return Err(AgentError::bad_input(
            "file",
            to_say!(
                "The file \u{201c}{name}\u{201d} is empty. Nothing was attached: choose one with something in it.",
                name = empty.name
            ),
        ));
    }
    let bytes: usize = files.iter().map(|file| file.bytes.len()).sum();
    check_attachments(files.len(), bytes.try_into().unwrap_or(u64::MAX))
}

/// Whether a refusal is final, so that the email will never name what it refused.
fn is_settled(error: &AgentError) -> bool {
    !matches!(error.code, ErrorCode::Unavailable | ErrorCode::Internal)
}

fn of_files(error: &FilesError) -> AgentError {
    match error {
        FilesError::Full => AgentError {
            field: Some("attachments".to_owned()),
            ..AgentError::new(
                ErrorCode::TooLarge,
                "So many files were attached to this email and removed again that no more can be kept for it. Nothing was attached: duplicate the email, and go on with the copy.",
            )
        },
        FilesError::Erased => AgentError::not_found(),
        FilesError::OutOfReach(_) => {
            tracing::error!(%error, "files of emails cannot be used");
            AgentError::unavailable(
                "Files cannot be read or kept at the moment. Nothing was changed: try again, and if it stays so, look into the log.",
            )
        }
    }
}
