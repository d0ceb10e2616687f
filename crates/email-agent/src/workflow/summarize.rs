//! RPC `summarize`: the row of the catalogue, from what is committed. Reads only, so it also answers
//! for emails that have ended.

use email_agent_api::{ApprovalMode, EmailId};
use email_agent_store::CatalogueEntry;
use iwf::{Handle, Read, Rpc, RpcCx, RpcError};
use serde::{Deserialize, Serialize};

use super::{
    EmailAgentWorkflow,
    describe::{book, desk},
};
use crate::{
    desk::{Note, Shown},
    readings::Readings,
};

/// The question.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Summarize;

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Summarized {
    /// The row.
    pub entry: CatalogueEntry,
    /// Something was accepted that no state has dealt with yet.
    pub is_busy: bool,
    /// Whether it needs a person's approval to leave.
    pub approval: ApprovalMode,
}

impl Rpc for Summarize {
    type Contract = EmailAgentWorkflow;
    type Output = Summarized;
    type Access = Read;
    const NAME: &'static str = "summarize";
}

impl Handle<Summarize> for EmailAgentWorkflow {
    async fn handle(
        &self,
        cx: &mut RpcCx<'_, Self, Read>,
        Summarize: Summarize,
    ) -> Result<Summarized, RpcError> {
        let (desk, book) = (desk(cx)?, book(cx)?);
        let id: EmailId = cx.info().workflow_id.parse()?;
        let shown = Shown {
            desk: &desk,
            book: &book,
            draft: String::new(),
            note: &Note::default(),
            readings: &Readings::default(),
        };
        Ok(Summarized {
            entry: shown.entry(id),
            is_busy: book.pending(desk.record.handled).next().is_some(),
            approval: desk.record.approval,
        })
    }
}
