//! How the data of a page travels inside it, from the server that rendered it to the browser that
//! wakes it up.
//!
//! The browser reads it in the same way as the answers of server functions (from bytes), so that each
//! type is read by one piece of code; and it never writes it.

use leptos::server::codee::{Decoder, Encoder};
use serde::de::DeserializeOwned;

/// JSON, written by the server only.
pub(crate) struct Payload;

#[cfg(feature = "ssr")]
impl<T: serde::Serialize> Encoder<T> for Payload {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(data: &T) -> Result<String, serde_json::Error> {
        serde_json::to_string(data)
    }
}

#[cfg(not(feature = "ssr"))]
impl<T> Encoder<T> for Payload {
    type Error = std::fmt::Error;
    type Encoded = String;

    fn encode(_data: &T) -> Result<String, std::fmt::Error> {
        Err(std::fmt::Error)
    }
}

impl<T: DeserializeOwned> Decoder<T> for Payload {
    type Error = serde_json::Error;
    type Encoded = str;

    fn decode(json: &str) -> Result<T, serde_json::Error> {
        serde_json::from_slice(json.as_bytes())
    }
}
