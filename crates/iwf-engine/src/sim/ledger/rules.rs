//! The invariants, each a sentence.

use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sim) enum Rule {
    Acknowledged,
    AnswerApplied,
    Attempts,
    BuildsOn,
    CacheAgrees,
    CallIsOwed,
    Clock,
    ClosedStays,
    DueRows,
    Invented,
    LaneBound,
    Locks,
    MessageOrder,
    MessagesKept,
    NoPanic,
    NoSpin,
    Once,
    OneAttempt,
    OneReceiver,
    OneRuns,
    Owed,
    PendingAgrees,
    ReadsBack,
    Refused,
    TimerEarly,
    Woken,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Acknowledged => "what was acknowledged is committed",
            Self::AnswerApplied => "an answer of a worker that came is applied",
            Self::Attempts => "attempts count up and back off as their policy says",
            Self::BuildsOn => "a commit is the last one plus its writes",
            Self::CacheAgrees => "the cache holds what is committed",
            Self::CallIsOwed => "a call is made only while the committed run owes it",
            Self::Clock => "the engine's clock does not run backwards",
            Self::ClosedStays => "a closed run stays closed",
            Self::DueRows => "the due rows name everything that is owed",
            Self::Invented => "nothing takes effect that nobody sent",
            Self::LaneBound => "a worker has no more calls at a time than allowed",
            Self::Locks => "two holders never share a locked key",
            Self::MessageOrder => "messages are taken in the order in which they came",
            Self::MessagesKept => "a message is kept until it is taken",
            Self::NoPanic => "the engine does not panic",
            Self::NoSpin => "the engine rests when there is nothing to do",
            Self::Once => "what was sent takes effect once",
            Self::OneAttempt => "a call that may be made once is made once",
            Self::OneReceiver => "a message goes to one state execution, and stays with it",
            Self::OneRuns => "one run of a workflow id runs at a time",
            Self::Owed => "what is owed is done",
            Self::PendingAgrees => "what is pending follows from the rows",
            Self::ReadsBack => "what is read is what was committed",
            Self::Refused => "what was refused has no effect",
            Self::TimerEarly => "nothing happens before its time",
            Self::Woken => "who waits for the end is woken when it is committed",
        })
    }
}

impl Rule {
    pub(in crate::sim) fn broken<T>(self, detail: fmt::Arguments<'_>) -> Result<T, Violation> {
        Err(Violation {
            rule: self,
            detail: detail.to_string(),
        })
    }
}

/// Which rule was broken, and how.
#[derive(Clone, Debug)]
pub(in crate::sim) struct Violation {
    pub(in crate::sim) rule: Rule,
    detail: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "of \"{}\": {}", self.rule, self.detail)
    }
}
