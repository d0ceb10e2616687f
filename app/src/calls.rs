//! What stands in for `server_fns` in the browser: one line for each function that it calls, and one
//! piece of code for all.
//!
//! The macro of the server functions would bring a client of its own for each of them.

use email_agent_api::{
    Accepted, AgentError, Arrange, Command, Comparison, Contacts, DraftSaved, EmailList, Poll,
    Revision, SendWish, Show, Started, Timeline, Version,
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{CallError, browser, json};

/// `"endpoint" function Arguments (arguments) -> Answer;` as the server function of that name has it.
macro_rules! calls {
    ($($endpoint:literal $name:ident $Arguments:ident ($($argument:ident: $kind:ty),*) -> $Answer:ty;)*) => {
        $(
            #[doc = concat!("What `", $endpoint, "` takes.")]
            #[derive(Debug, Clone, Serialize)]
            pub(crate) struct $Arguments {
                $(pub(crate) $argument: $kind,)*
            }

            #[doc = concat!("`POST /api/ai-agent/", $endpoint, "`")]
            pub(crate) async fn $name($($argument: $kind),*) -> Result<$Answer, CallError> {
                let body = json::write(&$Arguments { $($argument),* });
                answer(browser::post(concat!("/api/ai-agent/", $endpoint), body).await)
            }
        )*
    };
}

calls! {
    "start" start Start(key: String, time_zone: String) -> Started;
    "describe" describe Describe(id: String, known: Option<Revision>) -> Poll;
    "timeline" timeline ReadTimeline(id: String) -> Timeline;
    "send_request" send_request SendRequest(id: String, key: String, text: String, time_zone: String, draft_sequence: u64) -> Accepted;
    "save_draft" save_draft SaveDraft(id: String, text: String, sequence: u64) -> DraftSaved;
    "command" command CommandCall(id: String, key: String, command: Command) -> Accepted;
    "list" list List(page: Option<String>, show: Show, search: String) -> EmailList;
    "arrange" arrange ArrangeCall(id: String, change: Arrange) -> ();
    "duplicate" duplicate Duplicate(id: String, key: String) -> Started;
    "remove_request" remove_request RemoveRequest(id: String, key: String) -> Accepted;
    "read_back" read_back ReadBack(id: String, key: String, version: Version, language: String) -> Accepted;
    "compare" compare CompareCall(id: String, from: Version, to: Version) -> Comparison;
    "resolve_time" resolve_time ResolveTime(text: String, time_zone: String) -> SendWish;
    "contacts" contacts ContactsCall(search: String, page: Option<String>) -> Contacts;
}

/// Whatever is not an answer of ours means that the server was not reached.
pub(crate) fn answer<T: DeserializeOwned>(reply: Option<browser::Reply>) -> Result<T, CallError> {
    let Some(reply) = reply else {
        return Err(CallError::lost());
    };
    if reply.is_ok {
        return json::read(&reply.body).ok_or_else(CallError::lost);
    }
    Err(json::read::<AgentError>(&reply.body).map_or_else(CallError::lost, CallError::from))
}
