//! What a state waits for, and the type of what it then gets.
//!
//! A wait is one [`Command`], or [`Any`], [`All`] or [`Combos`] of several. Results are read back per kind and
//! in the order of the request, which the server keeps, so the ids of commands stay free for users.

mod combos;
mod command;
mod raw;
mod set;

pub use combos::Combos;
pub use command::{Command, Fired, Receive, Signaled, Timer};
pub use raw::{CommandRequest, Cursor, RawCommand, RawResults, WaitFor};
pub use set::{All, Any, NoWait, Tolerate, WaitFailed, WaitSet};
