//! The context of a state: everything, for the state's own workflow.

use super::{Info, Store};
use crate::{Channel, CxError, Data, Search, SearchKind, Wire, Workflow, payload::Payload};
use std::time::SystemTime;

/// What a state may read and write while it runs.
#[derive(Debug)]
pub struct StateCx<'a, W> {
    pub(crate) workflow: &'a W,
    pub(crate) store: &'a mut Store,
}

impl<'a, W: Workflow> StateCx<'a, W> {
    pub(crate) fn new(workflow: &'a W, store: &'a mut Store) -> Self {
        StateCx { workflow, store }
    }
    /// The workflow value, with what the states need. It outlives the context, so what it lends
    /// does not stand in the way of writes.
    #[must_use]
    pub fn workflow(&self) -> &'a W {
        self.workflow
    }
    /// What the server says about this call.
    #[must_use]
    pub fn info(&self) -> &Info {
        &self.store.info
    }
    /// The worker's clock; a test can hold it still.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        self.store.clock.now()
    }
    /// The worker's clock in whole seconds since 1970.
    #[must_use]
    pub fn now_unix(&self) -> i64 {
        self.store.clock.now_unix()
    }
    /// The worker's clock in milliseconds since 1970.
    #[must_use]
    pub fn now_unix_ms(&self) -> i64 {
        self.store.clock.now_unix_ms()
    }
    /// A data attribute, if it is set.
    ///
    /// # Errors
    /// When the value has another type, or the loading policy left it out.
    pub fn get<T: Wire>(&self, key: Data<W, T>) -> Result<Option<T>, CxError> {
        self.store.get(key.name())
    }
    /// A data attribute that must be set.
    ///
    /// # Errors
    /// As [`get`](Self::get), and when it is not set.
    pub fn require<T: Wire>(&self, key: Data<W, T>) -> Result<T, CxError> {
        self.store.get(key.name())?.ok_or_else(|| CxError::NotSet {
            key: key.name().to_owned(),
        })
    }
    /// A search attribute, if it is set.
    ///
    /// # Errors
    /// When the value has another type, or the loading policy left it out.
    pub fn search<K: SearchKind>(&self, key: Search<W, K>) -> Result<Option<K::Value>, CxError> {
        self.store.get_search::<K>(key.name())
    }
    /// Sets a data attribute.
    ///
    /// # Errors
    /// When the value cannot be written as JSON.
    pub fn set<T: Wire>(&mut self, key: Data<W, T>, value: T) -> Result<(), CxError> {
        self.store.set(key.name(), &value)
    }
    /// Leaves a data attribute without a value, so that it reads as not set.
    pub fn clear<T>(&mut self, key: Data<W, T>) {
        self.store.set_payload(key.name(), Payload::ABSENT);
    }
    /// Sets a search attribute.
    pub fn set_search<K: SearchKind>(&mut self, key: Search<W, K>, value: K::Value) {
        self.store.set_search::<K>(key.name(), value);
    }
    /// Appends a message to an internal channel.
    ///
    /// # Errors
    /// When the message cannot be written as JSON.
    pub fn publish<T: Wire>(&mut self, channel: Channel<W, T>, value: T) -> Result<(), CxError> {
        self.store.publish(channel.name(), &value)
    }
    /// Records an event for whoever looks at the run later; nothing reads it back.
    ///
    /// # Errors
    /// When the value cannot be written as JSON, or the name was used in this call before.
    pub fn record<T: Wire>(&mut self, event: &'static str, value: T) -> Result<(), CxError> {
        self.store.record(event, &value)
    }
    /// A value kept from `wait_until` to `execute` of this visit.
    ///
    /// # Errors
    /// When the value has another type.
    pub fn local<T: Wire>(&self, name: &'static str) -> Result<Option<T>, CxError> {
        self.store.get_local(name)
    }
    /// Keeps a value for `execute` of this visit. The server takes it from `wait_until` only.
    ///
    /// # Errors
    /// When the value cannot be written as JSON.
    pub fn set_local<T: Wire>(&mut self, name: &'static str, value: T) -> Result<(), CxError> {
        self.store.set_local(name, &value)
    }
}
