//! An installation in a temporary folder: the real engine, the real worker and client, joined as in
//! the server; an assistant and a mailer that do what a test tells them.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use email_agent::{
    AssistantRetry, BackOff, Office, Settings,
    assistant::{
        Assistant, AssistantError, Operation, ReadBackInput, SendTime, TurnInput, TurnOutput,
    },
    drill::Drill,
    mailer::{Mailer, OutgoingMail, SendOutcome},
    service::AgentService,
};
use email_agent_api::{
    Accepted, AgentError, AssistantInfo, Command, CommandRequest, EmailAgent, EmailId,
    EmailSummary, EmailView, ErrorCode, IdempotencyKey, ListQuery, MailInfo, NewRequest, Poll,
    Recipient, RecipientResult, Safety, Show, StageKind, StartRequest,
};
use email_agent_store::Store;
use iwf::Client;
use tempfile::TempDir;

use super::engines::Running;

/// Far longer than anything here takes; only a test that fails waits so long.
const PATIENCE: Duration = Duration::from_mins(1);

/// What the assistant does next.
pub(crate) enum Say {
    Answer(TurnOutput),
    Temporary,
    Permanent,
    /// Never answers.
    Hang,
}

/// What the mail server does next.
pub(crate) enum Do {
    Accept,
    /// Refuses these addresses, takes the others.
    Refuse(&'static [&'static str]),
    Busy,
    NotToday,
    LoseTheAnswer,
    /// The program fails in the middle of the exchange.
    Die,
    /// Never answers.
    Hang,
}

#[derive(Default)]
pub(crate) struct Script {
    lines: Mutex<VecDeque<Say>>,
    heard: Mutex<Vec<TurnInput>>,
    readings: Mutex<VecDeque<Say>>,
    read: AtomicUsize,
    otherwise: Mutex<Option<Arc<dyn Assistant>>>,
}

impl Script {
    pub(crate) fn say(&self, lines: impl IntoIterator<Item = Say>) {
        self.lines.lock().unwrap().extend(lines);
    }
    /// Who answers after the last line.
    pub(crate) fn otherwise(&self, other: Arc<dyn Assistant>) {
        *self.otherwise.lock().unwrap() = Some(other);
    }
    /// What it says of drafts, in the replies of these answers.
    pub(crate) fn reads(&self, lines: impl IntoIterator<Item = Say>) {
        self.readings.lock().unwrap().extend(lines);
    }
    /// How often it was asked what a draft says.
    pub(crate) fn read(&self) -> usize {
        self.read.load(Ordering::Relaxed)
    }
    /// Drops the lines that nobody has asked for.
    pub(crate) fn forget(&self) {
        self.lines.lock().unwrap().clear();
    }
    pub(crate) fn heard(&self) -> Vec<TurnInput> {
        self.heard.lock().unwrap().clone()
    }
}

#[async_trait]
impl Assistant for Script {
    fn info(&self) -> AssistantInfo {
        AssistantInfo::Offline
    }
    async fn turn(&self, turn: &TurnInput) -> Result<TurnOutput, AssistantError> {
        self.heard.lock().unwrap().push(turn.clone());
        let line = self.lines.lock().unwrap().pop_front();
        let otherwise = self.otherwise.lock().unwrap().clone();
        match (line, otherwise) {
            (None, Some(other)) => other.turn(turn).await,
            (line, _) => line_of(line).await,
        }
    }
    fn reads_back(&self) -> bool {
        true
    }
    async fn read_back(&self, _: &ReadBackInput) -> Result<String, AssistantError> {
        self.read.fetch_add(1, Ordering::Relaxed);
        let line = self.readings.lock().unwrap().pop_front();
        line_of(line).await.map(|output| output.reply)
    }
}

async fn line_of(line: Option<Say>) -> Result<TurnOutput, AssistantError> {
    match line {
        Some(Say::Answer(output)) => Ok(output),
        Some(Say::Temporary) => Err(AssistantError::Temporary {
            message: "Busy.".to_owned(),
        }),
        Some(Say::Hang) => std::future::pending().await,
        Some(Say::Permanent) => Err(AssistantError::Permanent {
            message: "The key was refused.".to_owned(),
        }),
        None => Err(AssistantError::Permanent {
            message: "The script is over.".to_owned(),
        }),
    }
}

pub(crate) struct Post {
    sender: Recipient,
    lines: Mutex<VecDeque<Do>>,
    mails: Mutex<Vec<OutgoingMail>>,
}

impl Post {
    /// What comes next; after the last line everything is accepted.
    pub(crate) fn does(&self, lines: impl IntoIterator<Item = Do>) {
        self.lines.lock().unwrap().extend(lines);
    }
    /// Every mail that was handed over, accepted or not.
    pub(crate) fn mails(&self) -> Vec<OutgoingMail> {
        self.mails.lock().unwrap().clone()
    }
}

#[async_trait]
impl Mailer for Post {
    fn info(&self) -> MailInfo {
        MailInfo::Outbox {
            folder: "/nowhere".to_owned(),
        }
    }
    fn sender(&self) -> Recipient {
        self.sender.clone()
    }
    async fn send(&self, mail: &OutgoingMail) -> SendOutcome {
        self.mails.lock().unwrap().push(mail.clone());
        let results = |refused: &[&str]| -> Vec<RecipientResult> {
            let result = |recipient: &Recipient| {
                let accepted = !refused.contains(&recipient.address());
                RecipientResult {
                    recipient: recipient.clone(),
                    accepted: Some(accepted),
                    answer: String::new(),
                }
            };
            mail.recipients().into_iter().map(result).collect()
        };
        let line = self.lines.lock().unwrap().pop_front();
        match line {
            None | Some(Do::Accept) => SendOutcome::Accepted {
                results: results(&[]),
            },
            Some(Do::Refuse(refused)) => SendOutcome::Accepted {
                results: results(refused),
            },
            Some(Do::Busy) => SendOutcome::Refused {
                temporary: true,
                reason: "The mail server is busy (451).".to_owned(),
                results: vec![],
            },
            Some(Do::NotToday) => {
                SendOutcome::refused_for_good("The mail server refused the password (535).")
            }
            Some(Do::LoseTheAnswer) => SendOutcome::Unknown {
                reason: "The connection was lost.".to_owned(),
                results: vec![],
            },
            Some(Do::Die) => panic!("the mailer dies, as the test told it to"),
            Some(Do::Hang) => std::future::pending().await,
        }
    }
}

/// See the module.
pub(crate) struct House {
    pub(crate) agent: Arc<AgentService>,
    pub(crate) client: Client,
    pub(crate) store: Store,
    pub(crate) assistant: Arc<Script>,
    pub(crate) post: Arc<Post>,
    running: Option<Running>,
    settings: Settings,
    folder: Arc<TempDir>,
}

/// As people have it, but for waits that a test would notice.
pub(crate) fn quick() -> Settings {
    Settings {
        safety: undo_window(0),
        assistant_retry: AssistantRetry {
            attempts: 3,
            first_gap: Duration::from_secs(1),
        },
        back_off: BackOff {
            gaps: vec![Duration::from_secs(1)],
            give_up_after: Duration::from_hours(1),
        },
        ..Settings::default()
    }
}

/// As people have it, but for the time in which "Send now" can be undone.
pub(crate) fn undo_window(undo_seconds: u32) -> Safety {
    Safety {
        undo_seconds,
        ..Safety::default()
    }
}

impl House {
    pub(crate) async fn new() -> Self {
        Self::with(quick()).await
    }

    pub(crate) async fn with(settings: Settings) -> Self {
        Self::on(settings, tempfile::tempdir().unwrap()).await
    }

    /// On what is in this folder.
    pub(crate) async fn on(settings: Settings, folder: TempDir) -> Self {
        let post = Post {
            sender: "me@example.org".parse().unwrap(),
            lines: Mutex::default(),
            mails: Mutex::default(),
        };
        let (folder, post) = (Arc::new(folder), Arc::new(post));
        Self::open(settings, folder, None, Arc::default(), post).await
    }

    async fn open(
        settings: Settings,
        folder: Arc<TempDir>,
        before: Option<SocketAddr>,
        assistant: Arc<Script>,
        post: Arc<Post>,
    ) -> Self {
        let store = Store::open(&folder.path().join("app.db")).unwrap();
        let office = Office {
            assistant: assistant.clone(),
            mailer: post.clone(),
            settings: settings.clone().into(),
            files: Arc::new(store.clone()),
            drill: Drill::default(),
            store,
        };
        let registry = email_agent::registry(office.clone()).unwrap();
        let (running, client) = Running::open(folder.path(), before, Arc::new(registry)).await;
        let store = office.store.clone();
        let agent = AgentService::new(client.clone(), office, &"secret".into());
        let agent = match running.worker() {
            Some(worker) => agent.with_worker(worker),
            None => agent,
        };
        Self {
            agent: Arc::new(agent),
            client,
            store,
            running: Some(running),
            assistant,
            post,
            settings,
            folder,
        }
    }

    /// Another process of the same installation, with a catalogue of its own that is still empty.
    pub(crate) fn neighbour(&self) -> AgentService {
        let store = Store::in_memory().unwrap();
        let office = Office {
            assistant: self.assistant.clone(),
            mailer: self.post.clone(),
            settings: self.settings.clone().into(),
            files: Arc::new(store.clone()),
            drill: Drill::default(),
            store,
        };
        AgentService::new(self.client.clone(), office, &"secret".into())
    }

    /// The rows of one part of the list, without those of other tests on a server of its own.
    pub(crate) async fn rows(&self, show: Show, search: &str) -> Vec<EmailSummary> {
        let mut query = ListQuery {
            show,
            search: search.to_owned(),
            page: None,
        };
        let mut rows = Vec::new();
        loop {
            let page = self.agent.list(query.clone()).await.unwrap();
            rows.extend(page.emails);
            match page.next {
                Some(next) => query.page = Some(next),
                None => return rows,
            }
        }
    }

    /// Looks until the list shows the email as it should be.
    pub(crate) async fn until_listed(
        &self,
        id: &EmailId,
        what: &str,
        is_so: impl Fn(&EmailSummary) -> bool,
    ) -> EmailSummary {
        let begun = std::time::Instant::now();
        loop {
            let rows = self.rows(Show::All, "").await;
            let row = rows.into_iter().find(|row| row.id == *id);
            if let Some(row) = row.clone().filter(|row| is_so(row)) {
                return row;
            }
            assert!(
                begun.elapsed() < PATIENCE,
                "the list never shows: {what}; it is {row:?}"
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// The program ends, giving what is in flight no time, and starts again.
    pub(crate) async fn restart(mut self) -> Self {
        let before = match self.running.take() {
            Some(running) => running.kill().await,
            None => None,
        };
        let (settings, folder) = (self.settings.clone(), Arc::clone(&self.folder));
        let (assistant, post) = (Arc::clone(&self.assistant), Arc::clone(&self.post));
        drop(self);
        Self::open(settings, folder, before, assistant, post).await
    }

    pub(crate) async fn start(&self) -> EmailId {
        let request = StartRequest {
            key: key(),
            time_zone: "Europe/Lisbon".to_owned(),
        };
        self.agent.start(request).await.unwrap().id
    }

    pub(crate) async fn ask(&self, id: &EmailId, text: &str) -> IdempotencyKey {
        let request = request(text);
        let key = request.key.clone();
        self.agent.send_request(id.clone(), request).await.unwrap();
        key
    }

    pub(crate) async fn press(
        &self,
        id: &EmailId,
        command: Command,
    ) -> Result<Accepted, AgentError> {
        self.agent
            .command(
                id.clone(),
                CommandRequest {
                    key: key(),
                    command,
                },
            )
            .await
    }

    pub(crate) async fn view(&self, id: &EmailId) -> EmailView {
        let begun = std::time::Instant::now();
        loop {
            match self.agent.describe(id.clone(), None).await {
                Ok(Poll::Changed { view }) => return *view,
                Ok(Poll::Unchanged { .. }) => panic!("nothing was known"),
                // A server that many tests share may be slow; a page would look again as well.
                Err(error) => assert!(
                    error.code == ErrorCode::Unavailable && begun.elapsed() < PATIENCE,
                    "{error}"
                ),
            }
        }
    }

    /// Looks until the email is as it should be.
    pub(crate) async fn until(
        &self,
        id: &EmailId,
        what: &str,
        is_so: impl Fn(&EmailView) -> bool,
    ) -> EmailView {
        let begun = std::time::Instant::now();
        loop {
            let view = self.view(id).await;
            if is_so(&view) {
                return view;
            }
            assert!(
                begun.elapsed() < PATIENCE,
                "never came to be: {what}; it is {:?} {:#?}",
                view.stage,
                view.conversation
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Looks until the assistant has been asked so often.
    pub(crate) async fn until_heard(&self, times: usize) {
        let begun = std::time::Instant::now();
        while self.assistant.heard().len() < times {
            assert!(begun.elapsed() < PATIENCE, "the assistant was never asked");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Looks until the email has this stage and nothing is pending.
    pub(crate) async fn stage(&self, id: &EmailId, stage: StageKind) -> EmailView {
        self.until(id, &format!("{stage:?}"), |view| {
            view.stage.kind() == stage && !view.command_pending
        })
        .await
    }

    /// A complete draft, ready to approve.
    pub(crate) async fn drafted(&self) -> EmailId {
        let id = self.start().await;
        self.assistant
            .say([Say::Answer(draft("Obrigado pela conversa!", 3_600))]);
        self.ask(&id, "thank ana@example.com").await;
        self.stage(&id, StageKind::ReadyToApprove).await;
        id
    }

    pub(crate) async fn send_now(&self, id: &EmailId) {
        let version = self.view(id).await.version;
        self.press(id, Command::SendNow { version }).await.unwrap();
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            running.leave();
        }
    }
}

pub(crate) fn key() -> IdempotencyKey {
    format!("{:032x}", rand::random::<u128>()).parse().unwrap()
}

pub(crate) fn request(text: &str) -> NewRequest {
    NewRequest {
        key: key(),
        text: text.to_owned(),
        time_zone: "Europe/Lisbon".to_owned(),
        draft_sequence: 0,
    }
}

/// An answer that writes a whole email, to leave so many seconds from now.
pub(crate) fn draft(body: &str, seconds: u64) -> TurnOutput {
    TurnOutput {
        reply: "Here is a draft.".to_owned(),
        operations: vec![
            Operation::SetTo(vec!["ana@example.com".to_owned()]),
            Operation::SetSubject("Obrigado".to_owned()),
            Operation::SetBody(body.to_owned()),
            Operation::SetSendTime(SendTime::After { seconds }),
        ],
        response_id: Some(format!("resp-{body}")),
        ..TurnOutput::default()
    }
}

/// An answer that changes the body.
pub(crate) fn rewrite(body: &str) -> TurnOutput {
    TurnOutput {
        reply: "Changed.".to_owned(),
        operations: vec![Operation::SetBody(body.to_owned())],
        ..TurnOutput::default()
    }
}
