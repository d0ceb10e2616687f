//! The one door between the pages and the workflow.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::{
    Accepted, AgentError, AppInfo, Arrange, AttachRequest, CommandRequest, CompareRequest,
    Comparison, ContactBook, ContactQuery, Contacts, DraftNote, DraftSaved, EmailId, EmailList,
    Erased, Fault, FileContent, FileId, HoldReason, IdempotencyKey, ListQuery, NewRequest,
    OfferedFault, OnHold, Poll, ReadBackRequest, Recipient, Released, Removal, Retention, Revision,
    Safety, SaveContact, SendWish, TimeWords, Timeline,
};

/// Begins a new email.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartRequest {
    /// The same key again answers with the same email.
    pub key: IdempotencyKey,
    /// The zone of the person's clock, IANA; `UTC` where the caller cannot tell.
    pub time_zone: String,
}

/// The email that was begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Started {
    /// Its id, made by the server.
    pub id: EmailId,
}

/// What can be done with emails. Implemented once, over the workflow's RPCs; the pages know
/// nothing else. An `Ok` of a changing call means: it is on disk and will take effect.
#[async_trait]
pub trait EmailAgent: Send + Sync + 'static {
    /// How this installation works.
    fn info(&self) -> AppInfo;

    /// What a time in words means by the person's clock, or why it was not understood.
    ///
    /// # Errors
    /// Words that are no time, or a time that cannot be, as a sentence for the person.
    fn resolve_time(&self, words: &TimeWords) -> Result<SendWish, AgentError>;

    /// Begins a new email.
    async fn start(&self, request: StartRequest) -> Result<Started, AgentError>;

    /// Everything about one email, unless it still has revision `known`.
    async fn describe(&self, id: EmailId, known: Option<Revision>) -> Result<Poll, AgentError>;

    /// Every step of one email so far, in order.
    async fn timeline(&self, id: EmailId) -> Result<Timeline, AgentError>;

    /// Hands a request in words to the agent; queues it while the agent works.
    async fn send_request(&self, id: EmailId, request: NewRequest) -> Result<Accepted, AgentError>;

    /// Keeps the unsent words of the composer.
    async fn save_draft(&self, id: EmailId, note: DraftNote) -> Result<DraftSaved, AgentError>;

    /// Does what a button says.
    async fn command(&self, id: EmailId, request: CommandRequest) -> Result<Accepted, AgentError>;

    /// Attaches files to the newest version, as a change by hand.
    async fn attach(&self, id: EmailId, request: AttachRequest) -> Result<Accepted, AgentError>;

    /// A file of the email, of its newest version or of an older one.
    async fn file(&self, id: EmailId, file: FileId) -> Result<FileContent, AgentError>;

    /// The newest version as the message that travels (MIME), with its files, without hidden recipients.
    async fn message(&self, id: EmailId) -> Result<Vec<u8>, AgentError>;

    /// What differs between two kept versions, word by word.
    async fn compare(&self, id: EmailId, request: CompareRequest)
    -> Result<Comparison, AgentError>;

    /// Asks what the newest version says in the person's language. The answer comes with `describe`.
    async fn read_back(
        &self,
        id: EmailId,
        request: ReadBackRequest,
    ) -> Result<Accepted, AgentError>;

    /// Takes a queued request back.
    async fn remove_request(&self, id: EmailId, removal: Removal) -> Result<Accepted, AgentError>;

    /// One page of the emails.
    async fn list(&self, query: ListQuery) -> Result<EmailList, AgentError>;

    /// Names, pins, archives, deletes or erases an email.
    async fn arrange(&self, id: EmailId, change: Arrange) -> Result<(), AgentError>;

    /// Begins a new email with a copy of this one's newest version. The same key again answers with
    /// the same email.
    async fn duplicate(&self, id: EmailId, key: IdempotencyKey) -> Result<Started, AgentError>;

    /// What keeps mail from leaving by surprise.
    async fn safety(&self) -> Result<Safety, AgentError>;

    /// Changes it. Answers with it as it is from now on.
    async fn save_safety(&self, safety: Safety) -> Result<Safety, AgentError>;

    /// How many emails are on hold, and why.
    async fn on_hold(&self) -> Result<OnHold, AgentError>;

    /// Sends all emails that are held for this reason and wait for a person.
    async fn release(&self, why: HoldReason) -> Result<Released, AgentError>;

    /// Looks among the contacts, one page at a time.
    async fn contacts(&self, query: ContactQuery) -> Result<Contacts, AgentError>;

    /// Adds a contact, or changes one.
    async fn save_contact(&self, contact: SaveContact) -> Result<ContactBook, AgentError>;

    /// Forgets one contact; nothing to forget is no failure.
    async fn erase_contact(&self, address: Recipient) -> Result<ContactBook, AgentError>;

    /// Forgets all contacts.
    async fn erase_contacts(&self) -> Result<ContactBook, AgentError>;

    /// Whether the people whom emails are sent to are remembered as contacts.
    async fn remember_contacts(&self, on: bool) -> Result<ContactBook, AgentError>;

    /// How long emails stay.
    async fn retention(&self) -> Result<Retention, AgentError>;

    /// Changes it. What has been there longer than that is erased soon after the answer.
    async fn save_retention(&self, retention: Retention) -> Result<Retention, AgentError>;

    /// Every email there is, what leaves next first: also archived and deleted ones.
    async fn every_email(&self) -> Result<Vec<EmailId>, AgentError>;

    /// Erases every email with its files, and every contact. What is being handed to the mail server
    /// at that moment stays and is named.
    async fn erase_everything(&self) -> Result<Erased, AgentError>;

    /// The faults that a visitor of the demo may cause: each only where what it breaks is the demo's.
    fn drill(&self) -> Vec<OfferedFault>;

    /// Causes one. Kept in memory only: a restart ends it.
    ///
    /// # Errors
    /// It is not offered here.
    fn cause(&self, fault: Fault) -> Result<(), AgentError>;
}
