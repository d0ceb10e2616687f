//! Reading and writing attributes from outside.

use std::collections::BTreeSet;

use iwf_engine_core::{AttributeWrites, Event, ExecutingStateIds, IndexedValue, Run};
use iwf_protocol::{
    SearchAttribute, SearchAttributeKeyAndType, WorkflowGetDataObjectsRequest,
    WorkflowGetDataObjectsResponse, WorkflowGetSearchAttributesRequest,
    WorkflowGetSearchAttributesResponse, WorkflowSetDataObjectsRequest,
    WorkflowSetSearchAttributesRequest,
};

use super::{Address, Engine};
use crate::convert;
use crate::failure::Failure;

const WORKFLOW_TYPE: &str = "IwfWorkflowType";
const EXECUTING_STATE_IDS: &str = "IwfExecutingStateIds";

impl Engine {
    /// Reads data attributes, all if no key is given, sorted by key. Closed runs answer too.
    ///
    /// # Errors
    ///
    /// The workflow or run is unknown.
    pub async fn get_data_objects(
        &self,
        request: WorkflowGetDataObjectsRequest,
    ) -> Result<WorkflowGetDataObjectsResponse, Failure> {
        let address = Address::new(&request.workflow_id, request.workflow_run_id.as_deref());
        self.check(&request)?;
        let run = self.snapshot(&address).await?;
        let wanted: BTreeSet<&str> = request.keys.iter().map(String::as_str).collect();
        let attributes = run.data_attributes.iter();
        let attributes =
            attributes.filter(|(key, _)| wanted.is_empty() || wanted.contains(key.as_str()));
        Ok(WorkflowGetDataObjectsResponse {
            objects: attributes
                .map(|(key, value)| convert::data_attribute_out(key, value.as_ref()))
                .collect(),
        })
    }

    /// Writes data attributes.
    ///
    /// # Errors
    ///
    /// The workflow is unknown or closed.
    pub async fn set_data_objects(
        &self,
        request: WorkflowSetDataObjectsRequest,
    ) -> Result<(), Failure> {
        let address = Address::new(&request.workflow_id, request.workflow_run_id.as_deref());
        self.check(&request)?;
        let event = Event::AttributesSet(AttributeWrites {
            search: Vec::new(),
            data: request
                .objects
                .into_iter()
                .map(convert::data_attribute)
                .collect(),
        });
        self.write(&address, event).await?;
        Ok(())
    }

    /// Reads search attributes in the order of the keys; each must be asked for by its type.
    ///
    /// # Errors
    ///
    /// The workflow or run is unknown, or a type does not fit.
    pub async fn get_search_attributes(
        &self,
        request: WorkflowGetSearchAttributesRequest,
    ) -> Result<WorkflowGetSearchAttributesResponse, Failure> {
        let address = Address::new(&request.workflow_id, request.workflow_run_id.as_deref());
        self.check(&request)?;
        let run = self.snapshot(&address).await?;
        let read = request
            .keys
            .iter()
            .filter_map(|key| read(&run, key).transpose());
        Ok(WorkflowGetSearchAttributesResponse {
            search_attributes: read.collect::<Result<_, _>>()?,
        })
    }

    /// Writes search attributes. One without a type, or with a value of another type, changes what
    /// workers see, not the index.
    ///
    /// # Errors
    ///
    /// The workflow is unknown or closed.
    pub async fn set_search_attributes(
        &self,
        request: WorkflowSetSearchAttributesRequest,
    ) -> Result<(), Failure> {
        let address = Address::new(&request.workflow_id, request.workflow_run_id.as_deref());
        self.check(&request)?;
        let now = self.shared.clock.now();
        let search = request
            .search_attributes
            .into_iter()
            .map(|attribute| convert::search_attribute(attribute, now))
            .collect();
        let data = Vec::new();
        let event = Event::AttributesSet(AttributeWrites { search, data });
        self.write(&address, event).await?;
        Ok(())
    }
}

/// A value is told as the type that was asked for, if its JSON can be read so.
///
/// | asked for | has no value | fits | does not fit, or no type |
/// |---|---|---|---|
/// | a key | left out | told | refused |
/// | no key | refused | | |
fn read(run: &Run, asked: &SearchAttributeKeyAndType) -> Result<Option<SearchAttribute>, Failure> {
    let wrong_type = || {
        Failure::internal(format!(
            "the search attribute {} cannot be told as the type asked for: name the valueType it was written with",
            asked.key
        ))
    };
    if asked.key.is_empty() {
        return Err(Failure::internal(
            "a search attribute without a key was asked for: name the key",
        ));
    }
    let Some(value) = indexed(run, &asked.key) else {
        return Ok(None);
    };
    let told = asked
        .value_type
        .and_then(|wanted| convert::search_value_as(&asked.key, &value, wanted));
    told.map(Some).ok_or_else(wrong_type)
}

fn indexed(run: &Run, key: &str) -> Option<IndexedValue> {
    let is_kept = run.head.config.executing_state_ids != ExecutingStateIds::Disabled;
    match key {
        WORKFLOW_TYPE => Some(IndexedValue::Keyword(run.settings.workflow_type.clone())),
        EXECUTING_STATE_IDS if is_kept => {
            let ids = run.executing_state_ids();
            let ids = ids.into_iter().map(|id| id.as_str().into());
            Some(IndexedValue::KeywordArray(ids.collect()))
        }
        _ => run.head.search_attributes.get(key)?.indexed.clone(),
    }
}
