//! An `EmailAgent` that pretends, just enough to look at every screen.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
#[allow(
    clippy::wildcard_imports,
    reason = "this file speaks of nearly all of it"
)]
use email_agent_api::*;

type Emails = BTreeMap<EmailId, EmailView>;

const BOOK: ContactBook = ContactBook {
    remembers: true,
    count: 2,
};

/// All emails, in memory.
#[derive(Clone, Default)]
pub(crate) struct FakeAgent {
    emails: Arc<Mutex<Emails>>,
}

impl FakeAgent {
    /// One email for each stage.
    pub(crate) fn with_every_stage() -> Self {
        let fake = Self::default();
        let stages = every_stage();
        for (number, stage) in (0u8..).zip(stages) {
            let id = EmailId::from_random([number; 26]);
            let view = sample(id.clone(), stage);
            fake.emails().insert(id, view);
        }
        fake
    }

    fn emails(&self) -> MutexGuard<'_, Emails> {
        self.emails.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change<T>(
        &self,
        id: &EmailId,
        change: impl FnOnce(&mut EmailView) -> Result<T, AgentError>,
    ) -> Result<T, AgentError> {
        let mut emails = self.emails();
        let view = emails.get_mut(id).ok_or_else(AgentError::not_found)?;
        let done = change(view)?;
        view.revision += 1;
        Ok(done)
    }

    fn accepted(&self, id: EmailId) -> Result<Accepted, AgentError> {
        let revision = self.change(&id, |view| Ok(view.revision + 1))?;
        Ok(Accepted { id, revision })
    }

    fn later(
        &self,
        id: &EmailId,
        seconds: u64,
        change: impl FnOnce(&mut EmailView) + Send + 'static,
    ) {
        let (fake, id) = (self.clone(), id.clone());
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            let _ = fake.change(&id, |view| {
                change(view);
                Ok(())
            });
        });
    }
}

#[async_trait]
impl EmailAgent for FakeAgent {
    fn info(&self) -> AppInfo {
        AppInfo {
            assistant: AssistantInfo::Offline,
            mail: MailInfo::Outbox {
                folder: "data/outbox".to_owned(),
            },
            approval: ApprovalMode::Ask,
            hold: std::env::var("PREVIEW_HOLD").is_ok(),
            version: "preview".to_owned(),
            language: None,
            page_language: None,
            single_keys_off: false,
            first_run: None,
        }
    }

    fn drill(&self) -> Vec<OfferedFault> {
        let offered = |fault| OfferedFault {
            fault,
            is_on: fault == Fault::Mail,
        };
        Fault::ALL.map(offered).into()
    }

    fn cause(&self, _: Fault) -> Result<(), AgentError> {
        Ok(())
    }

    fn resolve_time(&self, words: &TimeWords) -> Result<SendWish, AgentError> {
        Err(AgentError::bad_input(
            "text",
            format!("The preview does not read times: {}", words.text),
        ))
    }

    async fn start(&self, _request: StartRequest) -> Result<Started, AgentError> {
        let count = u8::try_from(self.emails().len()).unwrap_or(31);
        let mut bytes = [count; 26];
        bytes[0] = 31;
        let id = EmailId::from_random(bytes);
        let mut view = sample(id.clone(), Stage::New);
        view.version = 0;
        view.email = Email::default();
        view.versions.clear();
        view.conversation.clear();
        view.warnings.clear();
        self.emails().insert(id.clone(), view);
        Ok(Started { id })
    }

    async fn describe(&self, id: EmailId, known: Option<Revision>) -> Result<Poll, AgentError> {
        let emails = self.emails();
        let view = emails.get(&id).ok_or_else(AgentError::not_found)?;
        if known == Some(view.revision) {
            return Ok(Poll::Unchanged {
                revision: view.revision,
                waiting: None,
            });
        }
        let mut view = view.clone();
        view.now = now();
        Ok(Poll::Changed {
            view: Box::new(view),
        })
    }

    async fn timeline(&self, id: EmailId) -> Result<Timeline, AgentError> {
        let emails = self.emails();
        let view = emails.get(&id).ok_or_else(AgentError::not_found)?;
        let steps = view
            .conversation
            .iter()
            .zip(1..)
            .map(|(turn, number)| Step {
                number,
                at: turn.at,
                when: "Tue 24 Nov 2026, 09:00:02 (Europe/Lisbon)".to_owned(),
                who: turn.speaker,
                mood: if turn.failed { Mood::Bad } else { Mood::Quiet },
                version: 0,
                text: turn.text.clone(),
                more: vec!["Something beyond that.".to_owned()],
            });
        Ok(Timeline {
            revision: view.revision,
            is_cut: false,
            steps: steps.collect(),
            details: format!("Email: {id}"),
        })
    }

    async fn send_request(&self, id: EmailId, request: NewRequest) -> Result<Accepted, AgentError> {
        if request.text.contains("fail") {
            return Err(AgentError::unavailable(
                "The preview pretends to be out of reach.",
            ));
        }
        self.change(&id, |view| {
            view.request_draft = RequestDraft {
                text: String::new(),
                sequence: request.draft_sequence,
                saved_at: None,
            };
            view.queue.push(QueuedRequest {
                key: request.key,
                text: request.text,
                at: now(),
                in_work: view.queue.is_empty(),
            });
            view.stage = Stage::Working { since: now() };
            Ok(())
        })?;
        self.later(&id, 3, |view| {
            let request = view.queue.remove(0);
            if let Some(next) = view.queue.first_mut() {
                next.in_work = true;
            }
            say(view, Speaker::You, &request.text, &[]);
            say(
                view,
                Speaker::Agent,
                "I wrote a first draft and set the time to tomorrow at 09:00.",
                &["to", "subject", "body", "send_at"],
            );
            let email = thank_you();
            new_version(view, Author::Agent, email);
            view.stage = Stage::ReadyToApprove;
        });
        self.accepted(id)
    }

    async fn save_draft(&self, id: EmailId, note: DraftNote) -> Result<DraftSaved, AgentError> {
        let saved_at = now();
        self.change(&id, |view| {
            if note.sequence > view.request_draft.sequence {
                view.request_draft = RequestDraft {
                    text: note.text,
                    sequence: note.sequence,
                    saved_at: Some(saved_at),
                };
            }
            Ok(DraftSaved {
                sequence: view.request_draft.sequence,
                saved_at,
            })
        })
    }

    async fn command(&self, id: EmailId, request: CommandRequest) -> Result<Accepted, AgentError> {
        let undo = now() + TimeDelta::seconds(10);
        self.change(&id, |view| {
            view.stage = match request.command.clone() {
                Command::Approve { version } => Stage::Scheduled {
                    schedule: schedule(
                        version,
                        now() + TimeDelta::minutes(800),
                        view.email.send_at.clone(),
                    ),
                },
                Command::SendNow { version } => Stage::UndoWindow {
                    schedule: schedule(version, undo, None),
                },
                Command::Unschedule => Stage::Draft,
                Command::TryNow | Command::TryAgain | Command::Resume => Stage::Sending,
                Command::Settle { .. } => Stage::Sent {
                    proof: proof(Some(true)),
                },
                Command::StopTurn { .. } => {
                    view.queue.clear();
                    Stage::NeedsAnswer
                }
                Command::Cancel => Stage::Canceled,
                Command::Restore { version } => {
                    let email = view
                        .versions
                        .iter()
                        .find(|old| old.version == version)
                        .map(|old| old.email.clone());
                    new_version(view, Author::You, email.unwrap_or_default());
                    Stage::ReadyToApprove
                }
                Command::Edit { base, edit, .. } => {
                    if base != view.version {
                        return Err(AgentError::new(
                            ErrorCode::Conflict,
                            "Somebody changed this email meanwhile.",
                        ));
                    }
                    let email = edited(view.email.clone(), *edit);
                    new_version(view, Author::You, email);
                    if view.email.send_at.is_some() {
                        Stage::ReadyToApprove
                    } else {
                        Stage::Draft
                    }
                }
            };
            Ok(())
        })?;
        if let Command::SendNow { .. } = request.command {
            self.later(&id, 10, |view| {
                if matches!(view.stage, Stage::UndoWindow { .. }) {
                    view.stage = Stage::Sent {
                        proof: proof(Some(true)),
                    };
                }
            });
        }
        self.accepted(id)
    }

    async fn attach(&self, id: EmailId, request: AttachRequest) -> Result<Accepted, AgentError> {
        self.change(&id, |view| {
            let mut email = view.email.clone();
            for file in request.files {
                let number = u8::try_from(email.attachments.len()).unwrap_or(31);
                let size_bytes = file.bytes.len().try_into().unwrap_or(u64::MAX);
                let name = file.name.as_str();
                email
                    .attachments
                    .push(Attachment::example(number, name, size_bytes));
            }
            new_version(view, Author::You, email);
            Ok(())
        })?;
        self.accepted(id)
    }

    async fn file(&self, _id: EmailId, _file: FileId) -> Result<FileContent, AgentError> {
        Err(AgentError::not_found())
    }

    async fn message(&self, _id: EmailId) -> Result<Vec<u8>, AgentError> {
        Err(AgentError::not_found())
    }

    async fn remove_request(&self, id: EmailId, removal: Removal) -> Result<Accepted, AgentError> {
        self.change(&id, |view| {
            view.queue
                .retain(|request| request.in_work || request.key != removal.key);
            Ok(())
        })?;
        self.accepted(id)
    }

    async fn read_back(
        &self,
        id: EmailId,
        request: ReadBackRequest,
    ) -> Result<Accepted, AgentError> {
        self.change(&id, |view| {
            view.reading = Some(Reading {
                version: request.version,
                language: request.language,
                text: "Thank you for the dinner.".to_owned(),
                failed: false,
            });
            Ok(())
        })?;
        self.accepted(id)
    }

    async fn compare(
        &self,
        id: EmailId,
        request: CompareRequest,
    ) -> Result<Comparison, AgentError> {
        let emails = self.emails();
        let view = emails.get(&id).ok_or_else(AgentError::not_found)?;
        let subject = |version| {
            view.versions
                .iter()
                .find(|kept| kept.version == version)
                .map_or_else(String::new, |kept| kept.email.subject.to_string())
        };
        let piece = |kind, version| Piece {
            kind,
            text: subject(version),
        };
        Ok(Comparison {
            from: request.from,
            to: request.to,
            author: Author::Agent,
            fields: vec![FieldDiff {
                field: "subject".to_owned(),
                pieces: vec![
                    piece(PieceKind::Removed, request.from),
                    piece(PieceKind::Added, request.to),
                ],
            }],
        })
    }

    async fn list(&self, query: ListQuery) -> Result<EmailList, AgentError> {
        // For a look at the empty list.
        if std::env::var("PREVIEW_EMPTY").is_ok() {
            return Ok(EmailList::default());
        }
        let stages = query.show.stages();
        let emails = self
            .emails()
            .values()
            .map(|view| EmailSummary {
                id: view.id.clone(),
                change: view.revision,
                stage: view.stage.kind(),
                name: String::new(),
                to: view
                    .email
                    .to
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
                    .join(", "),
                title: view.email.subject.as_str().to_owned(),
                send_at: view.email.send_at.clone(),
                changed_at: view.started_at,
                pinned: false,
                archived: false,
                deleted: false,
            })
            .filter(|row| stages.is_none_or(|stages| stages.contains(&row.stage)))
            .filter(|row| row.title.contains(&query.search) || row.to.contains(&query.search))
            .collect();
        Ok(EmailList {
            emails,
            next: None,
            erase_after_days: 7,
        })
    }

    async fn safety(&self) -> Result<Safety, AgentError> {
        Ok(Safety::default())
    }

    async fn save_safety(&self, safety: Safety) -> Result<Safety, AgentError> {
        safety.checked()
    }

    async fn on_hold(&self) -> Result<OnHold, AgentError> {
        Ok(OnHold {
            late: 1,
            ..OnHold::default()
        })
    }

    async fn retention(&self) -> Result<Retention, AgentError> {
        Ok(Retention::default())
    }

    async fn save_retention(&self, retention: Retention) -> Result<Retention, AgentError> {
        Ok(retention)
    }

    async fn every_email(&self) -> Result<Vec<EmailId>, AgentError> {
        Ok(self.emails().keys().cloned().collect())
    }

    async fn erase_everything(&self) -> Result<Erased, AgentError> {
        Ok(Erased::default())
    }

    async fn release(&self, _why: HoldReason) -> Result<Released, AgentError> {
        Ok(Released { emails: 1 })
    }

    async fn arrange(&self, id: EmailId, change: Arrange) -> Result<(), AgentError> {
        // Deleting shows; the rest is not kept here.
        if matches!(change, Arrange::Delete | Arrange::Erase) {
            self.emails().remove(&id);
        }
        Ok(())
    }

    async fn duplicate(&self, id: EmailId, key: IdempotencyKey) -> Result<Started, AgentError> {
        let email = self.emails().get(&id).map(|view| view.email.clone());
        let email = email.ok_or_else(AgentError::not_found)?;
        let time_zone = "UTC".to_owned();
        let started = self.start(StartRequest { key, time_zone }).await?;
        self.change(&started.id, |view| {
            new_version(view, Author::You, email);
            view.stage = Stage::Draft;
            Ok(())
        })?;
        Ok(started)
    }

    async fn contacts(&self, query: ContactQuery) -> Result<Contacts, AgentError> {
        let search = query.search.to_lowercase();
        let contacts: Vec<Contact> = ["Ana Souza <ana@example.com>", "Ana Lima <lima@example.com>"]
            .iter()
            .filter(|one| one.to_lowercase().contains(&search))
            .filter_map(|one| {
                Some(Contact {
                    recipient: one.parse().ok()?,
                    source: ContactSource::Sent,
                    first_used: Some(now()),
                    last_used: Some(now()),
                    times_used: 1,
                })
            })
            .collect();
        Ok(Contacts {
            contacts,
            next: None,
            book: BOOK,
        })
    }

    async fn save_contact(&self, _contact: SaveContact) -> Result<ContactBook, AgentError> {
        Ok(BOOK)
    }

    async fn erase_contact(&self, _address: Recipient) -> Result<ContactBook, AgentError> {
        Ok(BOOK)
    }

    async fn erase_contacts(&self) -> Result<ContactBook, AgentError> {
        Ok(BOOK)
    }

    async fn remember_contacts(&self, _on: bool) -> Result<ContactBook, AgentError> {
        Ok(BOOK)
    }
}

fn now() -> DateTime<Utc> {
    std::time::SystemTime::now().into()
}

fn edited(mut email: Email, edit: EmailEdit) -> Email {
    let send_at = edit.send_at.map(|wall| SendWish {
        instant: wall.local.and_utc(),
        offset_minutes: 0,
        wall,
        note: None,
    });
    email.to = edit.to.unwrap_or(email.to);
    email.cc = edit.cc.unwrap_or(email.cc);
    email.bcc = edit.bcc.unwrap_or(email.bcc);
    email.subject = edit.subject.unwrap_or(email.subject);
    email.body = edit.body.unwrap_or(email.body);
    email
        .attachments
        .retain(|file| !edit.detach.contains(&file.id));
    email.send_at = if edit.clear_send_at {
        None
    } else {
        send_at.or(email.send_at)
    };
    email
}

fn new_version(view: &mut EmailView, author: Author, email: Email) {
    view.version += 1;
    view.email = email.clone();
    view.versions.push(EmailVersion {
        version: view.version,
        author,
        at: now(),
        changed: vec!["subject".to_owned(), "body".to_owned()],
        email,
    });
}

fn say(view: &mut EmailView, speaker: Speaker, text: &str, changed: &[&str]) {
    let number = u32::try_from(view.conversation.len()).unwrap_or(0);
    let changed: Vec<_> = changed.iter().map(ToString::to_string).collect();
    view.conversation.push(Turn {
        number,
        speaker,
        text: text.to_owned(),
        at: now(),
        version: (!changed.is_empty()).then_some(view.version + 1),
        changed,
        failed: false,
        unanswered: false,
        usage: None,
    });
}

fn schedule(version: Version, due: DateTime<Utc>, wish: Option<SendWish>) -> Schedule {
    Schedule {
        version,
        due,
        wish,
        message_id: "<preview@example.com>".to_owned(),
    }
}

fn proof(accepted: Option<bool>) -> Proof {
    Proof {
        version: 2,
        message_id: "<preview@example.com>".to_owned(),
        at: now(),
        results: thank_you()
            .to
            .into_iter()
            .map(|recipient| RecipientResult {
                recipient,
                accepted,
                answer: "250 2.0.0 OK".to_owned(),
            })
            .collect(),
    }
}

fn thank_you() -> Email {
    Email {
        to: vec!["Ana Souza <ana@example.com>".parse().unwrap_or_else(|_| unreachable!("a constant"))],
        subject: HeaderText::from_untrusted("Obrigada pelo jantar"),
        body: "Querida Ana,\n\nmuito obrigada pelo jantar de ontem — a conversa, a comida, tudo.\nVamos repetir em breve?\n\nUm abraço,\nMaria".to_owned(),
        send_at: Some(SendWish {
            wall: WallTime { local: "2026-11-24T09:00:00".parse().unwrap_or_else(|_| unreachable!("a constant")), zone: "Europe/Lisbon".to_owned() },
            instant: "2026-11-24T09:00:00Z".parse().unwrap_or_else(|_| unreachable!("a constant")),
            offset_minutes: 0,
            note: None,
        }),
        ..Email::default()
    }
}

fn every_stage() -> Vec<Stage> {
    let now = now();
    let mut partly = proof(Some(true));
    partly.results.push(RecipientResult {
        recipient: "bo@example.com"
            .parse()
            .unwrap_or_else(|_| unreachable!("a constant")),
        accepted: Some(false),
        answer: "550 5.1.1 No such user".to_owned(),
    });
    vec![
        Stage::New,
        Stage::Working { since: now },
        Stage::NeedsAnswer,
        Stage::Draft,
        Stage::ReadyToApprove,
        Stage::Scheduled { schedule: schedule(2, now + TimeDelta::minutes(800), None) },
        Stage::UndoWindow { schedule: schedule(2, now + TimeDelta::minutes(8), None) },
        Stage::Sending,
        Stage::Retrying {
            retrying: Retrying {
                attempts: 3,
                reason: "The mail server is busy (451).".to_owned(),
                next_at: now + TimeDelta::minutes(5),
                until: now + TimeDelta::days(1),
            },
        },
        Stage::Held {
            held: Held {
                why: HoldReason::Late,
                schedule: schedule(2, now - TimeDelta::minutes(200), thank_you().send_at),
                since: now,
                until: None,
            },
        },
        Stage::Sent { proof: proof(Some(true)) },
        Stage::PartlySent { proof: partly },
        Stage::Unsure { reason: "The connection broke after the message was handed over.".to_owned(), proof: proof(None) },
        Stage::NotSent { reason: "The mail server refused the password: check it in the settings, then press Try again.".to_owned() },
        Stage::Canceled,
    ]
}

fn sample(id: EmailId, stage: Stage) -> EmailView {
    let mut view = EmailView {
        id,
        revision: 1,
        stage,
        command_pending: false,
        version: 0,
        email: Email::default(),
        language: Some("pt".to_owned()),
        reading: None,
        versions: Vec::new(),
        conversation: Vec::new(),
        queue: Vec::new(),
        request_draft: RequestDraft::default(),
        warnings: Vec::new(),
        choices: Vec::new(),
        new_recipients: Vec::new(),
        usage: None,
        waiting: None,
        time_zone: "Europe/Lisbon".to_owned(),
        started_at: now(),
        now: now(),
    };
    if matches!(view.stage, Stage::New) {
        return view;
    }
    say(
        &mut view,
        Speaker::You,
        "Thank Ana for the dinner, in Portuguese, tomorrow at 9",
        &[],
    );
    if matches!(view.stage, Stage::NeedsAnswer) {
        say(
            &mut view,
            Speaker::Agent,
            "You know two of that name. Which one do you mean?",
            &[],
        );
        let candidates = ["Ana Souza <ana@example.com>", "Ana Lima <lima@example.com>"];
        view.choices = vec![NameChoice {
            name: "Ana".to_owned(),
            candidates: candidates
                .iter()
                .filter_map(|one| one.parse().ok())
                .collect(),
        }];
        return view;
    }
    say(
        &mut view,
        Speaker::Agent,
        "Here is a first draft in Portuguese, set for tomorrow at 09:00.",
        &["to", "subject", "body", "send_at"],
    );
    let mut first = thank_you();
    first.subject = HeaderText::from_untrusted("Obrigada!");
    new_version(&mut view, Author::Agent, first);
    new_version(&mut view, Author::You, thank_you());
    match &view.stage {
        Stage::Working { .. } => {
            let request = |text: &str, in_work| QueuedRequest {
                key: format!("k{in_work}")
                    .parse()
                    .unwrap_or_else(|_| unreachable!("a constant")),
                text: text.to_owned(),
                at: now(),
                in_work,
            };
            view.queue = vec![
                request("Make it a little warmer", true),
                request("And add that I loved the fish", false),
            ];
        }
        Stage::Draft => view.email.send_at = None,
        Stage::ReadyToApprove => {
            view.new_recipients = vec!["ana@example.com".to_owned()];
            view.warnings = vec![Warning {
                field: "body".to_owned(),
                text: "There is a placeholder left: “[Your Name]”.".to_owned(),
                blocks: true,
            }];
        }
        Stage::Retrying { .. } => say(
            &mut view,
            Speaker::System,
            "The mail server answered 451, try again later.",
            &[],
        ),
        _ => {}
    }
    view
}
