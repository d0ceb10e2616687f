//! What the page and the workflow agree on.
//!
//! The browser (through `app`), the server and the workflow (`email-agent`) share these types and
//! the [`EmailAgent`] trait; nobody shares more. Everything here builds for WebAssembly, does no IO
//! and reads no clock. Values that come from outside are parsed into types that cannot be wrong
//! ([`EmailId`], [`Recipient`], [`HeaderText`]); limits stand in [`limits`].

mod agent;
mod attachment;
mod command;
mod compare;
mod contact;
mod drill;
mod email;
mod error;
mod hold;
mod id;
mod language;
pub mod limits;
mod list;
mod preferences;
mod reading;
mod recipient;
mod retention;
mod safety;
mod text;
mod thread;
mod time;
mod timeline;
mod usage;
mod view;
mod wire;

pub use agent::{EmailAgent, StartRequest, Started};
pub use attachment::{
    AttachRequest, Attachment, FileContent, FileName, MediaType, NewFile, check_attachments,
    size_text,
};
pub use command::{
    Accepted, AfterEdit, Command, CommandRequest, DraftNote, DraftSaved, EmailEdit, NewRequest,
    Removal, UnsureAnswer,
};
pub use compare::{CompareRequest, Comparison, FieldDiff, Piece, PieceKind};
pub use contact::{
    Contact, ContactBook, ContactQuery, ContactSource, Contacts, NameChoice, SaveContact,
};
pub use drill::{Fault, OfferedFault};
pub use email::{Author, Email, EmailVersion, Version};
pub use error::{AgentError, ErrorCode};
pub use hold::{Held, HoldReason};
pub use id::{EmailId, FileId, IdempotencyKey};
pub use language::{PageLanguage, to_say};
pub use list::{Arrange, EmailList, EmailSummary, ListQuery, NoSuchPart, Show};
pub use preferences::{
    FirstRun, Fixed, HealthRow, HostName, Language, Light, Line, MailSecurity, ModelChange,
    ModelChoice, ModelServer, ModelView, Paragraphs, PreferenceError, Sending, SendingChange,
    SendingKind, SendingView, SettingsChange, SettingsView, SmtpServer, TestReport, TestStep,
    WriteOnly, You,
};
pub use reading::{LanguageTag, ReadBackRequest, Reading};
pub use recipient::{Recipient, RecipientError};
pub use retention::{Erased, NotErased, Retention};
pub use safety::{OnHold, Released, Safety};
pub use text::{HeaderText, TextError, strip_unprintable};
pub use thread::{MessageId, Thread, ThreadError};
pub use time::{SendWish, TimeWords, WallTime, date_time_text};
pub use timeline::{Mood, Step, Timeline};
pub use usage::Usage;
pub use view::{
    AppInfo, ApprovalMode, AssistantInfo, EmailView, MailInfo, Poll, Proof, QueuedRequest,
    RecipientResult, RequestDraft, Retrying, Revision, Schedule, Speaker, Stage, StageKind, Turn,
    Warning,
};
