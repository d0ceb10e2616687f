//! RPC `remove_request`: takes a queued request back. The message stays on the channel; the state
//! that takes it finds it missing in the book and passes over it.

use email_agent_api::{Accepted, AgentError, Removal};
use iwf::{Handle, Rpc, RpcCx, RpcError, RpcOptions, Write};
use serde::{Deserialize, Serialize};

use super::{
    EmailAgentWorkflow,
    accepting::{Accepting, Answer, Stop, answer, nothing_to_take_back},
    schema::REQUESTS,
};

/// The key of the request. Saying it twice is harmless.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct RemoveRequest(pub Removal);

impl Rpc for RemoveRequest {
    type Contract = EmailAgentWorkflow;
    type Output = Result<Accepted, AgentError>;
    type Access = Write;
    const NAME: &'static str = "remove_request";

    fn options() -> RpcOptions<EmailAgentWorkflow> {
        RpcOptions::new().lock([REQUESTS.key()])
    }
}

impl Handle<RemoveRequest> for EmailAgentWorkflow {
    async fn handle(
        &self,
        cx: &mut RpcCx<'_, Self, Write>,
        RemoveRequest(removal): RemoveRequest,
    ) -> Result<Answer<Accepted>, RpcError> {
        answer(remove(cx, &removal))
    }
}

fn remove(
    cx: &mut RpcCx<'_, EmailAgentWorkflow, Write>,
    removal: &Removal,
) -> Result<Accepted, Stop> {
    let mut accepting = Accepting::load(cx, removal.key.clone())?;
    if accepting.book.was_removed(&removal.key) {
        return Ok(accepting.accepted());
    }
    let in_work = accepting
        .desk
        .record
        .in_hand
        .as_ref()
        .map(|held| held.sequence);
    if !accepting.book.remove_words(&removal.key, in_work) {
        return Err(nothing_to_take_back().into());
    }
    Ok(accepting.write(cx)?)
}
