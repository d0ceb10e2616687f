//! How large a run is: what its values take up, so that a driver can bound it.
//!
//! Values of users are counted by their bytes; what surrounds them is not, because the driver
//! bounds the number of parts as well.

use std::sync::Arc;

use crate::attribute::{IndexedValue, SearchAttribute};
use crate::command::Commands;
use crate::execution::{Phase, Results, StateExecution};
use crate::payload::Payload;
use crate::run::Run;

impl Run {
    /// Inputs, locals, received and waiting messages, attributes, and outputs.
    pub fn size_bytes(&self) -> usize {
        let executions = self.executions.values();
        let outputs = self.head.outputs.iter();
        let attributes = self.data_attributes.iter();
        let queued = self.head.queued.iter();
        executions
            .map(|execution| execution.size_bytes())
            .chain(outputs.map(|output| output.value.size_bytes()))
            .chain(attributes.map(|(key, value)| key.as_str().len() + of(value.as_ref())))
            .chain(queued.map(|movement| of(movement.input.as_ref())))
            .chain([self.channels.size_bytes(), self.search_attribute_bytes()])
            .sum()
    }

    pub fn search_attribute_bytes(&self) -> usize {
        let attributes = self.head.search_attributes.values();
        attributes.map(SearchAttribute::size_bytes).sum()
    }
}

impl StateExecution {
    pub fn size_bytes(&self) -> usize {
        let locals = self.locals.iter();
        let locals = locals.map(|local| local.key.len() + of(local.value.as_ref()));
        let received = match &self.phase {
            Phase::Waiting(commands)
            | Phase::Execute {
                results: Results::Waited(commands),
                ..
            } => received(commands),
            Phase::WaitUntil(_) | Phase::Execute { .. } => 0,
        };
        locals.sum::<usize>() + of(self.input.as_ref()) + received
    }
}

impl SearchAttribute {
    /// Key and values; a text and its index share one memory, so it counts once.
    pub fn size_bytes(&self) -> usize {
        let length = |text: &Arc<str>| text.len();
        let raw = self.raw.text.iter().chain(&self.raw.texts).map(length);
        let indexed = match &self.indexed {
            Some(IndexedValue::Keyword(text) | IndexedValue::Text(text)) => text.len(),
            Some(IndexedValue::KeywordArray(texts)) => texts.iter().map(length).sum(),
            _ => 0,
        };
        self.key.as_str().len() + raw.sum::<usize>().max(indexed)
    }
}

fn received(commands: &Commands) -> usize {
    let waiters = commands.waiters.iter();
    let received = waiters.filter_map(|waiter| waiter.received.as_ref());
    received.map(|value| of(value.as_ref())).sum()
}

fn of(value: Option<&Payload>) -> usize {
    value.map_or(0, Payload::size_bytes)
}
