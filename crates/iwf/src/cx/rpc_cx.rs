//! The context of an RPC: what its [`Access`](crate::Access) allows.

use super::{Info, Store};
use crate::{
    CanRead, Channel, Contract, CxError, Data, Move, Search, SearchKind, Signal, Wire, Workflow,
    Write, payload::Payload,
};
use std::{marker::PhantomData, time::SystemTime};

/// What an RPC may read and write while it runs. A read-only RPC has no `set`, a blind one no `get`.
#[derive(Debug)]
pub struct RpcCx<'a, W, A> {
    store: &'a mut Store,
    _access: PhantomData<fn() -> (W, A)>,
}

impl<'a, W: Contract, A> RpcCx<'a, W, A> {
    pub(crate) fn new(store: &'a mut Store) -> Self {
        RpcCx {
            store,
            _access: PhantomData,
        }
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
    /// How many messages wait on an internal channel, those published in this call included.
    #[must_use]
    pub fn channel_len<T>(&self, channel: Channel<W, T>) -> usize {
        let here = self
            .store
            .published
            .iter()
            .filter(|message| message.channel == channel.name());
        self.store
            .channel_sizes
            .get(channel.name())
            .copied()
            .unwrap_or(0)
            + here.count()
    }
    /// How many signals wait on a signal channel.
    #[must_use]
    pub fn signal_len<T>(&self, signal: Signal<W, T>) -> usize {
        self.store
            .signal_sizes
            .get(signal.name())
            .copied()
            .unwrap_or(0)
    }
    /// Starts a state when the call succeeds. A decision that closes the workflow does not fit.
    pub fn trigger(&mut self, movement: Move<W>)
    where
        W: Workflow,
    {
        self.store.triggered.push(movement.raw);
    }
}

impl<W: Contract, A: CanRead> RpcCx<'_, W, A> {
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
}

impl<W: Contract> RpcCx<'_, W, Write> {
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
}
