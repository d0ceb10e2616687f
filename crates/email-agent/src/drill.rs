//! The fault drill: what breaks on purpose in the demo, so that a visitor sees the workflow heal it.
//!
//! In: a press of a button. Out: real faults at the ports, which the workflow cannot tell from others.
//! [`Drill`] counts what is to fail; it is memory only, so a restart ends every drill. The faulty ports
//! stand around the demo's own ports and nowhere else: no real model and no real mail server can meet
//! them.

mod assistant;
mod mailer;

#[cfg(test)]
mod tests;

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

pub(crate) use self::{assistant::DrilledAssistant, mailer::DrilledMailer};

/// So often the demo mailbox refuses: once is chance, twice is a server that has to be waited for.
const REFUSALS: u32 = 2;
/// So often the demo's answer is rubbish: a model is asked once to repair it, and fails at that too.
const RUBBISH: u32 = 2;

/// What is still to fail. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Drill(Arc<Counters>);

#[derive(Debug, Default)]
struct Counters {
    refusals: AtomicU32,
    rubbish: AtomicU32,
}

impl Drill {
    /// The next mails are refused for now. Asked for again, it begins anew and does not add up.
    pub(crate) fn refuse_mail(&self) {
        self.0.refusals.store(REFUSALS, Ordering::Relaxed);
    }

    /// The next answer is rubbish, and its repair too.
    pub(crate) fn spoil_answer(&self) {
        self.0.rubbish.store(RUBBISH, Ordering::Relaxed);
    }

    /// Mails are still to be refused.
    pub(crate) fn refuses_mail(&self) -> bool {
        self.0.refusals.load(Ordering::Relaxed) > 0
    }

    /// Answers are still to be spoilt.
    pub(crate) fn spoils_answer(&self) -> bool {
        self.0.rubbish.load(Ordering::Relaxed) > 0
    }

    /// Whether this mail is one of those, which uses it up.
    fn takes_refusal(&self) -> bool {
        take_one(&self.0.refusals)
    }

    /// Whether this answer is one of those, which uses it up.
    fn takes_rubbish(&self) -> bool {
        take_one(&self.0.rubbish)
    }
}

/// Two callers never take the same one.
fn take_one(counter: &AtomicU32) -> bool {
    let less = |count: u32| count.checked_sub(1);
    counter
        .fetch_update(Ordering::Relaxed, Ordering::Relaxed, less)
        .is_ok()
}

/// The worker, as the drill sees it. Whoever runs the workflows in this process implements it.
pub trait WorkerDrill: Send + Sync + 'static {
    /// It is dead, and no other has taken its place.
    fn is_dead(&self) -> bool;

    /// Kills it.
    fn kill(&self);
}
