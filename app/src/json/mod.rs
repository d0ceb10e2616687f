//! JSON as the browser reads and writes it: what the server says, what is kept in the browser.
//!
//! The usual crate carries a general reader, numbers with fractions, positions in its errors and two
//! ways to read each struct, and all of that again for each type: more than what it reads. Here a text
//! is what our types say or it is not; there is no word about why, because nobody would see it.

mod read;
mod write;

pub(crate) use read::read;
pub(crate) use write::write;

/// The text is not of this type. Without reasons: each would cost the browser the code that words it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mismatch;

impl std::fmt::Display for Mismatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("this JSON is not of the expected type")
    }
}

impl std::error::Error for Mismatch {}

impl serde::de::Error for Mismatch {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self
    }
}

impl serde::ser::Error for Mismatch {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self
    }
}
