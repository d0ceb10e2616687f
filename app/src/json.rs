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

/// The members of a text that is an object, to read one after the other.
#[cfg(all(feature = "hydrate", feature = "email-page"))]
pub(crate) struct Object(wasm_bindgen::JsValue);

#[cfg(all(feature = "hydrate", feature = "email-page"))]
impl Object {
    /// The object of a text, if it is one.
    pub(crate) fn of(text: &str) -> Option<Self> {
        js_sys::JSON::parse(text)
            .ok()
            .filter(wasm_bindgen::JsValue::is_object)
            .map(Self)
    }

    /// The member of this name, if it is of this type.
    pub(crate) fn member<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        let member = js_sys::Reflect::get(&self.0, &name.into()).ok()?;
        serde_wasm_bindgen::from_value(member).ok()
    }
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
