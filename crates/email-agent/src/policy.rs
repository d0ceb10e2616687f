//! What an installation may choose. Typed values only; who reads the environment is the server.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use email_agent_api::{ApprovalMode, FirstRun, Retention, Safety, You};
use tokio::sync::watch;

/// Everything that the workflow can be told. [`Settings::default`] is what people should have.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Whether a person must approve what leaves. Taken over by an email when it is started.
    pub approval: ApprovalMode,
    /// What keeps mail from leaving by surprise.
    pub safety: Safety,
    /// How long emails stay.
    pub retention: Retention,
    /// Whether the workflows were restored from a backup.
    pub restored: Option<Restored>,
    /// How a busy mail server is waited for.
    pub back_off: BackOff,
    /// How often and how fast a failed turn of the assistant is tried again.
    pub assistant_retry: AssistantRetry,
    /// The longest one turn of the assistant may take.
    pub assistant_timeout: Duration,
    /// Who the person is.
    pub you: You,
    /// The name on the sender's address, if it has one.
    pub sender_name: Option<String>,
    /// What a fresh installation has still to decide.
    pub first_run: Option<FirstRun>,
    /// The longest that reading a draft back may take.
    pub reading_timeout: Duration,
    /// How often it is tried in all.
    pub reading_attempts: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            approval: ApprovalMode::Ask,
            safety: Safety::default(),
            retention: Retention::default(),
            restored: None,
            back_off: BackOff::default(),
            assistant_retry: AssistantRetry::default(),
            assistant_timeout: Duration::from_secs(90),
            you: You::default(),
            sender_name: None,
            first_run: None,
            reading_timeout: Duration::from_mins(1),
            reading_attempts: 2,
        }
    }
}

/// The workflows are those of a backup, so what they hold ready may have left before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Restored {
    /// When the restored workflows began to run: what was due by then asks a person.
    pub began_at: DateTime<Utc>,
}

/// The settings as they are now: a person may change them while emails are on their way.
#[derive(Debug, Clone)]
pub struct LiveSettings(watch::Sender<Arc<Settings>>);

impl LiveSettings {
    /// Settings that can be changed: every clone sees it.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self(watch::Sender::new(Arc::new(settings)))
    }

    /// Puts these in the place of those before, but for what is chosen elsewhere and outlives them:
    /// what keeps mail from leaving, how long emails stay, and whether the workflows were restored.
    pub fn replace(&self, mut settings: Settings) {
        self.0.send_modify(|now| {
            settings.safety = now.safety.clone();
            settings.retention = now.retention;
            settings.restored = now.restored;
            *now = Arc::new(settings);
        });
    }

    /// Changes some of them. Whoever changes others at the same moment loses nothing.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Settings)) {
        self.0
            .send_modify(|settings| change(Arc::make_mut(settings)));
    }

    /// Tells of every change from now on.
    pub(crate) fn changes(&self) -> watch::Receiver<Arc<Settings>> {
        self.0.subscribe()
    }

    /// As they are at this moment.
    #[must_use]
    pub fn now(&self) -> Arc<Settings> {
        Arc::clone(&self.0.borrow())
    }
}

/// Settings that nobody changes.
impl From<Settings> for LiveSettings {
    fn from(settings: Settings) -> Self {
        Self::new(settings)
    }
}

/// When to try again after a temporary refusal of the mail server, and when to give up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackOff {
    /// The gaps between attempts; the last one repeats.
    pub gaps: Vec<Duration>,
    /// No attempt starts later than this after the first one.
    pub give_up_after: Duration,
}

impl Default for BackOff {
    fn default() -> Self {
        const MINUTE: u64 = 60;
        Self {
            gaps: [1, 2, 5, 10, 20, 30, 60]
                .map(|minutes| Duration::from_secs(minutes * MINUTE))
                .to_vec(),
            give_up_after: Duration::from_secs(24 * 60 * MINUTE),
        }
    }
}

impl BackOff {
    /// When the attempt after `attempts` failed ones starts; none if that is after `until`.
    pub(crate) fn next(
        &self,
        attempts: u32,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        let index = usize::try_from(attempts.saturating_sub(1)).unwrap_or(usize::MAX);
        let gap = self.gaps.get(index).or(self.gaps.last())?;
        after(now, *gap).filter(|next| *next <= until)
    }
}

/// The engine's retry of a turn that failed for a passing reason.
#[derive(Debug, Clone, PartialEq)]
pub struct AssistantRetry {
    /// Attempts in all.
    pub attempts: u32,
    /// The first gap; each further one is twice as long.
    pub first_gap: Duration,
}

impl Default for AssistantRetry {
    fn default() -> Self {
        Self {
            attempts: 5,
            first_gap: Duration::from_secs(2),
        }
    }
}

/// `now + duration`, if the calendar reaches so far.
pub(crate) fn after(now: DateTime<Utc>, duration: Duration) -> Option<DateTime<Utc>> {
    now.checked_add_signed(chrono::Duration::from_std(duration).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_changes_other_settings_releases_nothing() {
        let live = LiveSettings::new(Settings::default());
        live.change(|settings| settings.safety.hold = true);
        live.clone().replace(Settings {
            approval: ApprovalMode::Auto,
            ..Settings::default()
        });
        let now = live.now();
        assert!(now.safety.hold && now.approval == ApprovalMode::Auto);
    }

    #[test]
    fn gaps_grow_then_repeat_until_a_day_is_over() {
        let back_off = BackOff::default();
        let start = DateTime::UNIX_EPOCH;
        let until = after(start, back_off.give_up_after).unwrap();
        let (mut now, mut attempts, mut minutes) = (start, 1, Vec::new());
        while let Some(next) = back_off.next(attempts, now, until) {
            minutes.push((next - now).num_minutes());
            (now, attempts) = (next, attempts + 1);
        }
        assert_eq!(minutes[..9], [1, 2, 5, 10, 20, 30, 60, 60, 60]);
        assert!(
            now <= until && (until - now).num_minutes() < 60,
            "the day is used up"
        );
    }
}
