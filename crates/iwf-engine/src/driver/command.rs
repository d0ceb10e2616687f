//! What the writer is asked to do: data, not closures.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use iwf_engine_core::{
    CallId, Event, Reapply, Rejection, ReusePolicy, Rewound, Run, RunId, Start, WorkflowId,
};
use tokio::sync::oneshot;

use super::attribute_types::Misfit;
use crate::limits::run::RunFull;
use crate::store::RunKey;

/// Which run an event is for.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    Key(RunKey),
    /// The given run, or the current one.
    Workflow {
        workflow_id: WorkflowId,
        run_id: Option<RunId>,
    },
}

pub(crate) enum Command {
    Start {
        order: Box<StartOrder>,
        reply: oneshot::Sender<Result<Started, Refusal>>,
    },
    Reset {
        order: Box<ResetOrder>,
        /// The new run.
        reply: oneshot::Sender<Result<RunId, Refusal>>,
    },
    /// A request from outside.
    Event {
        target: Target,
        event: Event,
        reply: oneshot::Sender<Result<Accepted, Refusal>>,
    },
    /// The end of a call in flight.
    CallReturned {
        key: RunKey,
        call: CallId,
        event: Event,
    },
    /// There is room for a call that had to wait, or that must be claimed first.
    Claim {
        key: RunKey,
        call: CallId,
        url: Arc<str>,
    },
    /// A locking RPC ended without an answer; nobody waits for this.
    Release { key: RunKey, event: Event },
    /// Calls were left on disk for want of room, and there is room again.
    Rescan,
    /// Claimed calls that were surely not made.
    HandBack(Vec<(RunKey, CallId)>),
    /// The time of a schedule has come.
    ComeRound(WorkflowId),
    /// Commit what is queued, then end.
    Stop,
}

/// What a start request asks for.
#[derive(Clone, Debug)]
pub(crate) struct StartOrder {
    /// Its run id is replaced by one that names the run's place.
    pub(crate) start: Start,
    /// Instead of a start now, one whenever this expression says so.
    pub(crate) cron: Option<Arc<str>>,
    pub(crate) random: u128,
    pub(crate) reuse: ReusePolicy,
    pub(crate) ignore_already_started: bool,
}

/// A run to go on from a point of another's history, which was found outside of the writer.
#[derive(Clone, Debug)]
pub(crate) struct ResetOrder {
    pub(crate) rewound: Rewound,
    pub(crate) reapply: Reapply,
    pub(crate) random: u128,
    pub(crate) reason: Option<Arc<str>>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Started {
    /// `None` for a schedule, whose runs are yet to come.
    pub(crate) run_id: Option<RunId>,
}

/// The run after an accepted event, as committed.
#[derive(Clone, Debug)]
pub(crate) struct Accepted {
    pub(crate) run: Arc<Run>,
}

/// Why a request was not carried out. Nothing of it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    NoSuchWorkflow,
    NoSuchRun,
    Rejected(Rejection),
    AlreadyStarted,
    Misfit(Misfit),
    /// The run may not grow any more.
    RunFull(RunFull),
    /// So much happened to the run that the order does not fit any more.
    Overtaken,
    /// The queue is full.
    Overloaded,
    ShuttingDown,
    /// The database refused; whoever asked may ask again.
    Storage(String),
    /// What is stored of the run cannot be trusted; asking again does not help.
    Damaged(String),
}

/// The way to the writer. Requests from outside are counted and bounded; the engine's own
/// commands are bounded by the calls in flight.
#[derive(Clone)]
pub(crate) struct Mailbox {
    sender: mpsc::Sender<Command>,
    requests: Arc<AtomicUsize>,
    requests_max: usize,
}

impl Mailbox {
    pub(crate) fn new(requests_max: usize) -> (Self, Inbox) {
        let (sender, receiver) = mpsc::channel();
        let requests = Arc::<AtomicUsize>::default();
        let mailbox = Self {
            sender,
            requests: requests.clone(),
            requests_max,
        };
        (mailbox, Inbox { receiver, requests })
    }

    /// Requests from outside that wait for the writer.
    pub(crate) fn queued_requests(&self) -> usize {
        self.requests.load(Ordering::Relaxed)
    }

    pub(crate) async fn start(&self, order: StartOrder) -> Result<Started, Refusal> {
        let (reply, answer) = oneshot::channel();
        let order = Box::new(order);
        self.ask(Command::Start { order, reply })?;
        answer.await.unwrap_or(Err(Refusal::ShuttingDown))
    }

    pub(crate) async fn reset(&self, order: ResetOrder) -> Result<RunId, Refusal> {
        let (reply, answer) = oneshot::channel();
        let order = Box::new(order);
        self.ask(Command::Reset { order, reply })?;
        answer.await.unwrap_or(Err(Refusal::ShuttingDown))
    }

    pub(crate) async fn event(&self, target: Target, event: Event) -> Result<Accepted, Refusal> {
        let (reply, answer) = oneshot::channel();
        self.ask(Command::Event {
            target,
            event,
            reply,
        })?;
        answer.await.unwrap_or(Err(Refusal::ShuttingDown))
    }

    /// For the engine's own commands. If the writer is gone, so is everything they are about.
    pub(crate) fn tell(&self, command: Command) {
        if self.sender.send(command).is_err() {
            tracing::debug!("a command came after the writer had ended");
        }
    }

    fn ask(&self, command: Command) -> Result<(), Refusal> {
        if self.requests.fetch_add(1, Ordering::Relaxed) >= self.requests_max {
            self.requests.fetch_sub(1, Ordering::Relaxed);
            return Err(Refusal::Overloaded);
        }
        self.sender.send(command).map_err(|_| {
            self.requests.fetch_sub(1, Ordering::Relaxed);
            Refusal::ShuttingDown
        })
    }
}

pub(crate) struct Inbox {
    receiver: mpsc::Receiver<Command>,
    requests: Arc<AtomicUsize>,
}

impl Inbox {
    /// Waits for a command, at most as long as given, and takes more that are there.
    pub(crate) fn take(
        &self,
        wait: std::time::Duration,
        max: usize,
    ) -> Result<Vec<Command>, mpsc::RecvError> {
        let first = match self.receiver.recv_timeout(wait) {
            Ok(command) => command,
            Err(mpsc::RecvTimeoutError::Timeout) => return Ok(Vec::new()),
            Err(mpsc::RecvTimeoutError::Disconnected) => return Err(mpsc::RecvError),
        };
        let mut commands = vec![first];
        commands.extend(self.receiver.try_iter().take(max.saturating_sub(1)));
        let asked = commands.iter().filter(|command| {
            matches!(
                command,
                Command::Start { .. } | Command::Reset { .. } | Command::Event { .. }
            )
        });
        self.requests.fetch_sub(asked.count(), Ordering::Relaxed);
        Ok(commands)
    }
}
