//! An event as a sentence. Values are told by their sizes, except for reasons and failures, which
//! are there to be read.

use iwf_engine_core::{
    Api, AttributeWrites, CallId, Event, Payload, Publication, Run, StopKind, TimerChoice,
};

pub(super) fn of(before: &Run, event: &Event) -> String {
    match event {
        Event::Started(_) => "the run was started".to_owned(),
        Event::SignalReceived { channel, value } => {
            format!("a signal came on {channel}{}", size(value.as_ref()))
        }
        Event::Published(publications) => {
            format!("a client published {}", published(publications))
        }
        Event::WaitUntilReturned { call, answer } => {
            let wrote = wrote(&answer.attributes, &answer.publications);
            format!("{} returned{wrote}", half(before, *call))
        }
        Event::ExecuteReturned { call, answer } => {
            let wrote = wrote(&answer.attributes, &answer.publications);
            format!("{} returned{wrote}", half(before, *call))
        }
        Event::CallFailed { call, failure } => {
            let (attempt, half) = (call.attempt, half(before, *call));
            format!("attempt {attempt} of {half} failed: {}", failure.message)
        }
        Event::CallClaimed(call) => format!("{} is called, once only", half(before, *call)),
        Event::CallHandedBack(call) => {
            format!(
                "{} was not called: the engine stopped first",
                half(before, *call)
            )
        }
        Event::TimeReached => "something became due".to_owned(),
        Event::RpcLocksWanted(_) => "an RPC took its locks".to_owned(),
        Event::RpcReturned { answer, .. } => {
            let wrote = wrote(&answer.attributes, &answer.publications);
            format!("an RPC returned{wrote}")
        }
        Event::RpcEnded(_) => "an RPC failed and gave its locks back".to_owned(),
        Event::RpcForgotten(_) => "an RPC was gone, and its locks with it".to_owned(),
        Event::Stopped { kind, reason } => stopped(*kind, reason.as_deref()),
        Event::TimerSkipped { execution, choice } => {
            let execution = execution.as_ref().map(|id| format!(" of {id}"));
            let execution = execution.unwrap_or_default();
            format!("a client skipped {}{execution}", timer(choice))
        }
        Event::TimerSkippedEarly { execution, choice } => {
            format!("{} of {execution} was skipped again", timer(choice))
        }
        Event::AttributesSet(attributes) => {
            format!("a client made a change{}", wrote(attributes, &[]))
        }
        Event::ConfigUpdated(_) => "a client changed the configuration".to_owned(),
        Event::Reset(reset) => {
            let reason = reset.reason.as_deref().map(|reason| format!(": {reason}"));
            let reason = reason.unwrap_or_default();
            format!("a reset goes on from here, from run {}{reason}", reset.base)
        }
    }
}

/// `execute of A-1`.
fn half(run: &Run, call: CallId) -> String {
    let execution = run.executions.get(&call.slot);
    let execution = execution.filter(|execution| execution.serial == call.serial);
    let id = execution.map_or_else(|| "a past state".to_owned(), |found| found.id.to_string());
    format!("{} of {id}", api(call.api))
}

pub(super) fn api(api: Api) -> &'static str {
    match api {
        Api::WaitUntil => "waitUntil",
        Api::Execute => "execute",
    }
}

/// What an answer wrote and published, after a comma.
fn wrote(attributes: &AttributeWrites, publications: &[Publication]) -> String {
    let mut parts = Vec::new();
    if !attributes.data.is_empty() {
        let keys = attributes
            .data
            .iter()
            .map(|attribute| attribute.key.as_str());
        parts.push(format!("set the data attributes {}", list(keys)));
    }
    if !attributes.search.is_empty() {
        let keys = attributes
            .search
            .iter()
            .map(|attribute| attribute.key.as_str());
        parts.push(format!("set the search attributes {}", list(keys)));
    }
    if !publications.is_empty() {
        parts.push(format!("published {}", published(publications)));
    }
    parts
        .iter()
        .fold(String::new(), |text, part| format!("{text}, {part}"))
}

fn published(publications: &[Publication]) -> String {
    let channels = publications.iter().map(|message| message.channel.as_str());
    let count = publications.len();
    format!("{} to {}", counted(count, "message"), list(channels))
}

/// Each once, the first few.
fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    const SHOWN: usize = 8;
    let mut shown: Vec<&str> = Vec::new();
    let mut more = false;
    for name in names {
        if shown.contains(&name) {
            continue;
        }
        if shown.len() == SHOWN {
            more = true;
            break;
        }
        shown.push(name);
    }
    let text = shown.join(", ");
    if more { format!("{text}, …") } else { text }
}

fn stopped(kind: StopKind, reason: Option<&str>) -> String {
    let what = match kind {
        StopKind::Cancel => "canceled",
        StopKind::Terminate => "terminated",
        StopKind::Fail => "failed",
    };
    let reason = reason
        .map(|reason| format!(": {reason}"))
        .unwrap_or_default();
    format!("a client {what} the run{reason}")
}

fn timer(choice: &TimerChoice) -> String {
    match choice {
        TimerChoice::Id(id) => format!("the timer {id}"),
        TimerChoice::Index(index) => format!("timer number {index}"),
    }
}

fn size(value: Option<&Payload>) -> String {
    value.map_or_else(String::new, |value| {
        format!(" with {} bytes", value.size_bytes())
    })
}

pub(super) fn counted(count: usize, what: &str) -> String {
    if count == 1 {
        format!("1 {what}")
    } else {
        format!("{count} {what}s")
    }
}
