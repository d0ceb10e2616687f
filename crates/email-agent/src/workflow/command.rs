//! RPC `command`: what a button does.
//!
//! All commands but two travel on the channel. Cancel is decided here and now: under the lock that
//! the sending needs for its intent, so it either comes before the point of no return, and then
//! nothing leaves any more, or it is told that it is too late.
//! Stop is decided here too: under the same lock an answer takes effect, so one of them comes first and
//! the other is told.

use email_agent_api::{Accepted, AgentError, Command, CommandRequest, Safety};
use iwf::{Handle, Rpc, RpcCx, RpcError, RpcOptions, StateExt, Write};
use serde::{Deserialize, Serialize};

use super::{
    CancelState, EmailAgentWorkflow, StopState,
    accepting::{Accepting, Answer, Stop, answer},
    schema::{REQUESTS, What},
};

/// The button.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct PressButton(pub CommandRequest);

impl Rpc for PressButton {
    type Contract = EmailAgentWorkflow;
    type Output = Result<Accepted, AgentError>;
    type Access = Write;
    const NAME: &'static str = "command";

    fn options() -> RpcOptions<EmailAgentWorkflow> {
        RpcOptions::new().lock([REQUESTS.key()])
    }
}

impl Handle<PressButton> for EmailAgentWorkflow {
    async fn handle(
        &self,
        cx: &mut RpcCx<'_, Self, Write>,
        PressButton(request): PressButton,
    ) -> Result<Answer<Accepted>, RpcError> {
        let settings = self.office.settings.now();
        answer(press(cx, request, &settings.safety))
    }
}

fn press(
    cx: &mut RpcCx<'_, EmailAgentWorkflow, Write>,
    request: CommandRequest,
    safety: &Safety,
) -> Result<Accepted, Stop> {
    let mut accepting = match Accepting::begin(cx, request.key)? {
        Ok(accepting) => accepting,
        Err(before) => return Ok(before),
    };
    if let Command::StopTurn { request } = &request.command {
        let turn = accepting.desk.to_stop(&accepting.book, request)?;
        accepting.book.stop(turn.sequence, accepting.now);
        // What was not taken up yet is put down by the state that takes it up.
        if accepting.desk.has_in_hand(&turn) {
            cx.trigger(StopState::spawn(turn));
        }
        return accepting.finish(cx);
    }
    accepting
        .desk
        .allow(&request.command, accepting.words_wait(), accepting.now)?;
    accepting.desk.allow_recipients(&request.command, safety)?;
    if request.command == Command::Cancel {
        accepting.book.canceled = Some(accepting.now);
        cx.trigger(CancelState::spawn(()));
        return accepting.finish(cx);
    }
    accepting.publish(cx, None, What::Command(request.command))
}
