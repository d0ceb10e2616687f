//! How the tagged types are read from the wire.
//!
//! `#[serde(tag)]` would read each of them twice, first into a tree of loose values and then from
//! there, with a second copy of the code for every type inside: a quarter of what a browser downloads.
//! Here they are read in one go, as a name and the fields that may go with it. Writing stays derived;
//! the tests hold the two together.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::{
    AssistantInfo, EmailView, Held, MailInfo, Poll, Proof, Retrying, Revision, Schedule, Stage,
    StageKind,
};

/// A field that the name calls for is not there.
#[derive(Debug, thiserror::Error)]
#[error("missing field `{0}`")]
pub(crate) struct Missing(&'static str);

fn need<T>(name: &'static str, value: Option<T>) -> Result<T, Missing> {
    value.ok_or(Missing(name))
}

#[derive(Deserialize)]
pub(crate) struct StageWire {
    name: StageKind,
    since: Option<DateTime<Utc>>,
    schedule: Option<Schedule>,
    retrying: Option<Retrying>,
    held: Option<Held>,
    proof: Option<Proof>,
    reason: Option<String>,
}

impl TryFrom<StageWire> for Stage {
    type Error = Missing;

    fn try_from(wire: StageWire) -> Result<Self, Missing> {
        let schedule = || need("schedule", wire.schedule);
        let proof = || need("proof", wire.proof);
        let reason = || need("reason", wire.reason);
        Ok(match wire.name {
            StageKind::New => Self::New,
            StageKind::Working => Self::Working {
                since: need("since", wire.since)?,
            },
            StageKind::NeedsAnswer => Self::NeedsAnswer,
            StageKind::Draft => Self::Draft,
            StageKind::ReadyToApprove => Self::ReadyToApprove,
            StageKind::Scheduled => Self::Scheduled {
                schedule: schedule()?,
            },
            StageKind::UndoWindow => Self::UndoWindow {
                schedule: schedule()?,
            },
            StageKind::Sending => Self::Sending,
            StageKind::Retrying => Self::Retrying {
                retrying: need("retrying", wire.retrying)?,
            },
            StageKind::Held => Self::Held {
                held: need("held", wire.held)?,
            },
            StageKind::Sent => Self::Sent { proof: proof()? },
            StageKind::PartlySent => Self::PartlySent { proof: proof()? },
            StageKind::Unsure => Self::Unsure {
                reason: reason()?,
                proof: proof()?,
            },
            StageKind::NotSent => Self::NotSent { reason: reason()? },
            StageKind::Canceled => Self::Canceled,
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum PollKind {
    Unchanged,
    Changed,
}

#[derive(Deserialize)]
pub(crate) struct PollWire {
    poll: PollKind,
    revision: Option<Revision>,
    waiting: Option<String>,
    view: Option<Box<EmailView>>,
}

impl TryFrom<PollWire> for Poll {
    type Error = Missing;

    fn try_from(wire: PollWire) -> Result<Self, Missing> {
        Ok(match wire.poll {
            PollKind::Unchanged => Self::Unchanged {
                revision: need("revision", wire.revision)?,
                waiting: wire.waiting,
            },
            PollKind::Changed => Self::Changed {
                view: need("view", wire.view)?,
            },
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum AssistantKind {
    Model,
    Offline,
}

#[derive(Deserialize)]
pub(crate) struct AssistantWire {
    kind: AssistantKind,
    model: Option<String>,
}

impl TryFrom<AssistantWire> for AssistantInfo {
    type Error = Missing;

    fn try_from(wire: AssistantWire) -> Result<Self, Missing> {
        Ok(match wire.kind {
            AssistantKind::Model => Self::Model {
                model: need("model", wire.model)?,
            },
            AssistantKind::Offline => Self::Offline,
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum MailKind {
    Smtp,
    Outbox,
}

#[derive(Deserialize)]
pub(crate) struct MailWire {
    kind: MailKind,
    host: Option<String>,
    from: Option<String>,
    folder: Option<String>,
}

impl TryFrom<MailWire> for MailInfo {
    type Error = Missing;

    fn try_from(wire: MailWire) -> Result<Self, Missing> {
        Ok(match wire.kind {
            MailKind::Smtp => Self::Smtp {
                host: need("host", wire.host)?,
                from: need("from", wire.from)?,
            },
            MailKind::Outbox => Self::Outbox {
                folder: need("folder", wire.folder)?,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use serde::{Serialize, de::DeserializeOwned};

    use super::*;
    use crate::{HoldReason, RecipientResult};

    fn round_trip<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) {
        let json = serde_json::to_string(value).unwrap();
        assert_eq!(&serde_json::from_str::<T>(&json).unwrap(), value, "{json}");
    }

    fn at() -> DateTime<Utc> {
        "2026-11-24T09:00:00Z".parse().unwrap()
    }

    fn every_stage() -> Vec<Stage> {
        let schedule = Schedule {
            version: 3,
            due: at(),
            wish: None,
            message_id: "<a@example.com>".to_owned(),
        };
        let proof = Proof {
            version: 3,
            message_id: "<a@example.com>".to_owned(),
            at: at(),
            results: vec![RecipientResult {
                recipient: "Ana <ana@example.com>".parse().unwrap(),
                accepted: None,
                answer: "250 OK".to_owned(),
            }],
        };
        let reason = "Because.".to_owned();
        vec![
            Stage::New,
            Stage::Working { since: at() },
            Stage::NeedsAnswer,
            Stage::Draft,
            Stage::ReadyToApprove,
            Stage::Scheduled {
                schedule: schedule.clone(),
            },
            Stage::UndoWindow {
                schedule: schedule.clone(),
            },
            Stage::Held {
                held: Held {
                    why: HoldReason::HourlyLimit,
                    schedule,
                    since: at(),
                    until: Some(at()),
                },
            },
            Stage::Sending,
            Stage::Retrying {
                retrying: Retrying {
                    attempts: 2,
                    reason: reason.clone(),
                    next_at: at(),
                    until: at(),
                },
            },
            Stage::Sent {
                proof: proof.clone(),
            },
            Stage::PartlySent {
                proof: proof.clone(),
            },
            Stage::Unsure {
                reason: reason.clone(),
                proof,
            },
            Stage::NotSent { reason },
            Stage::Canceled,
        ]
    }

    #[test]
    fn what_is_written_can_be_read() {
        for stage in every_stage() {
            round_trip(&stage);
            let json = serde_json::to_value(&stage).unwrap();
            let kind = serde_json::to_value(stage.kind()).unwrap();
            assert_eq!(json.get("name"), Some(&kind), "the name on the wire");
            assert_eq!(kind, stage.kind().name());
        }
        round_trip(&Poll::Unchanged {
            revision: 7,
            waiting: None,
        });
        round_trip(&Poll::Unchanged {
            revision: 7,
            waiting: Some("The model is busy.".to_owned()),
        });
        round_trip(&AssistantInfo::Offline);
        round_trip(&AssistantInfo::Model {
            model: "gpt-4o".to_owned(),
        });
        round_trip(&MailInfo::Outbox {
            folder: "outbox".to_owned(),
        });
        round_trip(&MailInfo::Smtp {
            host: "smtp.example.com".to_owned(),
            from: "me@example.com".to_owned(),
        });
    }

    #[test]
    fn a_name_without_its_fields_is_refused() {
        let sent = serde_json::from_str::<Stage>(r#"{"name": "sent"}"#);
        assert!(
            sent.unwrap_err()
                .to_string()
                .contains("missing field `proof`")
        );
        assert!(serde_json::from_str::<Stage>(r#"{"name": "flown"}"#).is_err());
        assert!(serde_json::from_str::<Poll>(r#"{"poll": "changed"}"#).is_err());
    }
}
