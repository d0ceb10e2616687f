//! What a call gets to see of the attributes, sorted by key.

use crate::attribute::{DataAttribute, SearchAttribute};
use crate::id::AttributeKey;
use crate::options::{LoadingKind, LoadingPolicy};
use crate::run::Run;

impl Run {
    /// | kind | loaded |
    /// |---|---|
    /// | all, all with lock | all |
    /// | partial without keys | all, for data attributes only |
    /// | partial | the partial keys |
    /// | partial with lock | the partial and the locking keys |
    /// | none | none |
    pub fn load_data_attributes(&self, policy: &LoadingPolicy) -> Vec<DataAttribute> {
        let all = policy.kind == LoadingKind::Partial && policy.partial_keys.is_empty();
        let attributes = self.data_attributes.iter();
        attributes
            .filter(|(key, _)| all || is_loaded(policy, key))
            .map(|(key, value)| DataAttribute {
                key: key.clone(),
                value: value.clone(),
            })
            .collect()
    }

    /// As for data attributes, but a partial policy without keys loads nothing.
    pub fn load_search_attributes(&self, policy: &LoadingPolicy) -> Vec<SearchAttribute> {
        let attributes = self.head.search_attributes.values();
        attributes
            .filter(|attribute| is_loaded(policy, &attribute.key))
            .cloned()
            .collect()
    }
}

fn is_loaded(policy: &LoadingPolicy, key: &AttributeKey) -> bool {
    match policy.kind {
        LoadingKind::All | LoadingKind::AllWithLock => true,
        LoadingKind::Partial => policy.partial_keys.contains(key),
        LoadingKind::PartialWithLock => {
            policy.partial_keys.contains(key) || policy.locking_keys.contains(key)
        }
        LoadingKind::None => false,
    }
}
