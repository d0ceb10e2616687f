//! A panic in workflow code is one failed attempt, not the end of the worker.

use futures::FutureExt;
use std::{any::Any, future::Future, panic::AssertUnwindSafe};

/// Runs the future; `Err` holds what the panic said.
///
/// The store that the code was writing to is thrown away after a panic, so nothing half-written is
/// seen by anybody.
pub(super) async fn caught<T>(future: impl Future<Output = T>) -> Result<T, String> {
    AssertUnwindSafe(future)
        .catch_unwind()
        .await
        .map_err(|panic| message(panic.as_ref()))
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("the workflow code panicked without a message")
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_message_is_kept() {
        let panicked: Result<(), _> = caught(async { panic!("no {}", "luck") }).await;
        assert_eq!(panicked, Err("no luck".to_owned()));
        assert_eq!(caught(async { 1 }).await, Ok(1));
    }
}
