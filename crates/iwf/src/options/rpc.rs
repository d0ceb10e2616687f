//! Options of an RPC: time-out, loading and locks.

use super::{Load, Loaded, RawLoad};
use crate::key::{KeyRef, OfSearch};
use std::{marker::PhantomData, time::Duration};

/// Options of an RPC of contract `C`.
///
/// ```
/// use iwf::{Load, RpcOptions, doc_example::*};
/// use std::time::Duration;
///
/// fn options() -> RpcOptions<Reminder> {
///     RpcOptions::new().timeout(Duration::from_secs(5)).load(Load::none()).lock([NOTE.key()])
/// }
/// # options();
/// ```
#[must_use = "options do nothing unless they are returned"]
pub struct RpcOptions<C> {
    pub(crate) timeout: Option<Duration>,
    pub(crate) load: Option<RawLoad>,
    pub(crate) search_load: Option<RawLoad>,
    pub(crate) bypass_cache: bool,
    _contract: PhantomData<fn() -> C>,
}
impl<C> Default for RpcOptions<C> {
    fn default() -> Self {
        RpcOptions {
            timeout: None,
            load: None,
            search_load: None,
            bypass_cache: false,
            _contract: PhantomData,
        }
    }
}
impl<C> RpcOptions<C> {
    /// Everything left open: load all, lock nothing, the server's time-out.
    pub fn new() -> Self {
        Self::default()
    }
    /// How long the call may take.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }
    /// Data attributes that the handler sees and locks.
    pub fn load(mut self, load: Load<C>) -> Self {
        self.load = Some(load.into_raw());
        self
    }
    /// Search attributes that the handler sees and locks.
    pub fn search_load(mut self, load: Load<C, OfSearch>) -> Self {
        self.search_load = Some(load.into_raw());
        self
    }
    /// Takes these data attributes for this call alone, beside what is loaded. Two callers that
    /// read and write the same key without a lock can lose each other's update.
    pub fn lock<const N: usize>(mut self, keys: [KeyRef<C>; N]) -> Self {
        let locked = Load::all().lock(keys).into_raw();
        match &mut self.load {
            Some(load) => load.lock.extend(locked.lock),
            none => *none = Some(locked),
        }
        self
    }
    /// Reads what is committed even where the workflow was started with cached reads.
    pub fn bypass_cache(mut self) -> Self {
        self.bypass_cache = true;
        self
    }
    pub(crate) fn loaded(self) -> Loaded {
        Loaded {
            data: self.load,
            search: self.search_load,
        }
    }
}
