//! What differs between two versions of an email, word by word. The server computes it, the page
//! only shows it.

use serde::{Deserialize, Serialize};

use crate::{Author, Version};

/// Asks for the difference between two kept versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompareRequest {
    /// The one to start from; 0 stands for "nothing written yet".
    pub from: Version,
    /// The one to arrive at. May be the older one.
    pub to: Version,
}

/// The difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// As asked.
    pub from: Version,
    /// As asked.
    pub to: Version,
    /// Who made the version `to`.
    pub author: Author,
    /// The fields that differ, in the order of the card.
    pub fields: Vec<FieldDiff>,
}

/// What differs in one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldDiff {
    /// Its name: `to`, `cc`, `bcc`, `subject`, `body`, `send_at`, `not_after`, `thread`, `attachments`.
    pub field: String,
    /// Its text in pieces. Those that are not added, joined, are the old text; those that are not
    /// removed are the new one.
    pub pieces: Vec<Piece>,
}

/// A piece of text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// Where it belongs.
    pub kind: PieceKind,
    /// The text, spaces and line breaks included.
    pub text: String,
}

/// Where a piece of text belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PieceKind {
    /// To both versions.
    Same,
    /// To the old one only.
    Removed,
    /// To the new one only.
    Added,
}
