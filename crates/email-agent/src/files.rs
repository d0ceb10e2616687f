//! The port for the bytes of files that go with emails. An email names its files by id and checksum;
//! here is where the bytes are.
//!
//! Its adapter is the app's store. What an email names and what lies here are written at different
//! moments, and a backup may hold one without the other: whoever needs the bytes must be ready not to
//! find them, or to find others.

use async_trait::async_trait;
use email_agent_api::{EmailId, FileContent, FileId};
use email_agent_store::{Keeping, Store, StoreError};
use sha2::{Digest, Sha256};

/// Where the bytes of files lie, by email and file. Nothing here ever changes after it is kept; what
/// belongs to an email goes when that is erased.
#[async_trait]
pub trait Files: Send + Sync + 'static {
    /// Keeps files for an email, all or none. Answers which of them were not kept before.
    async fn keep(
        &self,
        email: &EmailId,
        files: Vec<FileContent>,
    ) -> Result<Vec<FileId>, FilesError>;

    /// A file of an email, if it is there.
    async fn read(&self, email: &EmailId, file: &FileId)
    -> Result<Option<FileContent>, FilesError>;

    /// Keeps these files of one email for another one as well, as far as they are there.
    async fn copy(
        &self,
        from: &EmailId,
        to: &EmailId,
        files: Vec<FileId>,
    ) -> Result<(), FilesError>;

    /// Takes files back that the email never named.
    async fn forget(&self, email: &EmailId, files: Vec<FileId>) -> Result<(), FilesError>;
}

/// Why bytes could not be kept or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FilesError {
    /// No more can be kept for this email.
    #[error("no more files can be kept for this email")]
    Full,
    /// There is no such email any more.
    #[error("the email was erased")]
    Erased,
    /// Later it may work.
    #[error("the files cannot be used: {0}")]
    OutOfReach(#[from] StoreError),
}

#[async_trait]
impl Files for Store {
    async fn keep(
        &self,
        email: &EmailId,
        files: Vec<FileContent>,
    ) -> Result<Vec<FileId>, FilesError> {
        match self.keep_files(email.clone(), files).await? {
            Keeping::Kept(fresh) => Ok(fresh),
            Keeping::Full => Err(FilesError::Full),
            Keeping::Erased => Err(FilesError::Erased),
        }
    }

    async fn read(
        &self,
        email: &EmailId,
        file: &FileId,
    ) -> Result<Option<FileContent>, FilesError> {
        Ok(self.file(email.clone(), file.clone()).await?)
    }

    async fn copy(
        &self,
        from: &EmailId,
        to: &EmailId,
        files: Vec<FileId>,
    ) -> Result<(), FilesError> {
        Ok(self.copy_files(from.clone(), to.clone(), files).await?)
    }

    async fn forget(&self, email: &EmailId, files: Vec<FileId>) -> Result<(), FilesError> {
        Ok(self.forget_files(email.clone(), files).await?)
    }
}

/// The checksum by which an email names bytes.
pub(crate) fn checksum(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}
