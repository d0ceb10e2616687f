//! The catalogue: one row for each email, so that lists and searches need one query.
//!
//! It is a projection. The workflow is the truth about an email; whoever sees a newer state of it says
//! so here ([`Store::catalogue`]), and what is older than the row changes nothing. What a person does
//! to a row (its name, pinned, archived, deleted) is kept here alone, and no state touches it.

mod list;
mod marks;
mod row;
mod words;

#[cfg(test)]
mod tests;

pub use marks::Expiry;
pub use row::{CatalogueEntry, Seen};
