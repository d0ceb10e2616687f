//! The browser's own storage: copies of what is typed until the server has it.
//!
//! It may be missing, full or forbidden; then the copy is not made, and nothing else suffers: the
//! server gets the text within seconds anyway.

use serde::{Serialize, de::DeserializeOwned};

use crate::json;

/// How far a copy reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Storage {
    /// All tabs of this browser, until it is removed.
    Device,
    /// This tab, reloads included.
    Tab,
}

impl Storage {
    /// Keeps `value` under `key`.
    pub(crate) fn store<T: Serialize>(self, key: &str, value: &T) {
        imp::set(self, key, &json::write(value));
    }

    /// What was kept under `key`, if it can still be read.
    pub(crate) fn load<T: DeserializeOwned>(self, key: &str) -> Option<T> {
        json::read(&imp::get(self, key)?)
    }

    /// Forgets what was kept under `key`.
    pub(crate) fn remove(self, key: &str) {
        imp::remove(self, key);
    }
}

#[cfg(feature = "hydrate")]
mod imp {
    use super::Storage;

    fn place(storage: Storage) -> Option<web_sys::Storage> {
        let window = web_sys::window()?;
        match storage {
            Storage::Device => window.local_storage(),
            Storage::Tab => window.session_storage(),
        }
        .ok()
        .flatten()
    }

    pub(super) fn set(storage: Storage, key: &str, value: &str) {
        if let Some(place) = place(storage) {
            let _ = place.set_item(key, value);
        }
    }

    pub(super) fn get(storage: Storage, key: &str) -> Option<String> {
        place(storage)?.get_item(key).ok().flatten()
    }

    pub(super) fn remove(storage: Storage, key: &str) {
        if let Some(place) = place(storage) {
            let _ = place.remove_item(key);
        }
    }
}

#[cfg(not(feature = "hydrate"))]
mod imp {
    use super::Storage;

    pub(super) fn set(_storage: Storage, _key: &str, _value: &str) {}

    pub(super) fn get(_storage: Storage, _key: &str) -> Option<String> {
        None
    }

    pub(super) fn remove(_storage: Storage, _key: &str) {}
}
