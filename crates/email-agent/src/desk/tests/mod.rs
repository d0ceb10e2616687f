//! The rules of the desk, told as small stories, and as properties of any order of events.

mod approval;
mod brake;
mod choices;
mod deadline;
mod delivery;
mod properties;
mod stop;
mod timeline;
mod turns;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use email_agent_api::{ApprovalMode, Command, EmailEdit, RecipientResult, StageKind, WallTime};

use super::{Attempt, Count, Desk, Flow, InHand, Moment, Words};
use crate::{
    assistant::{NameFound, Operation, SendTime, TurnOutput},
    book::Book,
    mailer::SendOutcome,
    policy::Settings,
};

/// A desk with a clock, and hands that press what a person would.
struct World {
    desk: Desk,
    book: Book,
    settings: Settings,
    now: DateTime<Utc>,
    sequence: u64,
}

impl World {
    fn new(approval: ApprovalMode) -> Self {
        let now = "2026-11-23T12:00:00Z".parse().unwrap();
        Self {
            desk: Desk::new(approval, "Europe/Lisbon".to_owned(), now),
            book: Book::default(),
            settings: Settings::default(),
            now,
            sequence: 0,
        }
    }

    fn moment(&self) -> Moment {
        Moment {
            now: self.now,
            settings: Arc::new(self.settings.clone()),
            message_id: format!("<{}@example.org>", self.sequence),
        }
    }

    fn stage(&self) -> StageKind {
        self.desk.record.stage.kind()
    }

    fn last_turn(&self) -> &str {
        self.desk
            .conversation
            .last()
            .map_or("", |turn| turn.text.as_str())
    }

    /// A request goes to the assistant.
    fn ask(&mut self, text: &str) -> Option<InHand> {
        self.sequence += 1;
        let words = Words {
            sequence: self.sequence,
            text: text.to_owned(),
            time_zone: "Europe/Lisbon".to_owned(),
            at: self.now,
            removed: 0,
        };
        let moment = self.moment();
        self.desk.take_words(words, &moment);
        match self.desk.flow() {
            Flow::Turn(request) => Some(request),
            _ => None,
        }
    }

    /// A request goes to the assistant, who does this.
    fn turn(&mut self, text: &str, operations: Vec<Operation>) {
        self.turn_with(text, operations, &[]);
    }

    /// The same, with these names of contacts in the request.
    fn turn_with(&mut self, text: &str, operations: Vec<Operation>, names: &[NameFound]) {
        let request = self.ask(text).expect("the request is in work");
        let output = TurnOutput {
            reply: "Done.".to_owned(),
            operations,
            ..TurnOutput::default()
        };
        let moment = self.moment();
        self.desk.answered(&request, output, names, &moment);
    }

    fn press(&mut self, command: &Command) {
        self.sequence += 1;
        let moment = self.moment();
        self.desk.take_command(self.sequence, command, &moment);
    }

    fn edit(&mut self, edit: EmailEdit) {
        let base = self.desk.version();
        self.press(&Command::Edit {
            base,
            edit: Box::new(edit),
            then: None,
        });
    }

    fn approve(&mut self) {
        let version = self.desk.version();
        self.press(&Command::Approve { version });
    }

    fn send_now(&mut self) {
        let version = self.desk.version();
        self.press(&Command::SendNow { version });
    }

    /// The time comes, and the point of no return is passed.
    fn due(&mut self) -> Attempt {
        let Flow::Wait { attempt, due } = self.desk.flow() else {
            panic!("nothing is armed: {:?}", self.stage())
        };
        self.now = self.now.max(due);
        let (book, moment) = (self.book.clone(), self.moment());
        assert!(
            self.desk.begin(&attempt, &book, &moment, &Count::Room),
            "nothing stands in the way"
        );
        attempt
    }

    /// The time comes, and the mail server says this.
    fn deliver(&mut self, outcome: SendOutcome) {
        let attempt = self.due();
        let moment = self.moment();
        self.desk.delivered(&attempt, outcome, &moment);
    }
}

/// A desk with a complete draft, for tomorrow at nine.
fn drafted(approval: ApprovalMode) -> World {
    let mut world = World::new(approval);
    world.turn("write to ana@example.com, tomorrow at 9", complete());
    world
}

fn complete() -> Vec<Operation> {
    vec![
        Operation::SetTo(vec!["ana@example.com".to_owned()]),
        Operation::SetSubject("Thank you".to_owned()),
        Operation::SetBody("Obrigado pela conversa!".to_owned()),
        tomorrow_at_nine(),
    ]
}

fn tomorrow_at_nine() -> Operation {
    Operation::SetSendTime(SendTime::At {
        date: "2026-11-24".parse().ok(),
        time: "09:00:00".parse().unwrap(),
        zone: None,
    })
}

fn body(text: &str) -> EmailEdit {
    EmailEdit {
        body: Some(text.to_owned()),
        ..EmailEdit::default()
    }
}

fn to(addresses: &[&str]) -> EmailEdit {
    let to = addresses
        .iter()
        .map(|address| address.parse().unwrap())
        .collect();
    EmailEdit {
        to: Some(to),
        ..EmailEdit::default()
    }
}

fn results(of: &[(&str, bool)]) -> Vec<RecipientResult> {
    of.iter()
        .map(|(address, accepted)| RecipientResult {
            recipient: address.parse().unwrap(),
            accepted: Some(*accepted),
            answer: if *accepted {
                "250 2.1.5 OK"
            } else {
                "550 5.1.1 no such user"
            }
            .to_owned(),
        })
        .collect()
}

fn accepted() -> SendOutcome {
    SendOutcome::Accepted {
        results: results(&[("ana@example.com", true)]),
    }
}

fn busy() -> SendOutcome {
    SendOutcome::Refused {
        temporary: true,
        reason: "The mail server is busy (451).".to_owned(),
        results: vec![],
    }
}

fn wall(local: &str) -> WallTime {
    WallTime {
        local: local.parse().unwrap(),
        zone: "Europe/Lisbon".to_owned(),
    }
}
