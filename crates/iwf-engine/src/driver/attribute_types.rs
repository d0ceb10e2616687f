//! The type of each search attribute: nobody registers one, the first use fixes it.
//!
//! Otherwise one run could have a number where another has a text, and a query about the
//! attribute would have no meaning. The types are derived from the index at the start, so one
//! that no run has any more is free again then.

use std::borrow::Cow;
use std::collections::HashMap;

use iwf_engine_core::{AttributeKey, Event, IndexedValue, SearchAttribute, SearchType};

use crate::store::{RunStore, StoreError};

/// What is known from commits.
pub(super) struct AttributeTypes {
    known: HashMap<AttributeKey, SearchType>,
    names_max: usize,
}

/// Attributes that one batch uses first.
pub(super) type NewTypes = HashMap<AttributeKey, SearchType>;

/// Why an attribute cannot be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Misfit {
    #[error("the search attribute {0} is of type {name}: write it with that valueType", name = name(*.1))]
    Type(AttributeKey, SearchType),
    #[error(
        "there are {1} search attributes already, so {0} cannot be one more: use one that exists"
    )]
    TooMany(AttributeKey, usize),
}

impl AttributeTypes {
    pub(super) fn load(store: &impl RunStore, names_max: usize) -> Result<Self, StoreError> {
        let mut known: HashMap<_, _> = store.attribute_types()?.into_iter().collect();
        known.insert("IwfWorkflowType".into(), SearchType::Keyword);
        known.insert("IwfExecutingStateIds".into(), SearchType::KeywordArray);
        Ok(Self { known, names_max })
    }

    /// After the commit.
    pub(super) fn learn(&mut self, new: NewTypes) {
        self.known.extend(new);
    }

    /// The event with its attributes in their types, which usually is the event as it is.
    pub(super) fn fit<'e>(
        &self,
        new: &NewTypes,
        event: &'e Event,
    ) -> Result<Cow<'e, Event>, Misfit> {
        let type_of = |key: &AttributeKey| self.known.get(key).or_else(|| new.get(key)).copied();
        let mut event = Cow::Borrowed(event);
        for index in 0..event.search_attributes().len() {
            let Some(attribute) = event.search_attributes().get(index) else {
                break;
            };
            let Some(value) = &attribute.indexed else {
                continue;
            };
            // A new one may come twice in one event.
            let earlier = || {
                let mut earlier = event.search_attributes().iter().take(index);
                let same = earlier.find(|other| other.key == attribute.key);
                same?.indexed.as_ref().map(IndexedValue::search_type)
            };
            let Some(wanted) = type_of(&attribute.key).or_else(earlier) else {
                if self.known.len() + new.len() >= self.names_max {
                    return Err(Misfit::TooMany(attribute.key.clone(), self.names_max));
                }
                continue;
            };
            if value.search_type() == wanted {
                continue;
            }
            let Some(converted) = value.converted(wanted) else {
                return Err(Misfit::Type(attribute.key.clone(), wanted));
            };
            if let Some(attribute) = event.to_mut().search_attributes_mut().get_mut(index) {
                attribute.indexed = Some(converted);
            }
        }
        Ok(event)
    }

    /// Notes the attributes that nobody used before.
    pub(super) fn note(&self, new: &mut NewTypes, attributes: &[SearchAttribute]) {
        for attribute in attributes {
            if let Some(value) = &attribute.indexed
                && !self.known.contains_key(&attribute.key)
            {
                let own_type = value.search_type();
                new.entry(attribute.key.clone()).or_insert(own_type);
            }
        }
    }
}

/// As writers call it.
fn name(search_type: SearchType) -> &'static str {
    match search_type {
        SearchType::Keyword => "KEYWORD",
        SearchType::Text => "TEXT",
        SearchType::Datetime => "DATETIME",
        SearchType::Int => "INT",
        SearchType::Double => "DOUBLE",
        SearchType::Bool => "BOOL",
        SearchType::KeywordArray => "KEYWORD_ARRAY",
    }
}
