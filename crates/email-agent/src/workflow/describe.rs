//! RPC `describe`: everything about one email, or that nothing has changed. Reads only, so it also
//! answers for emails that have ended.

use email_agent_api::{EmailId, Poll, Revision};
use iwf::{CanRead, CxError, Handle, Read, Rpc, RpcCx, RpcError};
use serde::{Deserialize, Serialize};

use super::{
    EmailAgentWorkflow, Owed,
    schema::{
        CONVERSATION, DESK, DRAFT_NOTE, PREVIOUS_RESPONSE_ID, READINGS, REQUEST_DRAFT, REQUESTS,
        TIMELINE, VERSIONS,
    },
};
use crate::{
    book::Book,
    desk::{Desk, Shown, revision},
    readings::Readings,
};

/// The answer, and what the service has to know to complete it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Described {
    /// For the caller.
    pub poll: Poll,
    /// What is owed, so that the engine may know why it takes long.
    pub owed: Option<Owed>,
}

/// The revision that the caller has, if any.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Describe(pub Option<Revision>);

impl Rpc for Describe {
    type Contract = EmailAgentWorkflow;
    type Output = Described;
    type Access = Read;
    const NAME: &'static str = "describe";
}

impl Handle<Describe> for EmailAgentWorkflow {
    async fn handle(
        &self,
        cx: &mut RpcCx<'_, Self, Read>,
        Describe(known): Describe,
    ) -> Result<Described, RpcError> {
        // Most polls find nothing new: those read only the small parts.
        let (record, book, note, readings) = (
            cx.require(DESK)?,
            book(cx)?,
            cx.get(DRAFT_NOTE)?.unwrap_or_default(),
            readings(cx)?,
        );
        let revision = revision(&record, &book, &note, &readings);
        let owed = Owed::of(&record, &book, cx.now().into());
        if known == Some(revision) {
            let poll = Poll::Unchanged {
                revision,
                waiting: None,
            };
            return Ok(Described { poll, owed });
        }
        let desk = desk(cx)?.with_stops(&book);
        let shown = Shown {
            desk: &desk,
            book: &book,
            draft: cx.get(REQUEST_DRAFT)?.unwrap_or_default(),
            note: &note,
            readings: &readings,
        };
        let id: EmailId = cx.info().workflow_id.parse()?;
        let mut view = shown.view(id, cx.now().into());
        let settings = self.office.settings.now();
        view.warnings.extend(desk.domain_warnings(&settings.safety));
        let poll = Poll::Changed {
            view: Box::new(view),
        };
        Ok(Described { poll, owed })
    }
}

/// The states' part. Its record is there from the start call on.
pub(super) fn desk<A: CanRead>(cx: &RpcCx<'_, EmailAgentWorkflow, A>) -> Result<Desk, CxError> {
    Ok(Desk {
        record: cx.require(DESK)?,
        versions: cx.get(VERSIONS)?.unwrap_or_default(),
        conversation: cx.get(CONVERSATION)?.unwrap_or_default(),
        steps: cx.get(TIMELINE)?.unwrap_or_default(),
        previous_response_id: cx.get(PREVIOUS_RESPONSE_ID)?,
    })
}

/// The RPCs' part.
pub(super) fn book<A: CanRead>(cx: &RpcCx<'_, EmailAgentWorkflow, A>) -> Result<Book, CxError> {
    Ok(cx.get(REQUESTS)?.unwrap_or_default())
}

/// The reading states' part.
pub(super) fn readings<A: CanRead>(
    cx: &RpcCx<'_, EmailAgentWorkflow, A>,
) -> Result<Readings, CxError> {
    Ok(cx.get(READINGS)?.unwrap_or_default())
}
