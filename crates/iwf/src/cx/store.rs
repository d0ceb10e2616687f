//! What one call can see, and what it has written so far.

use super::{Clock, Info};
use crate::{
    Channel, Contract, CxError, Data, Search, SearchKind, SearchValue, State, Wire,
    next::RawMove,
    options::Loaded,
    payload::Payload,
    wait::{CommandRequest, RawCommand},
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Attributes as loaded, and everything that the handler writes. Handlers reach it through their
/// context; tests look at it afterwards.
#[derive(Default, Debug)]
pub struct Store {
    pub(crate) data: BTreeMap<String, Payload>,
    pub(crate) data_written: BTreeSet<String>,
    pub(crate) search: BTreeMap<String, SearchValue>,
    pub(crate) search_written: BTreeSet<String>,
    pub(crate) locals: BTreeMap<String, Payload>,
    pub(crate) locals_written: BTreeSet<&'static str>,
    pub(crate) events: BTreeMap<&'static str, Payload>,
    pub(crate) triggered: Vec<RawMove>,
    pub(crate) channel_sizes: HashMap<String, usize>,
    pub(crate) signal_sizes: HashMap<String, usize>,
    pub(crate) loaded: Loaded,
    pub(crate) info: Info,
    pub(crate) clock: Clock,
    /// Messages published to internal channels, in order.
    pub published: Vec<Published>,
}

/// One message on its way to an internal channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// The name of the channel.
    pub channel: String,
    /// The message.
    pub value: Payload,
}

impl Store {
    pub(crate) fn get<T: Wire>(&self, name: &str) -> Result<Option<T>, CxError> {
        match self.data.get(name) {
            Some(payload) => decode(name, payload),
            None if self.loaded.has_data(name) => Ok(None),
            None => Err(CxError::NotLoaded {
                key: name.to_owned(),
            }),
        }
    }
    pub(crate) fn set<T: Wire>(&mut self, name: &str, value: &T) -> Result<(), CxError> {
        self.set_payload(name, encode(name, value)?);
        Ok(())
    }
    pub(crate) fn set_payload(&mut self, name: &str, payload: Payload) {
        self.data.insert(name.to_owned(), payload);
        self.data_written.insert(name.to_owned());
    }
    pub(crate) fn get_search<K: SearchKind>(
        &self,
        name: &str,
    ) -> Result<Option<K::Value>, CxError> {
        match self.search.get(name) {
            Some(value) => match K::unwrap(value.clone()) {
                Some(value) => Ok(Some(value)),
                None => Err(CxError::SearchType {
                    key: name.to_owned(),
                }),
            },
            None if self.loaded.has_search(name) => Ok(None),
            None => Err(CxError::NotLoaded {
                key: name.to_owned(),
            }),
        }
    }
    pub(crate) fn set_search<K: SearchKind>(&mut self, name: &str, value: K::Value) {
        self.search.insert(name.to_owned(), K::wrap(value));
        self.search_written.insert(name.to_owned());
    }
    pub(crate) fn get_local<T: Wire>(&self, name: &str) -> Result<Option<T>, CxError> {
        self.locals
            .get(name)
            .map_or(Ok(None), |payload| decode(name, payload))
    }
    pub(crate) fn set_local<T: Wire>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), CxError> {
        self.locals.insert(name.to_owned(), encode(name, value)?);
        self.locals_written.insert(name);
        Ok(())
    }
    pub(crate) fn record<T: Wire>(
        &mut self,
        event: &'static str,
        value: &T,
    ) -> Result<(), CxError> {
        let payload = encode(event, value)?;
        match self.events.insert(event, payload) {
            None => Ok(()),
            Some(_) => Err(CxError::RecordedTwice { event }),
        }
    }
    pub(crate) fn publish<T: Wire>(&mut self, channel: &str, value: &T) -> Result<(), CxError> {
        let value = encode(channel, value)?;
        self.published.push(Published {
            channel: channel.to_owned(),
            value,
        });
        Ok(())
    }
    /// A state that waits on what it publishes itself would most likely wake itself for ever; the
    /// other SDKs refuse it too.
    pub(crate) fn refuse_publish_and_wait(&self, request: &CommandRequest) -> Result<(), CxError> {
        let waits_on = |name: &str| {
            request
                .commands
                .iter()
                .any(|(_, c)| matches!(c, RawCommand::Channel { name: n } if n == name))
        };
        match self
            .published
            .iter()
            .find(|message| waits_on(&message.channel))
        {
            Some(message) => Err(CxError::PublishAndWait {
                channel: message.channel.clone(),
            }),
            None => Ok(()),
        }
    }
}

/// For tests: what is there after the call. Values of another type than their key read as absent.
impl Store {
    /// The data attribute as it is now.
    #[must_use]
    pub fn data<C, T: Wire>(&self, key: Data<C, T>) -> Option<T> {
        self.data
            .get(key.name())
            .and_then(|payload| decode(key.name(), payload).ok().flatten())
    }
    /// The search attribute as it is now.
    #[must_use]
    pub fn search<C, K: SearchKind>(&self, key: Search<C, K>) -> Option<K::Value> {
        self.search.get(key.name()).cloned().and_then(K::unwrap)
    }
    /// The messages published to this channel, in order.
    #[must_use]
    pub fn published_on<C, T: Wire>(&self, channel: Channel<C, T>) -> Vec<T> {
        let here = self
            .published
            .iter()
            .filter(|message| message.channel == channel.name());
        here.filter_map(|message| message.value.decode().ok())
            .collect()
    }
    /// The inputs of the movements to state `S` that the RPC has triggered, in order.
    #[must_use]
    pub fn triggered<S: State>(&self) -> Vec<S::Input> {
        let there = self
            .triggered
            .iter()
            .filter(|movement| movement.state_id == S::ID);
        there
            .filter_map(|movement| movement.input.as_ref().ok()?.decode().ok())
            .collect()
    }
    /// The names of the data attributes that were written, in alphabetical order.
    #[must_use]
    pub fn written(&self) -> Vec<&str> {
        self.data_written.iter().map(String::as_str).collect()
    }
    /// A value recorded under this name.
    #[must_use]
    pub fn recorded(&self, event: &str) -> Option<&Payload> {
        self.events.get(event)
    }
    pub(crate) fn given<C: Contract, T: Wire>(
        &mut self,
        key: &Data<C, T>,
        value: &T,
    ) -> Result<(), CxError> {
        self.data
            .insert(key.name().to_owned(), encode(key.name(), value)?);
        Ok(())
    }
}

/// An attribute without a value reads as absent, whatever its type.
fn decode<T: Wire>(name: &str, payload: &Payload) -> Result<Option<T>, CxError> {
    if payload.is_absent() {
        return Ok(None);
    }
    payload
        .decode()
        .map(Some)
        .map_err(|source| CxError::Decode {
            what: name.to_owned(),
            source,
        })
}
fn encode<T: Wire>(name: &str, value: &T) -> Result<Payload, CxError> {
    Payload::encode(value).map_err(|source| CxError::Encode {
        what: name.to_owned(),
        source,
    })
}
