//! The engine's clock: wall time in milliseconds that never runs backwards while it is open.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use iwf_engine_core::Timestamp;

#[derive(Clone, Default)]
pub(crate) struct Clock {
    wall: Wall,
    latest: Arc<AtomicI64>,
}

/// Where the time comes from, which may be set back at any moment.
#[derive(Clone, Default)]
enum Wall {
    #[default]
    System,
    #[cfg(any(test, feature = "sim"))]
    Simulated(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that shows what the simulation sets.
    #[cfg(any(test, feature = "sim"))]
    pub(crate) fn simulated(millis: Arc<AtomicI64>) -> Self {
        Self {
            wall: Wall::Simulated(millis),
            latest: Arc::default(),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        let millis = self.wall.millis();
        Timestamp(self.latest.fetch_max(millis, Ordering::Relaxed).max(millis))
    }
}

impl Wall {
    fn millis(&self) -> i64 {
        match self {
            Self::System => {
                let since_epoch = SystemTime::now()
                    .duration_since(UNIX_EPOCH)
                    .unwrap_or_default();
                i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX)
            }
            #[cfg(any(test, feature = "sim"))]
            Self::Simulated(millis) => millis.load(Ordering::Relaxed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_back_stands_until_the_time_comes_again() {
        let wall = Arc::new(AtomicI64::new(1000));
        let clock = Clock::simulated(wall.clone());
        for (set_to, shown) in [(2000, 2000), (500, 2000), (1999, 2000), (2001, 2001)] {
            wall.store(set_to, Ordering::Relaxed);
            assert_eq!(clock.now(), Timestamp(shown), "set to {set_to}");
        }
    }
}
