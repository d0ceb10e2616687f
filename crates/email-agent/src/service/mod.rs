//! The door that pages and scripts use: [`EmailAgent`] over the workflow's RPCs.
//!
//! Works against any iWF server, embedded or not, through [`iwf::Client`]. It holds no state; what it
//! answers `Ok` to is committed. Errors of the client become errors for people here, and nowhere else.

mod arrange;
mod attempts;
mod catalogue;
mod compare;
mod contacts;
mod drill;
mod everything;
mod failure;
mod files;
mod id;
mod keep;
mod list;
mod message;
mod resolve_time;
pub mod retention;
pub mod safety;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use chrono::Utc;
use email_agent_api::{
    Accepted, AgentError, AppInfo, Arrange, AttachRequest, Command, CommandRequest, CompareRequest,
    Comparison, ContactBook, ContactQuery, Contacts, DraftNote, DraftSaved, EmailAgent, EmailId,
    EmailList, Erased, Fault, FileContent, FileId, HoldReason, IdempotencyKey, ListQuery,
    NewRequest, OfferedFault, OnHold, Poll, ReadBackRequest, Recipient, Released, Removal,
    Retention, Revision, Safety, SaveContact, SendWish, StartRequest, Started, TimeWords, Timeline,
};
use iwf::{ApiError, Client, Contains, Contract, IdReuse, Rpc, StartOptions, State, WorkflowRef};
use secrecy::SecretString;

pub use self::attempts::{Attempts, FailedAttempt};
use self::{
    attempts::NothingSeen,
    catalogue::Catalogue,
    failure::{of_read, of_start},
    id::IdMaker,
    keep::goes_on,
};
use crate::{
    Office,
    book::Book,
    desk::{Desk, Note, Shown},
    drill::WorkerDrill,
    email::versions,
    readings::Readings,
    times,
    workflow::{
        CONVERSATION, DESK, Describe, Described, EmailAgentWorkflow, Owed, PressButton, REQUESTS,
        ReadBack, ReadTimeline, RemoveRequest, SUMMARY, SaveDraft, SendRequest, StartInput, Told,
        TurnState, VERSIONS,
    },
};

/// How long a call waits for the moments in which a state takes something up. On a busy server on
/// Temporal such a moment has been seen to last seconds.
const LOCK_PATIENCE: Duration = Duration::from_secs(8);
/// How often a call that changes something is made in all, and the pause in between.
const CALLS_MAX: u32 = 3;
const GAP: Duration = Duration::from_millis(200);

/// See the module.
pub struct AgentService {
    client: Client,
    office: Office,
    catalogue: Catalogue,
    ids: IdMaker,
    saving_safety: tokio::sync::Mutex<()>,
    saving_retention: tokio::sync::Mutex<()>,
    erasing_all: tokio::sync::Mutex<()>,
    attempts: Arc<dyn Attempts>,
    worker: Option<Arc<dyn WorkerDrill>>,
}

impl AgentService {
    /// `secret` belongs to the installation and stays the same: with it, the same start key leads to
    /// the same email, and nobody else can tell which.
    #[must_use]
    pub fn new(client: Client, office: Office, secret: &SecretString) -> Self {
        let client = client.lock_patience(LOCK_PATIENCE);
        Self {
            catalogue: Catalogue {
                client: client.clone(),
                store: office.store.clone(),
            },
            client,
            office,
            ids: IdMaker::new(secret),
            saving_safety: tokio::sync::Mutex::default(),
            saving_retention: tokio::sync::Mutex::default(),
            erasing_all: tokio::sync::Mutex::default(),
            attempts: Arc::new(NothingSeen),
            worker: None,
        }
    }

    /// The zone of the person's clock: the one they have set, or that of the device.
    fn zone(&self, of_the_device: String) -> String {
        let settings = self.office.settings.now();
        match settings.you.time_zone.present() {
            Some(own) => own.to_owned(),
            None => of_the_device,
        }
    }

    /// Begins the workflow of an email with this desk. The same key again is the same email, and
    /// changes nothing.
    async fn begin(&self, key: &IdempotencyKey, desk: Desk) -> Result<Started, AgentError> {
        let id = self.ids.of(key);
        let shown = Shown {
            desk: &desk,
            book: &Book::default(),
            draft: String::new(),
            note: &Note::default(),
            readings: &Readings::default(),
        };
        let entry = shown.entry(id.clone());
        let input = StartInput {
            time_zone: desk.record.time_zone.clone(),
            approval: desk.record.approval,
        };
        let mut options = StartOptions::new()
            .id_reuse(IdReuse::Never)
            .request_id(key.as_str())
            .data(SUMMARY, desk.summary());
        if !desk.versions.is_empty() {
            options = options
                .data(VERSIONS, desk.versions)
                .data(CONVERSATION, desk.conversation);
        }
        // The desk is there from the first moment on, so that nobody has to wait for the first state.
        let options = options.data(DESK, desk.record);
        self.client
            .start::<EmailAgentWorkflow>(id.as_str(), input, options)
            .await
            .map_err(|error| of_start(&error))?;
        if let Err(error) = self.office.store.catalogue(entry).await {
            tracing::warn!(%error, "a new email is not in the list yet; it will be repaired");
        }
        Ok(Started { id })
    }

    /// The same, with a look into the engine: pages then tell why a step takes long.
    #[must_use]
    pub fn with_attempts(self, attempts: Arc<dyn Attempts>) -> Self {
        Self { attempts, ..self }
    }

    /// The same, with the worker in reach of the fault drill.
    #[must_use]
    pub fn with_worker(self, worker: Arc<dyn WorkerDrill>) -> Self {
        Self {
            worker: Some(worker),
            ..self
        }
    }

    /// Why what this email owes takes long, if the engine can tell.
    async fn waiting(&self, id: &EmailId, owed: Owed) -> Option<String> {
        let failed = self.attempts.failed(id.as_str(), owed.states()).await?;
        // Only the assistant is ever given up on.
        let attempts_max = (failed.state_id == TurnState::ID)
            .then(|| self.office.settings.now().assistant_retry.attempts);
        Some(attempts::sentence(&failed, attempts_max, Utc::now()))
    }

    fn email(&self, id: &EmailId) -> WorkflowRef<EmailAgentWorkflow> {
        self.client.workflow(id.as_str())
    }

    /// Calls an RPC that changes something. All of them may be repeated, by key or by number, so a
    /// server in trouble, or one that lost the answer because the email ended meanwhile (iWF on
    /// Temporal answers 500 then), is asked again; what is true now comes out.
    async fn change<R, I>(&self, id: &EmailId, message: R) -> Result<R::Output, ApiError>
    where
        R: Rpc<Contract = EmailAgentWorkflow> + Clone,
        <EmailAgentWorkflow as Contract>::Rpcs: Contains<R, I>,
    {
        let mut calls_left = CALLS_MAX;
        loop {
            calls_left -= 1;
            match self.email(id).call(message.clone()).await {
                Err(ApiError::Server { .. } | ApiError::OutcomeUnknown(_)) if calls_left > 0 => {
                    tokio::time::sleep(GAP.mul_f64(rand::random_range(0.5..=1.0))).await;
                }
                answer => return answer,
            }
        }
    }

    /// The answer of a call that accepts something under a key. Whoever repeats a call is told what
    /// the first one was told, even when the email has ended meanwhile and can only be read.
    async fn accepted(
        &self,
        id: &EmailId,
        key: &IdempotencyKey,
        answer: Result<Result<Accepted, AgentError>, ApiError>,
    ) -> Result<Accepted, AgentError> {
        let Err(ApiError::NotFound) = answer else {
            return self.changed(id, answer).await;
        };
        let book = self.email(id).read(REQUESTS).await;
        let book = book.map_err(|error| of_read(id, &error))?;
        let known = book.and_then(|book| book.answer_to(key));
        known.map_or_else(
            || Err(failure::ended()),
            |revision| {
                let id = id.clone();
                Ok(Accepted { id, revision })
            },
        )
    }

    /// The answer of another call that changes something. A workflow that cannot be written to has
    /// ended, or was never there.
    async fn changed<T>(
        &self,
        id: &EmailId,
        answer: Result<Result<T, AgentError>, ApiError>,
    ) -> Result<T, AgentError> {
        match answer {
            Ok(answer) => answer,
            Err(ApiError::NotFound) => match self.email(id).describe().await {
                Ok(_) => Err(failure::ended()),
                Err(error) => Err(of_read(id, &error)),
            },
            Err(error) => Err(of_read(id, &error)),
        }
    }
}

#[async_trait]
impl EmailAgent for AgentService {
    fn info(&self) -> AppInfo {
        self.office.info()
    }

    fn resolve_time(&self, words: &TimeWords) -> Result<SendWish, AgentError> {
        resolve_time::resolve(words, Utc::now())
    }

    async fn start(&self, request: StartRequest) -> Result<Started, AgentError> {
        let zone = times::zone(&self.zone(request.time_zone))
            .map_err(|problem| AgentError::bad_input("time_zone", problem.to_string()))?;
        let approval = self.office.settings.now().approval;
        let desk = Desk::new(approval, zone.name().to_owned(), Utc::now());
        self.begin(&request.key, desk).await
    }

    async fn describe(&self, id: EmailId, known: Option<Revision>) -> Result<Poll, AgentError> {
        let answer = self.email(&id).call(Describe(known)).await;
        let Described { mut poll, owed } = answer.map_err(|error| of_read(&id, &error))?;
        if let Some(owed) = owed {
            let why = self.waiting(&id, owed).await;
            match &mut poll {
                Poll::Unchanged { waiting, .. } => *waiting = why,
                Poll::Changed { view } => view.waiting = why,
            }
        }
        if let Poll::Changed { view } = &mut poll {
            self.must_not_be_erased(&id).await?;
            contacts::introduce(&self.office, view).await;
        }
        Ok(poll)
    }

    async fn timeline(&self, id: EmailId) -> Result<Timeline, AgentError> {
        self.must_not_be_erased(&id).await?;
        let answer = self.email(&id).call(ReadTimeline {}).await;
        let Told { mut timeline, owed } = answer.map_err(|error| of_read(&id, &error))?;
        if let Some(owed) = owed
            && let Some(why) = self.waiting(&id, owed).await
        {
            attempts::tell(&mut timeline, why);
        }
        Ok(timeline)
    }

    async fn send_request(
        &self,
        id: EmailId,
        mut request: NewRequest,
    ) -> Result<Accepted, AgentError> {
        request.time_zone = self.zone(request.time_zone);
        let key = request.key.clone();
        let answer = self.change(&id, SendRequest(request)).await;
        let accepted = self.accepted(&id, &key, answer).await?;
        self.noted(&id, true).await;
        Ok(accepted)
    }

    async fn save_draft(&self, id: EmailId, note: DraftNote) -> Result<DraftSaved, AgentError> {
        let answer = self.change(&id, SaveDraft(note)).await;
        self.changed(&id, answer).await
    }

    async fn command(&self, id: EmailId, request: CommandRequest) -> Result<Accepted, AgentError> {
        // A name without bytes would only be found out when the email is to leave.
        if matches!(&request.command, Command::Edit { edit, .. } if !edit.attach.is_empty()) {
            return Err(AgentError::bad_input(
                "attach",
                "Files are attached with the call `attach`, which brings their bytes. Nothing was changed.",
            ));
        }
        let key = request.key.clone();
        let goes_on = goes_on(&request.command);
        let answer = self.change(&id, PressButton(request)).await;
        let accepted = self.accepted(&id, &key, answer).await?;
        self.noted(&id, goes_on).await;
        Ok(accepted)
    }

    async fn attach(&self, id: EmailId, request: AttachRequest) -> Result<Accepted, AgentError> {
        self.attach_files(id, request).await
    }

    async fn file(&self, id: EmailId, file: FileId) -> Result<FileContent, AgentError> {
        self.read_file(id, file).await
    }

    async fn message(&self, id: EmailId) -> Result<Vec<u8>, AgentError> {
        self.message_of(id).await
    }

    async fn read_back(
        &self,
        id: EmailId,
        request: ReadBackRequest,
    ) -> Result<Accepted, AgentError> {
        let key = request.key.clone();
        let answer = self.change(&id, ReadBack(request)).await;
        self.accepted(&id, &key, answer).await
    }

    async fn remove_request(&self, id: EmailId, removal: Removal) -> Result<Accepted, AgentError> {
        let answer = self.change(&id, RemoveRequest(removal)).await;
        let accepted = self.changed(&id, answer).await?;
        self.noted(&id, false).await;
        Ok(accepted)
    }

    async fn compare(
        &self,
        id: EmailId,
        request: CompareRequest,
    ) -> Result<Comparison, AgentError> {
        let versions = self.email(&id).read(VERSIONS).await;
        let versions = versions.map_err(|error| of_read(&id, &error))?;
        compare::of(versions.unwrap_or_default(), request).await
    }

    async fn list(&self, query: ListQuery) -> Result<EmailList, AgentError> {
        list::page(&self.office, query).await
    }

    async fn arrange(&self, id: EmailId, change: Arrange) -> Result<(), AgentError> {
        self.arrange_row(id, change).await
    }

    async fn duplicate(&self, id: EmailId, key: IdempotencyKey) -> Result<Started, AgentError> {
        self.must_not_be_erased(&id).await?;
        let original = self.email(&id);
        let record = original.read(DESK).await;
        let record = record.map_err(|error| of_read(&id, &error))?;
        let versions = original.read(VERSIONS).await;
        let versions = versions.map_err(|error| of_read(&id, &error))?;
        let email = versions::newest(&versions.unwrap_or_default()).1;
        let record = record.ok_or_else(AgentError::not_found)?;
        self.copy_files(&id, &self.ids.of(&key), &email).await?;
        let approval = self.office.settings.now().approval;
        self.begin(&key, Desk::copy(&record, email, approval, Utc::now()))
            .await
    }

    async fn safety(&self) -> Result<Safety, AgentError> {
        Ok(self.office.settings.now().safety.clone())
    }

    async fn save_safety(&self, safety: Safety) -> Result<Safety, AgentError> {
        self.store_safety(safety).await
    }

    async fn on_hold(&self) -> Result<OnHold, AgentError> {
        self.count_on_hold().await
    }

    async fn release(&self, why: HoldReason) -> Result<Released, AgentError> {
        self.release_all(why).await
    }

    async fn contacts(&self, query: ContactQuery) -> Result<Contacts, AgentError> {
        contacts::page(&self.office, query).await
    }

    async fn save_contact(&self, contact: SaveContact) -> Result<ContactBook, AgentError> {
        contacts::save(&self.office, contact).await
    }

    async fn erase_contact(&self, address: Recipient) -> Result<ContactBook, AgentError> {
        contacts::erase(&self.office, &address).await
    }

    async fn erase_contacts(&self) -> Result<ContactBook, AgentError> {
        contacts::erase_all(&self.office).await
    }

    async fn remember_contacts(&self, on: bool) -> Result<ContactBook, AgentError> {
        contacts::remember(&self.office, on).await
    }

    async fn retention(&self) -> Result<Retention, AgentError> {
        Ok(self.office.settings.now().retention)
    }

    async fn save_retention(&self, retention: Retention) -> Result<Retention, AgentError> {
        self.store_retention(retention).await
    }

    async fn every_email(&self) -> Result<Vec<EmailId>, AgentError> {
        self.all_emails().await
    }

    async fn erase_everything(&self) -> Result<Erased, AgentError> {
        self.erase_all().await
    }

    fn drill(&self) -> Vec<OfferedFault> {
        self.offered_faults()
    }

    fn cause(&self, fault: Fault) -> Result<(), AgentError> {
        self.cause_fault(fault)
    }
}
