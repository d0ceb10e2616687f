//! Contexts: what workflow code may read and write while it runs.
//!
//! Reads come from what the server loaded; writes are kept here and sent with the one answer, so
//! an attempt that fails leaves nothing behind. A read sees the writes made before it.

mod clock;
mod info;
mod rpc_cx;
mod state_cx;
mod store;

pub use clock::Clock;
pub use info::Info;
pub use rpc_cx::RpcCx;
pub use state_cx::StateCx;
pub use store::{Published, Store};

pub(crate) use clock::from_unix;
