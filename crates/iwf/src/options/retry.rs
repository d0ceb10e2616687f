//! Retry policies of states and of whole workflows.

use std::time::Duration;

/// How a failed call is tried again. What is left open is the server's default: first after 1 s,
/// each gap twice the one before, at most 100 s, without end.
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use = "a policy does nothing unless it is given to the options"]
pub struct Retry {
    /// The first gap.
    pub first: Option<Duration>,
    /// How much longer each gap is than the one before.
    pub factor: Option<f32>,
    /// The longest gap.
    pub max_gap: Option<Duration>,
    /// How many attempts in all.
    pub attempts: Option<u32>,
    /// How long in all. The server gives up early when the next attempt would come too late.
    pub within: Option<Duration>,
}

/// A retry policy that ends; failure handling asks for this type.
///
/// ```
/// use iwf::Retry;
/// use std::time::Duration;
///
/// let policy = Retry::attempts(5).first(Duration::from_secs(2)).or_within(Duration::from_secs(60));
/// let retry: Retry = policy.into();
/// assert_eq!(retry.attempts, Some(5));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a policy does nothing unless it is given to the options"]
pub struct Bounded(Retry);

impl Retry {
    /// Without end, until a first gap or another limit is given.
    pub fn unlimited() -> Self {
        Self::default()
    }
    /// At most this many attempts in all; 0 counts as 1.
    pub fn attempts(attempts: u32) -> Bounded {
        Bounded(Retry {
            attempts: Some(attempts.max(1)),
            ..Retry::default()
        })
    }
    /// No new attempt after this time.
    pub fn within(duration: Duration) -> Bounded {
        Bounded(Retry {
            within: Some(duration),
            ..Retry::default()
        })
    }
    /// Waits this long after the first failure.
    pub fn first(mut self, gap: Duration) -> Self {
        self.first = Some(gap);
        self
    }
    /// Makes each gap this much longer than the one before.
    pub fn factor(mut self, factor: f32) -> Self {
        self.factor = Some(factor);
        self
    }
    /// Never waits longer than this.
    pub fn max_gap(mut self, gap: Duration) -> Self {
        self.max_gap = Some(gap);
        self
    }
    pub(crate) fn ends(&self) -> bool {
        self.attempts.is_some() || self.within.is_some()
    }
}
impl Bounded {
    /// Waits this long after the first failure.
    pub fn first(self, gap: Duration) -> Self {
        Bounded(self.0.first(gap))
    }
    /// Makes each gap this much longer than the one before.
    pub fn factor(self, factor: f32) -> Self {
        Bounded(self.0.factor(factor))
    }
    /// Never waits longer than this.
    pub fn max_gap(self, gap: Duration) -> Self {
        Bounded(self.0.max_gap(gap))
    }
    /// Ends after this time as well, whichever comes first.
    pub fn or_within(mut self, duration: Duration) -> Self {
        self.0.within = Some(duration);
        self
    }
    /// Ends after this many attempts as well, whichever comes first; 0 counts as 1.
    pub fn or_attempts(mut self, attempts: u32) -> Self {
        self.0.attempts = Some(attempts.max(1));
        self
    }
}
impl From<Bounded> for Retry {
    fn from(bounded: Bounded) -> Retry {
        bounded.0
    }
}
