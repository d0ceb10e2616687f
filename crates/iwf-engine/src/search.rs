//! The search endpoint: a visibility query in, a page of runs out.
//!
//! The query is parsed into a [`condition`], and that becomes SQL whose values are all bound
//! parameters. Nothing here writes. The grammar is what iWF's applications use of Temporal's:
//! `AND`, `OR`, `NOT`, comparisons, `BETWEEN`, `IN`, `IS NULL` and `STARTS_WITH`, over the fields
//! of the system and the search attributes. An attribute that no run has yet is no error, as
//! there is nothing to register here: it matches nothing.

mod condition;
mod filter;
mod instant;
mod lexer;
mod page;
mod page_token;
mod parser;
#[cfg(test)]
mod tests;
mod words;

use std::time::Duration;

use rusqlite::Connection;

use crate::Failure;
pub(crate) use page::{Bounds, find, find_in_time};

const QUERY_BYTES_MAX: usize = 16 * 1024;
const QUERY_DEPTH_MAX: usize = 64;
/// Tests in one query, so that its expression nests less deep than SQLite's 1,000.
const QUERY_TESTS_MAX: usize = 500;
/// Values in one query; SQLite binds at most 32,766.
const QUERY_VALUES_MAX: usize = 1000;

/// Makes a connection able to search.
pub(crate) fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    words::register(connection)
}

/// The text is no query.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the query is not understood at position {at}: {message}")]
pub(crate) struct QueryError {
    at: usize,
    message: String,
}

impl QueryError {
    fn at(at: usize, message: String) -> Self {
        Self { at, message }
    }
}

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SearchError {
    #[error(transparent)]
    Query(#[from] QueryError),
    #[error("the query cannot be answered: {0}")]
    Unsuited(String),
    #[error(
        "the page token (nextPageToken, pageToken, --page-token) is not one that this engine gave: begin again without it"
    )]
    PageToken,
    #[error(
        "the search was given up after {0:?}: ask for less, or name an attribute that few have"
    )]
    TooLong(Duration),
    #[error("the search failed: try again")]
    Database(#[from] rusqlite::Error),
}

impl From<SearchError> for Failure {
    fn from(error: SearchError) -> Self {
        match error {
            SearchError::Query(_) | SearchError::Unsuited(_) | SearchError::PageToken => {
                Self::invalid(error.to_string())
            }
            SearchError::TooLong(_) => Self::overloaded(error.to_string()),
            SearchError::Database(_) => Self::internal(error.to_string()),
        }
    }
}
