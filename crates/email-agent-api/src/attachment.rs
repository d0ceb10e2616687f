//! Files that go with an email. The email names them; their bytes lie in the app's store and never in
//! the workflow. Names and types come from a browser, so they are cleaned rather than believed.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    AgentError, ErrorCode, FileId, IdempotencyKey, Version,
    limits::{ATTACHMENTS_BYTES_MAX, ATTACHMENTS_MAX, FILE_NAME_CHARS_MAX, MEDIA_TYPE_CHARS_MAX},
    to_say,
};

/// A file of an email, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Which file.
    pub id: FileId,
    /// As recipients see it.
    pub name: FileName,
    /// What it is said to be.
    pub media_type: MediaType,
    /// How large it is.
    pub size_bytes: u64,
    /// The checksum of its bytes, 64 hexadecimal digits: what was approved is what leaves.
    pub sha256: String,
}

impl Attachment {
    /// One for tests, told apart by its number.
    #[must_use]
    pub fn example(number: u8, name: &str, size_bytes: u64) -> Self {
        Self {
            id: FileId::from_random([number; 26]),
            name: FileName::cleaned(name),
            media_type: MediaType::cleaned("application/pdf"),
            size_bytes,
            sha256: String::new(),
        }
    }
}

/// A file with its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileContent {
    /// All but the bytes.
    pub attachment: Attachment,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// A file that is to be attached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// As recipients see it.
    pub name: FileName,
    /// What it is said to be.
    pub media_type: MediaType,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Attaches files, as a change by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachRequest {
    /// Makes a repeat harmless.
    pub key: IdempotencyKey,
    /// The version that the person saw: if a newer one exists it is refused as a conflict.
    pub base: Version,
    /// In this order.
    pub files: Vec<NewFile>,
}

/// The name of a file: one line, no path, and nothing in it that shows it as something else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct FileName(String);

impl FileName {
    /// The name that is left of this one; `file` where nothing is.
    #[must_use]
    pub fn cleaned(text: &str) -> Self {
        let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
        let kept: String = last.chars().filter(|&c| !is_misleading(c)).collect();
        let kept = shortened(kept.trim());
        if kept.chars().all(|c| c == '.') {
            return Self("file".to_owned());
        }
        Self(kept)
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Control characters, line separators, and marks that turn the direction of writing: with one of them
/// `gpj.exe` is shown as `exe.jpg`.
fn is_misleading(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{61c}')
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Cut in front of its ending, which says what the file is.
fn shortened(name: &str) -> String {
    const ENDING_CHARS_MAX: usize = 20;
    let length = name.chars().count();
    if length <= FILE_NAME_CHARS_MAX {
        return name.to_owned();
    }
    let ending = name
        .rfind('.')
        .and_then(|dot| name.get(dot..))
        .filter(|ending| ending.chars().count() <= ENDING_CHARS_MAX)
        .unwrap_or_default();
    let kept = FILE_NAME_CHARS_MAX - ending.chars().count();
    let stem: String = name.chars().take(kept).collect();
    format!("{}{ending}", stem.trim_end())
}

impl From<String> for FileName {
    fn from(text: String) -> Self {
        // What a browser reads has been cleaned by the server, and code that it need not have is slow
        // to load.
        if cfg!(target_family = "wasm") {
            return Self(text);
        }
        Self::cleaned(&text)
    }
}

impl From<FileName> for String {
    fn from(name: FileName) -> Self {
        name.0
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a file is said to be, `application/pdf`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct MediaType(String);

impl MediaType {
    const UNKNOWN: &str = "application/octet-stream";

    /// The type without parameters; that of unknown bytes where it is none. Also for mails inside of
    /// mails and for types of many parts: RFC 2046 does not let those travel as encoded bytes.
    #[must_use]
    pub fn cleaned(text: &str) -> Self {
        let bare = text.split(';').next().unwrap_or_default().trim();
        let is_token = |part: &str| {
            let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&byte);
            !part.is_empty() && part.bytes().all(allowed)
        };
        let lower = bare.to_ascii_lowercase();
        match lower.split_once('/') {
            Some(("message" | "multipart", _)) => Self(Self::UNKNOWN.to_owned()),
            Some((kind, subtype))
                if is_token(kind) && is_token(subtype) && lower.len() <= MEDIA_TYPE_CHARS_MAX =>
            {
                Self(lower)
            }
            _ => Self(Self::UNKNOWN.to_owned()),
        }
    }

    /// The type.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for MediaType {
    fn from(text: String) -> Self {
        // As for names.
        if cfg!(target_family = "wasm") {
            return Self(text);
        }
        Self::cleaned(&text)
    }
}

impl From<MediaType> for String {
    fn from(media_type: MediaType) -> Self {
        media_type.0
    }
}

/// Whether an email can have so many files of so many bytes together.
///
/// # Errors
/// Which limit is broken, as a sentence for the person.
pub fn check_attachments(count: usize, bytes: u64) -> Result<(), AgentError> {
    let refused = |message: String| AgentError {
        field: Some("attachments".to_owned()),
        ..AgentError::new(ErrorCode::TooLarge, message)
    };
    if count > ATTACHMENTS_MAX {
        return Err(refused(to_say!(
            "An email can have {ATTACHMENTS_MAX} files, and these would be {count}. Nothing was attached: choose fewer, or remove some first."
        )));
    }
    if bytes > ATTACHMENTS_BYTES_MAX {
        return Err(refused(to_say!(
            "The files of an email can have {limit} together, and these would have {size}. Nothing was attached: choose smaller ones, or remove some first.",
            limit = size_text(ATTACHMENTS_BYTES_MAX),
            size = size_text(bytes)
        )));
    }
    Ok(())
}

/// `12 KB`: units of thousands, as the limit is one.
#[must_use]
pub fn size_text(bytes: u64) -> String {
    match bytes {
        1 => "1 byte".to_owned(),
        0..1_000 => format!("{bytes} bytes"),
        1_000..999_500 => format!("{} KB", (bytes + 500) / 1_000),
        _ => {
            let tenths = bytes.div_ceil(100_000);
            match tenths % 10 {
                0 => format!("{} MB", tenths / 10),
                tenth => format!("{}.{tenth} MB", tenths / 10),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_name_and_nothing_else() {
        for (raw, name) in [
            ("report.pdf", "report.pdf"),
            ("Relatório ação 日本.pdf", "Relatório ação 日本.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\ana\\bill.pdf", "bill.pdf"),
            (
                "a\r\nBcc: evil@example.net.pdf",
                "aBcc: evil@example.net.pdf",
            ),
            ("photo\u{202e}gpj.exe", "photogpj.exe"),
            ("\u{2066}a\u{2069}\u{200f}\0.txt", "a.txt"),
            ("  spaces .txt ", "spaces .txt"),
            ("", "file"),
            ("..", "file"),
            ("a/", "file"),
            ("\u{202e}", "file"),
        ] {
            let cleaned = FileName::cleaned(raw);
            assert_eq!(cleaned.as_str(), name, "{raw:?}");
            assert_eq!(FileName::cleaned(name), cleaned, "cleaned once and for all");
        }
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        let at_the_limit = "é".repeat(FILE_NAME_CHARS_MAX);
        assert_eq!(FileName::cleaned(&at_the_limit).as_str(), at_the_limit);
        let long = format!("{}.pdf", "é".repeat(FILE_NAME_CHARS_MAX));
        let cleaned = FileName::cleaned(&long);
        assert_eq!(cleaned.as_str().chars().count(), FILE_NAME_CHARS_MAX);
        assert!(cleaned.as_str().ends_with("é.pdf"));
        let no_ending = FileName::cleaned(&format!("a.{}", "b".repeat(300)));
        assert_eq!(no_ending.as_str().chars().count(), FILE_NAME_CHARS_MAX);
    }

    #[test]
    fn a_type_is_bare_and_can_travel_encoded() {
        for (raw, media_type) in [
            ("application/pdf", "application/pdf"),
            ("Text/Plain; charset=utf-8", "text/plain"),
            ("image/svg+xml", "image/svg+xml"),
            ("", MediaType::UNKNOWN),
            ("pdf", MediaType::UNKNOWN),
            ("a/b\r\nX: y", MediaType::UNKNOWN),
            ("message/rfc822", MediaType::UNKNOWN),
            ("multipart/mixed", MediaType::UNKNOWN),
        ] {
            assert_eq!(MediaType::cleaned(raw).as_str(), media_type, "{raw:?}");
        }
    }

    #[test]
    fn limits_hold_at_the_limit_and_one_beyond() {
        let most = ATTACHMENTS_BYTES_MAX;
        assert_eq!(check_attachments(ATTACHMENTS_MAX, most), Ok(()));
        for (count, bytes) in [(ATTACHMENTS_MAX + 1, 1), (1, most + 1)] {
            let error = check_attachments(count, bytes).unwrap_err();
            assert_eq!(error.code, ErrorCode::TooLarge);
            assert_eq!(error.field.as_deref(), Some("attachments"));
        }
    }

    #[test]
    fn sizes_are_for_people() {
        for (bytes, text) in [
            (0, "0 bytes"),
            (1, "1 byte"),
            (999, "999 bytes"),
            (1_000, "1 KB"),
            (12_345, "12 KB"),
            (999_500, "1 MB"),
            (3_410_000, "3.5 MB"),
            (10_000_000, "10 MB"),
            (10_000_001, "10.1 MB"),
        ] {
            assert_eq!(size_text(bytes), text);
        }
    }
}
