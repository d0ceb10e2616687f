//! Counts work that must not be cut off: worker calls and RPCs. Shutdown waits for its end.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

#[derive(Clone, Default)]
pub(crate) struct InFlight(Arc<Inner>);

#[derive(Default)]
struct Inner {
    count: AtomicUsize,
    ended: Notify,
}

/// One piece of work; it has ended when this is dropped.
pub(crate) struct Flight(Arc<Inner>);

impl InFlight {
    pub(crate) fn begin(&self) -> Flight {
        self.0.count.fetch_add(1, Ordering::SeqCst);
        Flight(self.0.clone())
    }

    pub(crate) fn count(&self) -> usize {
        self.0.count.load(Ordering::SeqCst)
    }

    /// Waits until nothing is in flight.
    pub(crate) async fn all_ended(&self) {
        loop {
            let ended = self.0.ended.notified();
            tokio::pin!(ended);
            // Subscribed before looking, so that no end falls between the two.
            ended.as_mut().enable();
            if self.count() == 0 {
                return;
            }
            ended.await;
        }
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        if self.0.count.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.0.ended.notify_waiters();
        }
    }
}
