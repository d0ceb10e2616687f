//! Whether a workflow id may be used again.

use serde::{Deserialize, Serialize};

use crate::run::Status;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReusePolicy {
    #[default]
    AllowIfNoRunning,
    AllowIfPreviousExitsAbnormally,
    DisallowReuse,
    AllowTerminateIfRunning,
}

/// The current run of the id, if it was used before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Previous<'a> {
    pub status: Status,
    pub request_id: Option<&'a str>,
}

/// What a start request says about runs that exist already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AlreadyStarted<'a> {
    pub ignore: bool,
    pub request_id: Option<&'a str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reuse {
    Start,
    /// Terminate the running one, then start.
    Replace,
    /// Answer with the existing run.
    Existing,
    Refuse,
}

/// | policy | running | completed | closed otherwise |
/// |---|---|---|---|
/// | allow if no running | refuse | start | start |
/// | allow if previous exits abnormally | refuse | refuse | start |
/// | disallow | refuse | refuse | refuse |
/// | terminate if running | replace | start | start |
///
/// A refusal becomes the existing run if the caller ignores it, and names no request id or the
/// one the existing run was started with.
pub fn decide_reuse(
    previous: Option<Previous<'_>>,
    policy: ReusePolicy,
    already: AlreadyStarted<'_>,
) -> Reuse {
    let Some(previous) = previous else {
        return Reuse::Start;
    };
    match (policy, previous.status) {
        (ReusePolicy::AllowTerminateIfRunning, Status::Running) => return Reuse::Replace,
        (ReusePolicy::DisallowReuse, _)
        | (_, Status::Running)
        | (ReusePolicy::AllowIfPreviousExitsAbnormally, Status::Completed) => {}
        _ => return Reuse::Start,
    }
    let is_same = already.request_id.is_none() || already.request_id == previous.request_id;
    if already.ignore && is_same {
        Reuse::Existing
    } else {
        Reuse::Refuse
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table() {
        use Reuse::{Refuse, Replace, Start};
        use ReusePolicy as P;
        let abnormal = [
            Status::Failed,
            Status::TimedOut,
            Status::Canceled,
            Status::Terminated,
        ];
        for (policy, running, completed, other) in [
            (P::AllowIfNoRunning, Refuse, Start, Start),
            (P::AllowIfPreviousExitsAbnormally, Refuse, Refuse, Start),
            (P::DisallowReuse, Refuse, Refuse, Refuse),
            (P::AllowTerminateIfRunning, Replace, Start, Start),
        ] {
            let decide = |status| {
                decide_reuse(
                    Some(Previous {
                        status,
                        request_id: None,
                    }),
                    policy,
                    AlreadyStarted::default(),
                )
            };
            assert_eq!(decide(Status::Running), running, "{policy:?}");
            assert_eq!(decide(Status::Completed), completed, "{policy:?}");
            for status in abnormal {
                assert_eq!(decide(status), other, "{policy:?} {status:?}");
            }
            assert_eq!(decide_reuse(None, policy, AlreadyStarted::default()), Start);
        }
    }

    #[test]
    fn a_refusal_may_be_ignored() {
        let decide = |stored, ignore, request_id| {
            let previous = Previous {
                status: Status::Running,
                request_id: stored,
            };
            decide_reuse(
                Some(previous),
                ReusePolicy::DisallowReuse,
                AlreadyStarted { ignore, request_id },
            )
        };
        assert_eq!(decide(Some("r1"), false, Some("r1")), Reuse::Refuse);
        assert_eq!(decide(Some("r1"), true, None), Reuse::Existing);
        assert_eq!(decide(Some("r1"), true, Some("r1")), Reuse::Existing);
        assert_eq!(decide(Some("r1"), true, Some("r2")), Reuse::Refuse);
        assert_eq!(decide(None, true, Some("r1")), Reuse::Refuse);
    }
}
