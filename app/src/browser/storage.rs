//! The browser's own storage: copies of what is typed until the server has it.
//!
//! It may be missing, full or forbidden; then the copy is not made, and nothing else suffers: the
//! server gets the text within seconds anyway.

use serde::{Serialize, de::DeserializeOwned};

/// Keeps `value` under `key`.
pub(crate) fn store<T: Serialize>(key: &str, value: &T) {
    if let Ok(json) = serde_json::to_string(value) {
        imp::set(key, &json);
    }
}

/// What was kept under `key`, if it can still be read.
pub(crate) fn load<T: DeserializeOwned>(key: &str) -> Option<T> {
    serde_json::from_str(&imp::get(key)?).ok()
}

/// Forgets what was kept under `key`.
pub(crate) fn remove(key: &str) {
    imp::remove(key);
}

#[cfg(feature = "hydrate")]
mod imp {
    fn storage() -> Option<web_sys::Storage> {
        web_sys::window()?.local_storage().ok().flatten()
    }

    pub(super) fn set(key: &str, value: &str) {
        if let Some(storage) = storage() {
            let _ = storage.set_item(key, value);
        }
    }

    pub(super) fn get(key: &str) -> Option<String> {
        storage()?.get_item(key).ok().flatten()
    }

    pub(super) fn remove(key: &str) {
        if let Some(storage) = storage() {
            let _ = storage.remove_item(key);
        }
    }
}

#[cfg(not(feature = "hydrate"))]
mod imp {
    pub(super) fn set(_key: &str, _value: &str) {}

    pub(super) fn get(_key: &str) -> Option<String> {
        None
    }

    pub(super) fn remove(_key: &str) {}
}
