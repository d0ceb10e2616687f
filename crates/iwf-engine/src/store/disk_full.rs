//! Whether a refusal means that there is no room: what helps then is known, and nothing is lost.

use std::io::{self, ErrorKind};

use rusqlite::ffi;

/// `SQLite` says "full" of the database, but has no such word for its log's shared memory, which
/// it makes and enlarges when a database is opened: there a full disk is the usual reason.
pub(crate) fn is_full(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error().map(|error| error.extended_code);
    matches!(code, Some(ffi::SQLITE_FULL | ffi::SQLITE_IOERR_SHMSIZE))
}

pub(crate) fn has_no_room(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_has_several_codes() {
        let refused = |code| rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
        assert!([13, 4874].map(refused).iter().all(is_full));
        assert!(!is_full(&refused(ffi::SQLITE_IOERR_READ)));
        assert!(has_no_room(&ErrorKind::StorageFull.into()));
    }
}
