//! RPC `send_request`: accepts a request in words. It queues while the agent works, and empties the
//! composer in the same commit.

use email_agent_api::{
    Accepted, AgentError, NewRequest, limits::REQUEST_CHARS_MAX, strip_unprintable, to_say,
};
use iwf::{Handle, Rpc, RpcCx, RpcError, RpcOptions, Write};
use serde::{Deserialize, Serialize};

use super::{
    EmailAgentWorkflow,
    accepting::{Accepting, Answer, Stop, answer},
    schema::{DRAFT_NOTE, REQUEST_DRAFT, REQUESTS, What},
};
use crate::times;

/// The request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct SendRequest(pub NewRequest);

impl Rpc for SendRequest {
    type Contract = EmailAgentWorkflow;
    type Output = Result<Accepted, AgentError>;
    type Access = Write;
    const NAME: &'static str = "send_request";

    fn options() -> RpcOptions<EmailAgentWorkflow> {
        RpcOptions::new().lock([REQUESTS.key(), DRAFT_NOTE.key()])
    }
}

impl Handle<SendRequest> for EmailAgentWorkflow {
    async fn handle(
        &self,
        cx: &mut RpcCx<'_, Self, Write>,
        SendRequest(request): SendRequest,
    ) -> Result<Answer<Accepted>, RpcError> {
        answer(send(cx, request))
    }
}

fn send(
    cx: &mut RpcCx<'_, EmailAgentWorkflow, Write>,
    request: NewRequest,
) -> Result<Accepted, Stop> {
    let (text, removed) = words(&request.text)?;
    // "At 9" in an unknown zone would be understood in another one.
    times::zone(&request.time_zone)
        .map_err(|problem| AgentError::bad_input("time_zone", problem.to_string()))?;
    let mut accepting = match Accepting::begin(cx, request.key)? {
        Ok(accepting) => accepting,
        Err(before) => return Ok(before),
    };
    accepting.desk.allow_words()?;
    if request.draft_sequence >= accepting.note.sequence {
        accepting.note.sequence = request.draft_sequence;
        accepting.note.revision += 1;
        accepting.note.saved_at = None;
        cx.set(REQUEST_DRAFT, String::new())?;
        cx.set(DRAFT_NOTE, accepting.note.clone())?;
    }
    let what = What::Request {
        text: text.clone(),
        time_zone: request.time_zone,
        removed,
    };
    accepting.publish(cx, Some(text), what)
}

/// The words without what cannot be printed, if anything is left and it is not too much.
fn words(text: &str) -> Result<(String, usize), AgentError> {
    let (text, removed) = strip_unprintable(text);
    if text.trim().is_empty() {
        return Err(AgentError::bad_input(
            "text",
            to_say("Say whom to write to, what to say, and when; then send it."),
        ));
    }
    let length = text.chars().count();
    if length > REQUEST_CHARS_MAX {
        return Err(AgentError::too_large(
            "text",
            length,
            REQUEST_CHARS_MAX,
            to_say("characters"),
        ));
    }
    Ok((text, removed))
}
