//! Why something could not be remembered.

/// By what whoever runs the program does next.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// A newer program has written the file.
    #[error(
        "the file of settings and lists was written by a newer version of this program (schema {found}, this one knows {known}): start that version, or restore a backup"
    )]
    TooNew {
        /// The version found.
        found: u32,
        /// The newest version known.
        known: u32,
    },
    /// Something stored cannot be read.
    #[error("“{name}” in the file of settings and lists cannot be read: restore a backup of it")]
    Unreadable {
        /// What it is.
        name: &'static str,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// A password or key cannot be opened.
    #[error(
        "the secret of \u{201c}{name}\u{201d} cannot be opened, because it was stored under another installation key or was changed since: enter it again"
    )]
    Sealed {
        /// What it belongs to.
        name: &'static str,
    },
    /// The disk or SQLite refused.
    #[error("the file of settings and lists cannot be used: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The program is stopping.
    #[error("the program was stopping")]
    Interrupted,
}
