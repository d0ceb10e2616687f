//! From a request to what a handler can see, and from what it wrote to the answer.

use super::Worker;
use crate::{
    Info, Payload, SearchValue,
    cx::Store,
    options::{Loaded, StepOptions},
    wire,
};
use iwf_protocol::{ChannelInfo, Context, InterStateChannelPublishing, KeyValue, SearchAttribute};
use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

/// The server's own, where a state names none.
const TIMEOUT_DEFAULT: Duration = Duration::from_secs(30);

/// What a request brings for a handler to see.
pub(super) struct Seen {
    pub(super) context: Context,
    pub(super) data: Vec<KeyValue>,
    pub(super) search: Vec<SearchAttribute>,
}

/// What a handler wrote, as every answer sends it.
pub(super) struct Writes {
    pub(super) data: Vec<KeyValue>,
    pub(super) search: Vec<SearchAttribute>,
    pub(super) locals: Vec<KeyValue>,
    pub(super) events: Vec<KeyValue>,
    pub(super) messages: Vec<InterStateChannelPublishing>,
}

/// For one half of a state, whose options say what was loaded and how long it may take.
pub(super) fn for_state(worker: &Worker, seen: Seen, options: Option<&StepOptions>) -> Store {
    let timeout = options
        .and_then(|step| step.timeout)
        .unwrap_or(TIMEOUT_DEFAULT);
    let loaded = options.map(StepOptions::loaded).unwrap_or_default();
    let mut store = new(worker, seen, loaded);
    store.info.deadline = worker.clock.now().checked_add(timeout);
    store
}

/// For an RPC, whose time-out only its caller knows.
pub(super) fn for_rpc(worker: &Worker, seen: Seen, loaded: Option<Loaded>) -> Store {
    new(worker, seen, loaded.unwrap_or_default())
}

pub(super) fn locals(values: Vec<KeyValue>) -> BTreeMap<String, Payload> {
    values
        .into_iter()
        .map(|kv| (kv.key, wire::payload_from_wire(kv.value)))
        .collect()
}

pub(super) fn sizes(infos: BTreeMap<String, ChannelInfo>) -> HashMap<String, usize> {
    let size = |info: ChannelInfo| usize::try_from(info.size).unwrap_or(0);
    infos
        .into_iter()
        .map(|(name, info)| (name, size(info)))
        .collect()
}

fn new(worker: &Worker, seen: Seen, loaded: Loaded) -> Store {
    let Context {
        workflow_id,
        workflow_run_id,
        workflow_started_timestamp,
        state_execution_id,
        attempt,
        first_attempt_timestamp,
    } = seen.context;
    Store {
        data: locals(seen.data),
        search: seen
            .search
            .into_iter()
            .filter_map(wire::search_from_wire)
            .collect(),
        loaded,
        clock: worker.clock.clone(),
        info: Info {
            workflow_id,
            run_id: workflow_run_id,
            started_unix: workflow_started_timestamp,
            state_execution_id,
            attempt: attempt.and_then(|n| u32::try_from(n).ok()).unwrap_or(0),
            first_attempt_unix: first_attempt_timestamp,
            deadline: None,
        },
        ..Store::default()
    }
}

pub(super) fn writes(mut store: Store) -> Writes {
    let data = store.data_written.iter().map(|key| {
        let payload = store.data.remove(key).unwrap_or_default();
        wire::key_value(key, payload)
    });
    let data = data.collect();
    let search = store.search_written.iter().filter_map(|key| {
        let value: SearchValue = store.search.remove(key)?;
        Some(wire::search_to_wire(key, value))
    });
    let search = search.collect();
    let locals = store.locals_written.iter().map(|key| {
        let payload = store.locals.remove(*key).unwrap_or_default();
        wire::key_value(key, payload)
    });
    let locals = locals.collect();
    let events = store
        .events
        .into_iter()
        .map(|(name, payload)| wire::key_value(name, payload));
    let messages = store
        .published
        .into_iter()
        .map(|message| InterStateChannelPublishing {
            channel_name: message.channel,
            value: wire::payload_to_wire(message.value),
        });
    Writes {
        data,
        search,
        locals,
        events: events.collect(),
        messages: messages.collect(),
    }
}
