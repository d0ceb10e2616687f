//! Values of users: opaque, kept and returned exactly as they came, cheap to copy.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// An encoded object. Absent and empty fields are different and both kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payload {
    pub encoding: Option<Arc<str>>,
    pub data: Option<Arc<str>>,
    /// Where an outer blob store keeps the data; passed through.
    pub external: Option<Arc<(Option<String>, Option<String>)>>,
}

impl Payload {
    pub fn size_bytes(&self) -> usize {
        let length = |text: &Option<Arc<str>>| text.as_ref().map_or(0, |text| text.len());
        length(&self.encoding) + length(&self.data)
    }
}

/// A named value, such as a state local. A key without a value is legal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyValue {
    pub key: Arc<str>,
    pub value: Option<Payload>,
}
