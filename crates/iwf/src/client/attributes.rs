//! Reading and writing attributes from outside.

use super::{ApiError, WorkflowRef, messages::encode};
use crate::{Contract, Data, KeyRef, Payload, Search, SearchKind, Wire, wire};
use iwf_protocol::{
    KeyValue, WorkflowGetDataObjectsRequest, WorkflowGetSearchAttributesRequest,
    WorkflowSetDataObjectsRequest, WorkflowSetSearchAttributesRequest,
};
use std::{collections::BTreeMap, marker::PhantomData};

/// Data attributes of contract `C`, read at one moment.
pub struct Attributes<C> {
    values: BTreeMap<String, Payload>,
    _contract: PhantomData<fn() -> C>,
}
impl<C> Attributes<C> {
    /// One of them; `None` when it is not set or was not asked for.
    ///
    /// # Errors
    /// When the value has another type.
    pub fn get<T: Wire>(&self, key: Data<C, T>) -> Result<Option<T>, ApiError> {
        match self.values.get(key.name()) {
            Some(payload) if !payload.is_absent() => {
                let value = payload.decode();
                value
                    .map(Some)
                    .map_err(|source| ApiError::decode(key.name(), source))
            }
            _ => Ok(None),
        }
    }
    /// The names of those that are there, in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }
}
impl<C> std::fmt::Debug for Attributes<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}

/// Data attributes of contract `C` to be set as one.
///
/// ```no_run
/// # use iwf::{*, doc_example::*};
/// # async fn change(reminder: WorkflowRef<Reminder>) -> Result<(), ApiError> {
/// reminder.write_many(DataUpdate::new().set(NOTE, "buy milk".to_owned())).await
/// # }
/// ```
#[must_use = "nothing is written unless it is given to `write_many`"]
pub struct DataUpdate<C> {
    /// A builder cannot return an error, so the first one waits here.
    objects: Result<Vec<KeyValue>, ApiError>,
    _contract: PhantomData<fn() -> C>,
}
impl<C: Contract> DataUpdate<C> {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }
    /// Sets this one too.
    pub fn set<T: Wire>(mut self, key: Data<C, T>, value: T) -> Self {
        self.objects = self.objects.and_then(|mut objects| {
            objects.push(wire::key_value(key.name(), encode(key.name(), &value)?));
            Ok(objects)
        });
        self
    }
}
impl<C> Default for DataUpdate<C> {
    fn default() -> Self {
        DataUpdate {
            objects: Ok(vec![]),
            _contract: PhantomData,
        }
    }
}

impl<C: Contract> WorkflowRef<C> {
    /// A data attribute, if it is set.
    ///
    /// # Errors
    /// [`ApiError::NotFound`], [`ApiError::Decode`], and whatever the server says.
    pub async fn read<T: Wire>(&self, key: Data<C, T>) -> Result<Option<T>, ApiError> {
        self.read_many([key.key()]).await?.get(key)
    }

    /// Several data attributes, read at one moment.
    ///
    /// # Errors
    /// [`ApiError::NotFound`], and whatever the server says.
    pub async fn read_many<const N: usize>(
        &self,
        keys: [KeyRef<C>; N],
    ) -> Result<Attributes<C>, ApiError> {
        const { assert!(N > 0, "name what to read, or use `read_all`") };
        self.read_named(keys.into_iter().map(|key| key.name.into_owned()).collect())
            .await
    }

    /// All data attributes, read at one moment.
    ///
    /// # Errors
    /// [`ApiError::NotFound`], and whatever the server says.
    pub async fn read_all(&self) -> Result<Attributes<C>, ApiError> {
        self.read_named(vec![]).await
    }

    async fn read_named(&self, keys: Vec<String>) -> Result<Attributes<C>, ApiError> {
        let request = WorkflowGetDataObjectsRequest {
            workflow_id: self.id.clone(),
            workflow_run_id: self.run_id.clone(),
            keys,
            use_memo_for_data_attributes: self.cached_reads.then_some(true),
        };
        let objects = self
            .backend()
            .get_data_objects(request)
            .await?
            .objects
            .into_iter();
        let values = objects
            .map(|kv| (kv.key, wire::payload_from_wire(kv.value)))
            .collect();
        Ok(Attributes {
            values,
            _contract: PhantomData,
        })
    }

    /// Sets a data attribute.
    ///
    /// # Errors
    /// [`ApiError::NotFound`], and whatever the server says.
    pub async fn write<T: Wire>(&self, key: Data<C, T>, value: T) -> Result<(), ApiError> {
        self.write_many(DataUpdate::new().set(key, value)).await
    }

    /// Sets several data attributes as one.
    ///
    /// # Errors
    /// [`ApiError::Encode`], [`ApiError::NotFound`], and whatever the server says.
    pub async fn write_many(&self, update: DataUpdate<C>) -> Result<(), ApiError> {
        let request = WorkflowSetDataObjectsRequest {
            workflow_id: self.id.clone(),
            workflow_run_id: self.run_id.clone(),
            objects: update.objects?,
        };
        Ok(self.backend().set_data_objects(request).await?)
    }

    /// A search attribute, if it is set. It shows the index, which may lag a moment behind writes.
    ///
    /// # Errors
    /// [`ApiError::NotFound`], [`ApiError::Decode`], and whatever the server says.
    pub async fn read_search<K: SearchKind>(
        &self,
        key: Search<C, K>,
    ) -> Result<Option<K::Value>, ApiError> {
        let request = WorkflowGetSearchAttributesRequest {
            workflow_id: self.id.clone(),
            workflow_run_id: self.run_id.clone(),
            keys: vec![wire::search_key(key.name(), K::TYPE)],
        };
        let answer = self.backend().get_search_attributes(request).await?;
        let mut found = answer
            .search_attributes
            .into_iter()
            .filter_map(wire::search_from_wire);
        match found.find(|(name, _)| name == key.name()) {
            None => Ok(None),
            Some((name, value)) => match K::unwrap(value) {
                Some(value) => Ok(Some(value)),
                None => Err(ApiError::decode(
                    name,
                    "it holds another type than its key says",
                )),
            },
        }
    }

    /// Sets a search attribute.
    ///
    /// # Errors
    /// [`ApiError::NotFound`], and whatever the server says.
    pub async fn write_search<K: SearchKind>(
        &self,
        key: Search<C, K>,
        value: K::Value,
    ) -> Result<(), ApiError> {
        let request = WorkflowSetSearchAttributesRequest {
            workflow_id: self.id.clone(),
            workflow_run_id: self.run_id.clone(),
            search_attributes: vec![wire::search_to_wire(key.name(), K::wrap(value))],
        };
        Ok(self.backend().set_search_attributes(request).await?)
    }
}
