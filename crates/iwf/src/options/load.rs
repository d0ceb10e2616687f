//! Which attributes a step sees, and which it locks.

use crate::key::{KeyRef, OfData};
use std::marker::PhantomData;

/// Loading and locking; only keys of contract `C` fit. `M` says whether of data or of search
/// attributes, and is inferred.
///
/// Loading limits what is read only: a step may write any key. A lock keeps out other steps and
/// RPCs that lock the same key, and nobody else.
#[must_use = "a policy does nothing unless it is given to the options"]
pub struct Load<C, M = OfData> {
    raw: RawLoad,
    _keys: PhantomData<fn() -> (C, M)>,
}

/// A policy with its contract forgotten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RawLoad {
    pub(crate) what: What,
    pub(crate) lock: Vec<String>,
}
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    All,
    None,
    Only(Vec<String>),
    Prefix(Vec<String>),
}

impl<C, M> Load<C, M> {
    /// Everything, which is the default.
    pub fn all() -> Self {
        Self::new(What::All)
    }
    /// Nothing but what is locked.
    pub fn none() -> Self {
        Self::new(What::None)
    }
    /// These only, and what is locked.
    pub fn only<const N: usize>(keys: [KeyRef<C, M>; N]) -> Self {
        Self::new(What::Only(names(keys)))
    }
    /// Those whose names begin so. The original server ignores this and looks for the exact name.
    pub fn prefix<const N: usize>(prefixes: [KeyRef<C, M>; N]) -> Self {
        Self::new(What::Prefix(names(prefixes)))
    }
    /// Takes these keys for this step alone, over all its attempts.
    pub fn lock<const N: usize>(mut self, keys: [KeyRef<C, M>; N]) -> Self {
        self.raw.lock.extend(names(keys));
        self
    }
    pub(crate) fn into_raw(self) -> RawLoad {
        self.raw
    }
    fn new(what: What) -> Self {
        Load {
            raw: RawLoad { what, lock: vec![] },
            _keys: PhantomData,
        }
    }
}
fn names<C, M, const N: usize>(keys: [KeyRef<C, M>; N]) -> Vec<String> {
    keys.into_iter().map(|key| key.name.into_owned()).collect()
}

impl RawLoad {
    fn covers(&self, name: &str) -> bool {
        let listed = match &self.what {
            What::All => true,
            What::None => false,
            What::Only(names) => names.iter().any(|known| known == name),
            What::Prefix(prefixes) => prefixes
                .iter()
                .any(|prefix| name.starts_with(prefix.as_str())),
        };
        listed || self.lock.iter().any(|known| known == name)
    }
}

/// What a step can see, so that "not loaded" is told from "not set".
#[derive(Clone, Debug, Default)]
pub(crate) struct Loaded {
    pub(crate) data: Option<RawLoad>,
    pub(crate) search: Option<RawLoad>,
}
impl Loaded {
    pub(crate) fn none() -> Self {
        let none = RawLoad {
            what: What::None,
            lock: vec![],
        };
        Self {
            data: Some(none.clone()),
            search: Some(none),
        }
    }
    pub(crate) fn has_data(&self, name: &str) -> bool {
        self.data.as_ref().is_none_or(|load| load.covers(name))
    }
    pub(crate) fn has_search(&self, name: &str) -> bool {
        self.search.as_ref().is_none_or(|load| load.covers(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Data;

    const A: Data<(), i64> = Data::__new("a");
    const B: Data<(), i64> = Data::__new("b");

    #[test]
    fn a_locked_key_is_loaded_too() {
        let load = Load::only([A.key()]).lock([B.key()]).into_raw();
        assert!(load.covers("a") && load.covers("b") && !load.covers("c"));
    }

    #[test]
    fn without_a_policy_everything_is_there() {
        assert!(Loaded::default().has_data("a"));
        assert!(!Loaded::none().has_data("a"));
    }
}
