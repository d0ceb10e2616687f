//! Values on their way to and from the wire: JSON text, or nothing at all.
//!
//! The server never looks into a value, so it stays text until somebody asks for its type. `()`,
//! `None` and JSON `null` are one and the same "no value", as in the other SDKs, and are absent on
//! the wire. The label that other SDKs put beside the text is ignored when reading: each of them
//! writes JSON under another name.

use serde::{Serialize, de::DeserializeOwned};

/// Anything that can cross the wire: what serde can write and read back.
pub trait Wire: Serialize + DeserializeOwned + Send + 'static {}
impl<T: Serialize + DeserializeOwned + Send + 'static> Wire for T {}

/// One encoded value, or its absence.
///
/// ```
/// use iwf::Payload;
///
/// let value = Payload::encode(&[1, 2])?;
/// assert_eq!(value.json(), Some("[1,2]"));
/// assert_eq!(value.decode::<Vec<u8>>()?, [1, 2]);
/// assert!(Payload::encode(&())?.is_absent());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Payload(Option<String>);

impl Payload {
    /// No value: what `()` and `None` encode to.
    pub const ABSENT: Payload = Payload(None);

    /// Encodes a value as JSON text.
    ///
    /// # Errors
    /// When serde cannot write the value as JSON, for example a map whose keys are not text.
    pub fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Self, serde_json::Error> {
        serde_json::to_string(value).map(Self::from_json)
    }

    /// Takes JSON text as it is; empty text and `null` become [`Payload::ABSENT`].
    #[must_use]
    pub fn from_json(text: String) -> Self {
        match text.trim() {
            "" | "null" => Self::ABSENT,
            _ => Self(Some(text)),
        }
    }

    /// Reads the value back; an absent one reads as `null`, that is as `()` or `None`.
    ///
    /// # Errors
    /// When the text is not JSON or does not fit `T`.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.0.as_deref().unwrap_or("null"))
    }

    /// Whether there is no value.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        self.0.is_none()
    }

    /// The JSON text, if there is a value.
    #[must_use]
    pub fn json(&self) -> Option<&str> {
        self.0.as_deref()
    }

    pub(crate) fn into_json(self) -> Option<String> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unit_and_none_are_absent_and_read_back() {
        assert!(Payload::encode(&()).unwrap().is_absent());
        assert!(Payload::encode(&None::<i64>).unwrap().is_absent());
        let () = Payload::ABSENT.decode().unwrap();
        assert_eq!(Payload::ABSENT.decode::<Option<i64>>().unwrap(), None);
    }

    #[test]
    fn empty_text_is_no_value() {
        assert!(Payload::from_json(String::new()).is_absent());
        assert!(Payload::from_json(" null ".into()).is_absent());
    }

    #[test]
    fn text_is_json_text() {
        let hi = Payload::encode("hi").unwrap();
        assert_eq!(hi.json(), Some("\"hi\""));
        assert_eq!(hi.decode::<String>().unwrap(), "hi");
    }

    #[test]
    fn a_wrong_type_is_an_error() {
        assert!(Payload::encode("hi").unwrap().decode::<i64>().is_err());
    }
}
