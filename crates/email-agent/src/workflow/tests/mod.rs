//! Each state and each RPC alone, on attributes given by the test.

mod rpcs;
mod states;
mod stop;

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use email_agent_api::{
    ApprovalMode, AssistantInfo, Command, EmailId, IdempotencyKey, MailInfo, Recipient,
    RecipientResult, Stage,
};

use email_agent_store::Store;

use super::{
    EmailAgentWorkflow,
    schema::{UserInput, What},
};
use crate::{
    Office,
    assistant::{Assistant, AssistantError, Operation, SendTime, TurnInput, TurnOutput},
    book::Book,
    desk::{Attempt, Count, Desk, Flow, InHand, Moment},
    drill::Drill,
    mailer::{Mailer, OutgoingMail, SendOutcome},
    policy::Settings,
};

/// Attributes that RPCs write.
const OF_RPCS: [&str; 3] = ["DraftNote", "RequestDraft", "Requests"];

/// Both ports: they answer what they are told and count how often they were called.
struct Ports {
    answer: Result<TurnOutput, AssistantError>,
    sender: Recipient,
    calls: AtomicUsize,
}

impl Ports {
    fn answering(answer: Result<TurnOutput, AssistantError>) -> Arc<Self> {
        Arc::new(Self {
            answer,
            sender: "me@example.org".parse().unwrap(),
            calls: AtomicUsize::new(0),
        })
    }
    fn silent() -> Arc<Self> {
        Self::answering(Ok(TurnOutput::default()))
    }
    fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }
    fn workflow(self: &Arc<Self>) -> EmailAgentWorkflow {
        EmailAgentWorkflow::new(self.office())
    }
    fn office(self: &Arc<Self>) -> Office {
        let store = Store::in_memory().unwrap();
        Office {
            assistant: Arc::clone(self) as _,
            mailer: Arc::clone(self) as _,
            settings: Settings::default().into(),
            files: Arc::new(store.clone()),
            drill: Drill::default(),
            store,
        }
    }
}

#[async_trait]
impl Assistant for Ports {
    fn info(&self) -> AssistantInfo {
        AssistantInfo::Offline
    }
    async fn turn(&self, _: &TurnInput) -> Result<TurnOutput, AssistantError> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        self.answer.clone()
    }
}

#[async_trait]
impl Mailer for Ports {
    fn info(&self) -> MailInfo {
        MailInfo::Outbox {
            folder: String::new(),
        }
    }
    fn sender(&self) -> Recipient {
        self.sender.clone()
    }
    async fn send(&self, mail: &OutgoingMail) -> SendOutcome {
        self.calls.fetch_add(1, Ordering::Relaxed);
        let result = |recipient: &Recipient| RecipientResult {
            recipient: recipient.clone(),
            accepted: Some(true),
            answer: "250 OK".to_owned(),
        };
        SendOutcome::Accepted {
            results: mail.recipients().into_iter().map(result).collect(),
        }
    }
}

fn now() -> DateTime<Utc> {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

fn key(name: &str) -> IdempotencyKey {
    name.parse().unwrap()
}

fn id() -> String {
    EmailId::from_random([3; 26]).to_string()
}

fn new_desk() -> Desk {
    Desk::new(ApprovalMode::Ask, "Europe/Lisbon".to_owned(), now())
}

fn complete() -> TurnOutput {
    TurnOutput {
        reply: "Here it is.".to_owned(),
        operations: vec![
            Operation::SetTo(vec!["ana@example.com".to_owned()]),
            Operation::SetSubject("Hi".to_owned()),
            Operation::SetBody("Olá".to_owned()),
            Operation::SetSendTime(SendTime::After { seconds: 3_600 }),
        ],
        response_id: Some("resp-1".to_owned()),
        ..TurnOutput::default()
    }
}

fn in_hand() -> InHand {
    InHand {
        sequence: 1,
        text: "thank ana@example.com".to_owned(),
        at: now(),
    }
}

/// A desk that works on the first request.
fn working() -> Desk {
    let mut desk = new_desk();
    desk.record.in_hand = Some(in_hand());
    desk.record.stage = Stage::Working { since: now() };
    desk
}

/// A desk whose first version is approved, and the attempt that is armed.
fn scheduled() -> (Desk, Attempt, DateTime<Utc>) {
    let moment = Moment {
        now: now(),
        settings: Arc::default(),
        message_id: "<1@example.org>".to_owned(),
    };
    let mut desk = working();
    desk.answered(&in_hand(), complete(), &[], &moment);
    desk.take_command(2, &Command::Approve { version: 1 }, &moment);
    let Flow::Wait { attempt, due } = desk.flow() else {
        panic!("{:?}", desk.record.stage)
    };
    (desk, attempt, due)
}

fn words(sequence: u64, text: &str) -> UserInput {
    let what = What::Request {
        text: text.to_owned(),
        time_zone: "Europe/Lisbon".to_owned(),
        removed: 0,
    };
    UserInput {
        sequence,
        key: key("words"),
        at: now(),
        what,
    }
}

fn button(sequence: u64, command: Command) -> UserInput {
    UserInput {
        sequence,
        key: key("button"),
        at: now(),
        what: What::Command(command),
    }
}

/// A book in which this request waits.
fn book_with(text: &str, handled: u64) -> Book {
    let mut book = Book {
        last_sequence: handled,
        ..Book::default()
    };
    book.accept(key("words"), Some(text.to_owned()), now())
        .unwrap();
    book
}
