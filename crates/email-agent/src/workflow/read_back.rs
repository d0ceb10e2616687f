//! RPC `read_back`: asks what the newest version says in the person's language. It notes the question
//! in the book and starts a state of its own beside the others: approving, scheduling and sending go
//! on meanwhile, and nothing of them waits for the answer.

use email_agent_api::{Accepted, AgentError, ErrorCode, ReadBackRequest, Version, to_say};
use iwf::{Handle, Rpc, RpcCx, RpcError, RpcOptions, StateExt, Write};
use serde::{Deserialize, Serialize};

use super::{
    EmailAgentWorkflow, ReadingState,
    accepting::{Accepting, Answer, Stop, answer},
    schema::REQUESTS,
};

/// The question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct ReadBack(pub ReadBackRequest);

impl Rpc for ReadBack {
    type Contract = EmailAgentWorkflow;
    type Output = Result<Accepted, AgentError>;
    type Access = Write;
    const NAME: &'static str = "read_back";

    fn options() -> RpcOptions<EmailAgentWorkflow> {
        RpcOptions::new().lock([REQUESTS.key()])
    }
}

impl Handle<ReadBack> for EmailAgentWorkflow {
    async fn handle(
        &self,
        cx: &mut RpcCx<'_, Self, Write>,
        ReadBack(request): ReadBack,
    ) -> Result<Answer<Accepted>, RpcError> {
        answer(ask(self, cx, request))
    }
}

fn ask(
    workflow: &EmailAgentWorkflow,
    cx: &mut RpcCx<'_, EmailAgentWorkflow, Write>,
    request: ReadBackRequest,
) -> Result<Accepted, Stop> {
    if !workflow.office.assistant.reads_back() {
        return Err(AgentError::bad_input(
            "language",
            to_say("The built-in demo cannot translate. Set a language model, then ask again."),
        )
        .into());
    }
    let mut accepting = match Accepting::begin(cx, request.key)? {
        Ok(accepting) => accepting,
        Err(before) => return Ok(before),
    };
    let newest = accepting.desk.version();
    if request.version == 0 || request.version != newest {
        return Err(not_newest(request.version, newest).into());
    }
    let before = accepting.book.asked_reading.as_ref();
    if let Some(open) = before.filter(|asked| accepting.readings.is_open(asked)) {
        // The same question once more is the same question.
        if (open.version, &open.language) == (request.version, &request.language) {
            return Ok(accepting.accepted());
        }
        return Err(AgentError::new(
            ErrorCode::TooMany,
            to_say(
                "The agent is reading another version at this moment. Ask again when it is done.",
            ),
        )
        .into());
    }
    let asked = accepting
        .book
        .ask_reading(request.version, request.language);
    cx.trigger(ReadingState::spawn_with(
        asked,
        ReadingState::options_of(&workflow.office.settings.now()),
    ));
    accepting.finish(cx)
}

fn not_newest(asked: Version, newest: Version) -> AgentError {
    AgentError::new(
        ErrorCode::Conflict,
        match newest {
            0 => to_say("There is no draft yet, so there is nothing to read.").to_owned(),
            _ => to_say!(
                "You asked about version {asked}, but the newest is {newest}. Look at that one, then ask again."
            ),
        },
    )
}
