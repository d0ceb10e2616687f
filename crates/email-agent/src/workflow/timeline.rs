//! RPC `timeline`: every step of one email. Reads only, so it also answers for emails that have ended.

use email_agent_api::{EmailId, Timeline};
use iwf::{Handle, Read, Rpc, RpcCx, RpcError};
use serde::{Deserialize, Serialize};

use super::{
    EmailAgentWorkflow, Owed,
    describe::{book, desk, readings},
    schema::DRAFT_NOTE,
};
use crate::desk::{Shown, revision};

/// The answer, and what the service has to know to complete it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Told {
    /// For the caller.
    pub timeline: Timeline,
    /// What is owed, so that the engine may know why it takes long.
    pub owed: Option<Owed>,
}

/// All of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ReadTimeline {}

impl Rpc for ReadTimeline {
    type Contract = EmailAgentWorkflow;
    type Output = Told;
    type Access = Read;
    const NAME: &'static str = "timeline";
}

impl Handle<ReadTimeline> for EmailAgentWorkflow {
    async fn handle(
        &self,
        cx: &mut RpcCx<'_, Self, Read>,
        ReadTimeline {}: ReadTimeline,
    ) -> Result<Told, RpcError> {
        let (book, readings) = (book(cx)?, readings(cx)?);
        let note = cx.get(DRAFT_NOTE)?.unwrap_or_default();
        let desk = desk(cx)?;
        let revision = revision(&desk.record, &book, &note, &readings);
        let desk = desk.with_stops(&book);
        let stage = Shown {
            desk: &desk,
            book: &book,
            draft: String::new(),
            note: &note,
            readings: &readings,
        }
        .stage();
        let id: EmailId = cx.info().workflow_id.parse()?;
        Ok(Told {
            owed: Owed::of(&desk.record, &book, cx.now().into()),
            timeline: desk.timeline(&book, &stage, &id, revision),
        })
    }
}
