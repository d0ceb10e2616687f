//! What the RPCs that accept something share: under the lock on the book they look whether the key
//! is known, check against the committed stage, and write the book and the channel as one.

use chrono::{DateTime, Utc};
use email_agent_api::{Accepted, AgentError, EmailId, ErrorCode, IdempotencyKey, to_say};
use iwf::{CxError, RpcCx, RpcError, Write};

use super::{
    EmailAgentWorkflow,
    describe::{book, desk, readings},
    schema::{DRAFT_NOTE, REQUESTS, USER_INPUT, UserInput, What},
};
use crate::{
    book::Book,
    desk::{self, Desk, Note},
    readings::Readings,
};

type Cx<'a> = RpcCx<'a, EmailAgentWorkflow, Write>;

/// What an RPC answers: the thing, or a refusal for people.
pub(super) type Answer<T> = Result<T, AgentError>;

/// Why an RPC stops: a refusal is an answer, a fault is an error of the call.
pub(super) enum Stop {
    Refused(AgentError),
    Fault(RpcError),
}

impl From<AgentError> for Stop {
    fn from(error: AgentError) -> Self {
        Self::Refused(error)
    }
}
impl From<CxError> for Stop {
    fn from(error: CxError) -> Self {
        Self::Fault(error.into())
    }
}

/// As the SDK wants it.
pub(super) fn answer<T>(result: Result<T, Stop>) -> Result<Answer<T>, RpcError> {
    match result {
        Ok(accepted) => Ok(Ok(accepted)),
        Err(Stop::Refused(refusal)) => Ok(Err(refusal)),
        Err(Stop::Fault(fault)) => Err(fault),
    }
}

/// One acceptance in the making.
pub(super) struct Accepting {
    pub(super) desk: Desk,
    pub(super) book: Book,
    pub(super) note: Note,
    pub(super) readings: Readings,
    pub(super) now: DateTime<Utc>,
    id: EmailId,
    key: IdempotencyKey,
}

impl Accepting {
    /// Loads everything, unless this key was answered before.
    pub(super) fn begin(cx: &Cx<'_>, key: IdempotencyKey) -> Result<Result<Self, Accepted>, Stop> {
        if let Some(revision) = book(cx)?.answer_to(&key) {
            return Ok(Err(Accepted {
                id: cx.info().workflow_id.parse()?,
                revision,
            }));
        }
        Self::load(cx, key).map(Ok)
    }

    /// Loads everything.
    pub(super) fn load(cx: &Cx<'_>, key: IdempotencyKey) -> Result<Self, Stop> {
        let (mut book, desk) = (book(cx)?, desk(cx)?);
        if book.canceled.is_some() {
            return Err(desk::canceled().into());
        }
        book.prune(desk.record.handled);
        let desk = desk.with_stops(&book);
        let note = cx.get(DRAFT_NOTE)?.unwrap_or_default();
        Ok(Self {
            desk,
            book,
            note,
            readings: readings(cx)?,
            now: cx.now().into(),
            id: cx.info().workflow_id.parse()?,
            key,
        })
    }

    /// Whether requests wait or are in work.
    pub(super) fn words_wait(&self) -> bool {
        self.book.pending_words(self.desk.record.handled).is_some()
    }

    /// Puts it into the book and on the channel. `text` are the words of a request.
    pub(super) fn publish(
        mut self,
        cx: &mut Cx<'_>,
        text: Option<String>,
        what: What,
    ) -> Result<Accepted, Stop> {
        let sequence = self.book.accept(self.key.clone(), text, self.now)?;
        cx.publish(
            USER_INPUT,
            UserInput {
                sequence,
                key: self.key.clone(),
                at: self.now,
                what,
            },
        )?;
        self.finish(cx)
    }

    /// Remembers the answer and writes the book.
    pub(super) fn finish(mut self, cx: &mut Cx<'_>) -> Result<Accepted, Stop> {
        let revision = self.accepted().revision + 1;
        self.book.remember(self.key.clone(), revision);
        Ok(self.write(cx)?)
    }

    /// Writes the book.
    pub(super) fn write(mut self, cx: &mut Cx<'_>) -> Result<Accepted, CxError> {
        self.book.revision += 1;
        let accepted = self.accepted();
        cx.set(REQUESTS, self.book)?;
        Ok(accepted)
    }

    /// The answer as of now.
    pub(super) fn accepted(&self) -> Accepted {
        let revision = desk::revision(&self.desk.record, &self.book, &self.note, &self.readings);
        Accepted {
            id: self.id.clone(),
            revision,
        }
    }
}

/// The request is in work, done, or was never there.
pub(super) fn nothing_to_take_back() -> AgentError {
    AgentError::new(
        ErrorCode::TooLate,
        to_say(
            "The agent has already begun with this request, so it cannot be taken back. You can ask for another change.",
        ),
    )
}
