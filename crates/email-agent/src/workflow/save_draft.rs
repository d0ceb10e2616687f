//! RPC `save_draft`: keeps the unsent words of the composer.
//!
//! Numbers decide, not arrival: a save that was overtaken by a later one, or by the request that was
//! made of it, changes nothing.

use email_agent_api::{
    AgentError, DraftNote, DraftSaved, limits::REQUEST_CHARS_MAX, strip_unprintable, to_say,
};
use iwf::{Handle, Load, Rpc, RpcCx, RpcError, RpcOptions, Write};
use serde::{Deserialize, Serialize};

use super::{
    EmailAgentWorkflow,
    schema::{DRAFT_NOTE, REQUEST_DRAFT},
};

/// The words and their number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct SaveDraft(pub DraftNote);

impl Rpc for SaveDraft {
    type Contract = EmailAgentWorkflow;
    type Output = Result<DraftSaved, AgentError>;
    type Access = Write;
    const NAME: &'static str = "save_draft";

    fn options() -> RpcOptions<EmailAgentWorkflow> {
        RpcOptions::new().load(Load::none().lock([DRAFT_NOTE.key()]))
    }
}

impl Handle<SaveDraft> for EmailAgentWorkflow {
    async fn handle(
        &self,
        cx: &mut RpcCx<'_, Self, Write>,
        SaveDraft(draft): SaveDraft,
    ) -> Result<Result<DraftSaved, AgentError>, RpcError> {
        let (text, _) = strip_unprintable(&draft.text);
        let length = text.chars().count();
        if length > REQUEST_CHARS_MAX {
            return Ok(Err(AgentError::too_large(
                "text",
                length,
                REQUEST_CHARS_MAX,
                to_say("characters"),
            )));
        }
        let mut note = cx.get(DRAFT_NOTE)?.unwrap_or_default();
        let now = cx.now().into();
        if draft.sequence <= note.sequence {
            return Ok(Ok(DraftSaved {
                sequence: note.sequence,
                saved_at: note.saved_at.unwrap_or(now),
            }));
        }
        note.sequence = draft.sequence;
        note.saved_at = Some(now);
        note.revision += 1;
        cx.set(REQUEST_DRAFT, text)?;
        cx.set(DRAFT_NOTE, note)?;
        Ok(Ok(DraftSaved {
            sequence: draft.sequence,
            saved_at: now,
        }))
    }
}
