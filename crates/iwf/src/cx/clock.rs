//! The worker's clock, which a test can hold still.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// Tells contexts the time.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> SystemTime + Send + Sync>);

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self::from_fn(SystemTime::now)
    }
    /// Always this moment.
    #[must_use]
    pub fn fixed(moment: SystemTime) -> Self {
        Self::from_fn(move || moment)
    }
    /// Any other clock.
    #[must_use]
    pub fn from_fn(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Clock(Arc::new(now))
    }
    /// The time.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        (self.0)()
    }
    /// The time in milliseconds since 1970, negative before it.
    #[must_use]
    pub fn now_unix_ms(&self) -> i64 {
        let ms = |duration: Duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        match self.now().duration_since(UNIX_EPOCH) {
            Ok(since) => ms(since),
            Err(before) => -ms(before.duration()),
        }
    }
    /// The time in whole seconds since 1970.
    #[must_use]
    pub fn now_unix(&self) -> i64 {
        self.now_unix_ms().div_euclid(1_000)
    }
}
impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}
impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Clock({} ms)", self.now_unix_ms())
    }
}

/// The moment a number of seconds from 1970 on; far-off numbers end at the epoch.
pub(crate) fn from_unix(secs: i64) -> SystemTime {
    let distance = Duration::from_secs(secs.unsigned_abs());
    let moment = if secs < 0 {
        UNIX_EPOCH.checked_sub(distance)
    } else {
        UNIX_EPOCH.checked_add(distance)
    };
    moment.unwrap_or(UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_cut_downwards() {
        let at = |ms| Clock::fixed(UNIX_EPOCH + Duration::from_millis(ms));
        assert_eq!(at(1_999).now_unix(), 1);
        assert_eq!(at(1_999).now_unix_ms(), 1_999);
        assert_eq!(
            Clock::fixed(UNIX_EPOCH - Duration::from_millis(1)).now_unix(),
            -1
        );
    }
}
