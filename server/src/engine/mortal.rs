//! Something that can be killed: what it is doing ends at once, and another takes its place later.
//!
//! As a supervisor would have it, the successor starts some seconds after the dead one is first
//! missed. So a visitor sees the outage whenever the next work comes, and no work is lost: whoever
//! calls in vain calls again. Memory only; a new process has a living one.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::watch;

/// From the first call in vain until the successor is there: long enough to be seen, and over before
/// the engine gives up on any call that may be repeated.
const OUTAGE: Duration = Duration::from_secs(5);

/// See the module.
pub(super) struct Mortal<T> {
    make: Box<dyn Fn() -> T + Send + Sync>,
    life: Mutex<Life<T>>,
}

enum Life<T> {
    Alive {
        who: Arc<T>,
        /// Dropped with it, which ends the calls that watch it.
        pulse: watch::Sender<()>,
    },
    Dead {
        missed_at: Option<Instant>,
    },
}

/// How a call ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome<T> {
    /// With an answer.
    Done(T),
    /// With the death of whoever was called.
    Killed,
}

impl<T: Send + Sync + 'static> Mortal<T> {
    /// Alive; `make` also makes the successors.
    pub(super) fn new(make: impl Fn() -> T + Send + Sync + 'static) -> Self {
        let life = Mutex::new(Life::begin(make()));
        Self {
            make: Box::new(make),
            life,
        }
    }

    /// Begins a call, which ends early if a kill comes first. None is begun with the dead.
    pub(super) fn call<F, C>(
        &self,
        now: Instant,
        call: F,
    ) -> Option<impl Future<Output = Outcome<C::Output>> + use<T, F, C>>
    where
        F: FnOnce(Arc<T>) -> C,
        C: Future,
    {
        let (who, mut pulse) = self.living(now)?;
        let call = call(who);
        Some(async move {
            tokio::select! {
                answer = call => Outcome::Done(answer),
                // Nothing is ever sent: this ends when the sender is gone.
                _ = pulse.changed() => Outcome::Killed,
            }
        })
    }

    /// Cuts off what it is doing.
    pub(super) fn kill(&self) {
        *self.life() = Life::Dead { missed_at: None };
    }

    /// Whether the next call would find nobody.
    pub(super) fn is_dead(&self, now: Instant) -> bool {
        match &*self.life() {
            Life::Alive { .. } => false,
            Life::Dead { missed_at } => missed_at.is_none_or(|at| now < at + OUTAGE),
        }
    }

    /// The living one, or a successor if it is time for one; else it is missed from now on.
    fn living(&self, now: Instant) -> Option<(Arc<T>, watch::Receiver<()>)> {
        let mut life = self.life();
        if let Life::Dead { missed_at } = &mut *life {
            let missed_at = *missed_at.get_or_insert(now);
            if now < missed_at + OUTAGE {
                return None;
            }
            *life = Life::begin((self.make)());
        }
        match &*life {
            Life::Alive { who, pulse } => Some((Arc::clone(who), pulse.subscribe())),
            Life::Dead { .. } => None,
        }
    }

    fn life(&self) -> MutexGuard<'_, Life<T>> {
        self.life.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Life<T> {
    fn begin(who: T) -> Self {
        Self::Alive {
            who: Arc::new(who),
            pulse: watch::Sender::new(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        future::{pending, ready},
        sync::atomic::{AtomicU32, Ordering},
    };

    use super::*;

    /// Numbered, so that a successor can be told from the one before.
    fn numbered() -> Mortal<u32> {
        let made = AtomicU32::new(0);
        Mortal::new(move || made.fetch_add(1, Ordering::Relaxed) + 1)
    }

    async fn number(mortal: &Mortal<u32>, now: Instant) -> Option<Outcome<u32>> {
        Some(mortal.call(now, |who| ready(*who))?.await)
    }

    #[tokio::test]
    async fn the_successor_comes_some_time_after_the_dead_one_is_missed() {
        let (mortal, begun) = (numbered(), Instant::now());
        assert_eq!(number(&mortal, begun).await, Some(Outcome::Done(1)));
        mortal.kill();
        // However long nobody asks.
        let missed_at = begun + OUTAGE * 2;
        assert!(mortal.is_dead(missed_at));
        assert_eq!(number(&mortal, missed_at).await, None);
        let almost = missed_at + OUTAGE * 9 / 10;
        assert!(mortal.is_dead(almost));
        assert_eq!(number(&mortal, almost).await, None, "nothing is put off");
        let over = missed_at + OUTAGE;
        assert!(!mortal.is_dead(over));
        assert_eq!(number(&mortal, over).await, Some(Outcome::Done(2)));
    }

    #[tokio::test]
    async fn what_the_dead_one_was_doing_ends_with_it() {
        let mortal = numbered();
        let call = mortal.call(Instant::now(), |_| pending::<()>());
        let call = tokio::spawn(call.unwrap());
        tokio::task::yield_now().await;
        mortal.kill();
        assert_eq!(call.await.unwrap(), Outcome::Killed);
    }
}
