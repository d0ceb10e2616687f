//! Clients that ask for anything at any time, and keep what they were answered.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use iwf_engine_core::{
    AttributeWrites, DataAttribute, Event, Payload, Publication, RpcAnswer, RpcId, RpcLock, Run,
    RunId, StopKind, TimerChoice,
};
use iwf_protocol as wire;

use super::ledger::{Origin, Rule, Violation};
use super::medium::Medium;
use super::worker::{channel, key};
use super::world::{Happening, World, poll};
use crate::convert;
use crate::driver::{Accepted, Command, Refusal, Target};
use crate::store::RunKey;

#[derive(Default)]
pub(super) struct Clients {
    actions: usize,
    requests: u64,
    asked: Vec<Asked>,
    waiting: Vec<Waiting>,
}

/// A request that was sent and not answered.
struct Asked {
    what: Request,
    /// What must be seen in a commit if it is accepted, and never if it is refused.
    tokens: Vec<String>,
    answer: Pin<Box<dyn Future<Output = Result<Answer, Refusal>>>>,
}

enum Request {
    Start {
        workflow_id: String,
    },
    Change,
    Stop,
    Lock(Rpc),
    /// What a locking RPC writes.
    Written(Rpc),
}

enum Answer {
    /// No run yet for a schedule.
    Started(Option<RunId>),
    Accepted(Arc<Run>),
}

/// Somebody who waits for the end of a workflow.
struct Waiting {
    first_run_id: RunId,
    woken: Pin<Box<dyn Future<Output = ()>>>,
}

/// An RPC on its way: called, not yet written.
#[derive(Clone, Copy)]
pub(super) struct Rpc {
    key: RunKey,
    /// Of a locking one.
    lock: Option<RpcId>,
}

impl Clients {
    /// The process is gone, and every connection with it.
    pub(super) fn hear_nothing_more(&mut self) {
        self.asked.clear();
        self.waiting.clear();
    }
}

#[derive(Clone, Copy)]
enum Action {
    Start,
    Signal,
    Publish,
    SetAttribute,
    Rpc,
    LockingRpc,
    Skip,
    Stop,
    Configure,
    WaitForEnd,
}

impl<M: Medium> World<M> {
    pub(super) fn clients_act(&mut self) {
        if self.clients.actions >= self.plan.client_actions {
            return;
        }
        self.clients.actions += 1;
        let features = self.plan.features;
        let on = |is_on: bool, weight: u32| if is_on { weight } else { 0 };
        let action = self.dice.weighed(&[
            (25, Action::Start),
            (40, Action::Signal),
            (20, Action::Publish),
            (15, Action::SetAttribute),
            (on(features.rpcs, 20), Action::Rpc),
            (on(features.rpcs && features.locks, 20), Action::LockingRpc),
            (on(features.skips, 10), Action::Skip),
            (on(features.stops, 4), Action::Stop),
            (4, Action::Configure),
            (10, Action::WaitForEnd),
        ]);
        self.act(action);
        let pause = if self.dice.chance(500) {
            self.dice.within(0, 5)
        } else {
            self.dice.within(0, self.plan.pause_max_millis)
        };
        self.after(pause, Happening::ClientsAct);
    }

    fn act(&mut self, action: Action) {
        match action {
            Action::Start => self.start(),
            Action::Signal => {
                let (token, value) = self.token();
                let channel = channel(&mut self.dice).into();
                self.change(Event::SignalReceived { channel, value }, vec![token]);
            }
            Action::Publish => {
                let (token, value) = self.token();
                let channel = channel(&mut self.dice).into();
                let publication = Publication { channel, value };
                self.change(Event::Published(vec![publication]), vec![token]);
            }
            Action::SetAttribute => {
                let (token, value) = self.token();
                let key = key(&mut self.dice).into();
                let attributes = AttributeWrites {
                    search: vec![],
                    data: vec![DataAttribute { key, value }],
                };
                self.change(Event::AttributesSet(attributes), vec![token]);
            }
            Action::Configure => self.change(Event::ConfigUpdated(None), vec![]),
            Action::Rpc => self.rpc(),
            Action::LockingRpc => self.locking_rpc(),
            Action::Skip => self.skip(),
            Action::Stop => self.stop(),
            Action::WaitForEnd => self.wait_for_end(),
        }
    }

    fn start(&mut self) {
        let workflow_id = format!("w{}", self.dice.below(self.plan.workflow_ids));
        let (token, value) = self.new_token(Origin::Start);
        let features = self.plan.features;
        let movement = self.worker.movement();
        let has_state = self.dice.chance(950);
        let retries = features.workflow_retry && self.dice.chance(500);
        let options = wire::WorkflowStartOptions {
            id_reuse_policy: Some(self.dice.pick(&[
                wire::IdReusePolicy::AllowIfNoRunning,
                wire::IdReusePolicy::AllowIfPreviousExitsAbnormally,
                wire::IdReusePolicy::AllowTerminateIfRunning,
            ])),
            workflow_start_delay_seconds: (features.start_delay && self.dice.chance(400))
                .then(|| self.dice.pick(&[1, 30, 4_000])),
            retry_policy: retries.then(|| wire::WorkflowRetryPolicy {
                initial_interval_seconds: Some(5),
                maximum_attempts: Some(3),
                ..wire::WorkflowRetryPolicy::default()
            }),
            data_attributes: vec![wire::KeyValue {
                key: key(&mut self.dice),
                value: value.map(|value| convert::payload_out(&value)),
            }],
            ..wire::WorkflowStartOptions::default()
        };
        let timeout = features.workflow_timeout && self.dice.chance(500);
        let request = wire::WorkflowStartRequest {
            workflow_id: workflow_id.clone(),
            iwf_workflow_type: "Simulated".to_owned(),
            workflow_timeout_seconds: if timeout {
                self.dice.pick(&[1, 60, 7_200])
            } else {
                0
            },
            iwf_worker_url: format!("http://worker-{}", self.dice.below(self.plan.worker_urls)),
            start_state_id: has_state.then_some(movement.state_id),
            state_input: movement.state_input,
            state_options: movement.state_options,
            workflow_start_options: Some(options),
            ..wire::WorkflowStartRequest::default()
        };
        let now = self.now();
        #[expect(clippy::expect_used, reason = "it was made a few lines above")]
        let order = convert::start_order(request, now).expect("the request makes sense");
        let Some(life) = &self.life else { return };
        let mailbox = life.mailbox.clone();
        let answer = async move {
            let started = mailbox.start(order).await?;
            Ok(Answer::Started(started.run_id))
        };
        let what = Request::Start { workflow_id };
        // Refused starts leave nothing, but their attributes are those of all retries.
        drop(token);
        self.ask(what, vec![], Box::pin(answer));
    }

    /// An event for one of the workflows, mostly its current run.
    fn change(&mut self, event: Event, tokens: Vec<String>) {
        let run_id = match self.any_run() {
            Some((_, run)) if self.dice.chance(200) => Some(run),
            _ => None,
        };
        let target = match run_id {
            Some(run) => Target::Workflow {
                workflow_id: run.workflow_id.clone(),
                run_id: Some(run.id),
            },
            None => Target::Workflow {
                workflow_id: format!("w{}", self.dice.below(self.plan.workflow_ids)).into(),
                run_id: None,
            },
        };
        self.send(Request::Change, target, event, tokens);
    }

    fn send(&mut self, what: Request, target: Target, event: Event, tokens: Vec<String>) {
        let Some(life) = &self.life else { return };
        let mailbox = life.mailbox.clone();
        let answer = async move {
            let Accepted { run, .. } = mailbox.event(target, event).await?;
            Ok(Answer::Accepted(run))
        };
        self.ask(what, tokens, Box::pin(answer));
    }

    fn ask(
        &mut self,
        what: Request,
        tokens: Vec<String>,
        answer: Pin<Box<dyn Future<Output = Result<Answer, Refusal>>>>,
    ) {
        let mut asked = Asked {
            what,
            tokens,
            answer,
        };
        // The first look sends it.
        if let Some(answer) = poll(&mut asked.answer) {
            self.answered(&asked.what, &asked.tokens, answer);
        } else {
            self.clients.asked.push(asked);
        }
    }

    fn rpc(&mut self) {
        if let Some((key, run)) = self.any_run()
            && run.is_running()
        {
            let delay = self.dice.pick(&[0, 5, 20_000]);
            self.after(delay, Happening::RpcReturns(Rpc { key, lock: None }));
        }
    }

    fn locking_rpc(&mut self) {
        let Some((key, _)) = self.any_run() else {
            return;
        };
        let rpc = RpcId(self.next_request());
        let lock = RpcLock {
            rpc,
            data_keys: vec![super::worker::key(&mut self.dice).into()],
            search_keys: vec![],
        };
        let rpc = Rpc {
            key,
            lock: Some(rpc),
        };
        let event = Event::RpcLocksWanted(lock);
        self.send(Request::Lock(rpc), Target::Key(key), event, vec![]);
    }

    /// The worker has answered: its writes are asked for, or a locking RPC ends without any.
    pub(super) fn rpc_returns(&mut self, rpc: Rpc) {
        if let Some(id) = rpc.lock
            && self.dice.chance(300)
        {
            self.release(rpc.key, id);
            return;
        }
        let (set, value) = self.token();
        let data = vec![DataAttribute {
            key: key(&mut self.dice).into(),
            value,
        }];
        let (published, value) = self.token();
        let channel = channel(&mut self.dice).into();
        let movement = self.dice.chance(400).then(|| self.worker.movement());
        let decision = wire::StateDecision {
            next_states: movement.into_iter().collect(),
            conditional_close: None,
        };
        let response = wire::WorkerRpcResponse {
            state_decision: Some(decision),
            ..wire::WorkerRpcResponse::default()
        };
        #[expect(clippy::expect_used, reason = "it was made a few lines above")]
        let answer = convert::rpc_answer(response, self.now()).expect("the answer makes sense");
        let answer = RpcAnswer {
            attributes: AttributeWrites {
                search: vec![],
                data,
            },
            publications: vec![Publication { channel, value }],
            ..answer.unwrap_or_default()
        };
        let rpc_id = rpc.lock;
        let event = Event::RpcReturned {
            rpc: rpc_id,
            answer,
        };
        let target = Target::Key(rpc.key);
        let what = Request::Written(rpc);
        self.send(what, target, event, vec![set, published]);
    }

    /// Nobody waits for this.
    fn release(&self, key: RunKey, rpc: RpcId) {
        if let Some(life) = &self.life {
            let event = Event::RpcEnded(rpc);
            life.mailbox.tell(Command::Release { key, event });
        }
    }

    fn skip(&mut self) {
        let Some((key, run)) = self.any_run() else {
            return;
        };
        let waiting = run.executions.values().find(|it| it.waiting().is_some());
        let Some(execution) = waiting else { return };
        let id = execution.id.clone();
        self.ledger.borrow_mut().skip_asked(key, id.clone());
        let event = Event::TimerSkipped {
            execution: Some(id),
            choice: if self.dice.chance(500) {
                TimerChoice::Index(0)
            } else {
                TimerChoice::Id("0".into())
            },
        };
        self.send(Request::Change, Target::Key(key), event, vec![]);
    }

    fn stop(&mut self) {
        let Some((key, _)) = self.any_run() else {
            return;
        };
        let kind = self
            .dice
            .pick(&[StopKind::Cancel, StopKind::Terminate, StopKind::Fail]);
        let event = Event::Stopped { kind, reason: None };
        self.send(Request::Stop, Target::Key(key), event, vec![]);
    }

    fn wait_for_end(&mut self) {
        let Some((_, run)) = self.any_run() else {
            return;
        };
        let Some(life) = &self.life else { return };
        if !run.is_running() {
            return;
        }
        let first_run_id = run.settings.first_run_id;
        let subscription = life.closings.subscribe(first_run_id);
        let mut woken: Pin<Box<dyn Future<Output = ()>>> = Box::pin(async move {
            subscription.notify.notified().await;
        });
        // The first look subscribes.
        if poll(&mut woken).is_none() {
            self.clients.waiting.push(Waiting {
                first_run_id,
                woken,
            });
        }
    }

    /// Reads what the writer has answered so far.
    pub(super) fn hear_answers(&mut self) {
        let mut open = Vec::new();
        for mut asked in std::mem::take(&mut self.clients.asked) {
            match poll(&mut asked.answer) {
                // The process went away with the request: nobody knows.
                Some(Err(Refusal::ShuttingDown)) => {}
                Some(answer) => self.answered(&asked.what, &asked.tokens, answer),
                None => open.push(asked),
            }
        }
        self.clients.asked = open;
    }

    /// Those who wait for an end are woken by its commit, and by nothing else.
    pub(super) fn check_waiting(&mut self) {
        let mut waiting = std::mem::take(&mut self.clients.waiting);
        waiting.retain_mut(|waiting| {
            let is_woken = poll(&mut waiting.woken).is_some();
            let mut ledger = self.ledger.borrow_mut();
            let has_ended = ledger.has_ended(waiting.first_run_id);
            if is_woken != has_ended {
                let run = waiting.first_run_id;
                let what = format_args!("{run}: ended {has_ended}, woken {is_woken}");
                ledger.judge(Rule::Woken.broken(what));
            }
            !is_woken
        });
        self.clients.waiting = waiting;
    }

    fn answered(&mut self, what: &Request, tokens: &[String], answer: Result<Answer, Refusal>) {
        let verdict = match answer {
            Ok(answer) => self.accepted(what, tokens, &answer),
            Err(refusal) => {
                if let Request::Written(Rpc {
                    key,
                    lock: Some(rpc),
                }) = *what
                {
                    self.release(key, rpc);
                }
                let mut ledger = self.ledger.borrow_mut();
                ledger.note(format_args!("refused: {refusal:?}"));
                // A failed commit may turn out to be on disk.
                let is_certain = !matches!(refusal, Refusal::Storage(_));
                let mut refuse = || tokens.iter().try_for_each(|it| ledger.tokens.refuse(it));
                if is_certain { refuse() } else { Ok(()) }
            }
        };
        self.ledger.borrow_mut().judge(verdict);
    }

    fn accepted(
        &mut self,
        what: &Request,
        tokens: &[String],
        answer: &Answer,
    ) -> Result<(), Violation> {
        let ledger = self.ledger.borrow();
        tokens
            .iter()
            .try_for_each(|token| ledger.tokens.acknowledge(token))?;
        let known = |id: RunId| {
            let run = ledger.run(RunKey::of(id)).filter(|run| run.id == id);
            match run {
                Some(run) => Ok(run.clone()),
                None => Rule::Acknowledged.broken(format_args!("run {id} is in no commit")),
            }
        };
        match (what, answer) {
            (Request::Start { workflow_id }, Answer::Started(Some(id))) => {
                let run = known(*id)?;
                if run.workflow_id.as_str() != workflow_id {
                    return Rule::Acknowledged.broken(format_args!("{id} is another workflow's"));
                }
            }
            (Request::Stop, Answer::Accepted(run)) => {
                if known(run.id)?.is_running() {
                    return Rule::Acknowledged.broken(format_args!("a stopped run goes on"));
                }
            }
            (Request::Lock(rpc), Answer::Accepted(run)) => {
                known(run.id)?;
                let (rpc, run) = (*rpc, run.clone());
                drop(ledger);
                if run.rpc_in_progress() == rpc.lock {
                    let delay = self.dice.pick(&[0, 5, 20_000]);
                    self.after(delay, Happening::RpcReturns(rpc));
                }
            }
            (_, Answer::Accepted(run)) => {
                known(run.id)?;
            }
            (_, Answer::Started(_)) => {}
        }
        Ok(())
    }

    fn any_run(&mut self) -> Option<(RunKey, Arc<Run>)> {
        let ledger = self.ledger.borrow();
        let recent: Vec<_> = ledger.runs().rev().take(12).collect();
        if recent.is_empty() {
            return None;
        }
        let (key, run) = recent[self.dice.below(recent.len())];
        Some((key, run.clone()))
    }

    fn next_request(&mut self) -> u64 {
        self.clients.requests += 1;
        self.clients.requests
    }

    fn token(&mut self) -> (String, Option<Payload>) {
        let order = self.clients.requests + 1;
        self.new_token(Origin::Client(order))
    }

    fn new_token(&mut self, origin: Origin) -> (String, Option<Payload>) {
        let token = format!("c{}", self.next_request());
        self.ledger.borrow_mut().tokens.issue(token.clone(), origin);
        let payload = Payload {
            data: Some(token.as_str().into()),
            ..Payload::default()
        };
        (token, Some(payload))
    }
}
