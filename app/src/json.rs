//! JSON as the browser reads and writes it: what the server says, what is kept in the browser.
//!
//! The browser's own parser does the work and its values become our types: a parser inside the program
//! would be the larger half of it. There is no word about why a text is not of a type, because nobody
//! would see it.

use serde::{Serialize, de::DeserializeOwned};

/// The value of a text, if it is one of this type.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    imp::read(text)
}

/// The text of a value. All of our types can be written; of one that could not, nothing would be.
pub(crate) fn write<T: Serialize>(value: &T) -> String {
    imp::write(value).unwrap_or_default()
}

#[cfg(feature = "hydrate")]
mod imp {
    use js_sys::JSON;
    use serde::{Serialize, de::DeserializeOwned};
    use serde_wasm_bindgen::{Serializer, from_value};

    pub(super) fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
        from_value(JSON::parse(text).ok()?).ok()
    }

    pub(super) fn write<T: Serialize>(value: &T) -> Option<String> {
        let value = value.serialize(&Serializer::json_compatible()).ok()?;
        JSON::stringify(&value).ok().map(String::from)
    }
}

#[cfg(not(feature = "hydrate"))]
mod imp {
    use serde::{Serialize, de::DeserializeOwned};

    pub(super) fn read<T: DeserializeOwned>(_text: &str) -> Option<T> {
        None
    }

    pub(super) fn write<T: Serialize>(_value: &T) -> Option<String> {
        None
    }
}
