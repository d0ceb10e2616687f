//! A worker whose workflows do anything that the protocol allows, and some of what it does not.
//!
//! Every value it returns is a token that exists once, so that the ledger can tell a lost, a
//! doubled and an invented one.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use iwf_protocol as wire;

use super::dice::Dice;
use super::plan::Features;
use crate::worker_caller::{CallFailure, CallFailureKind, WorkerCaller};

/// Beyond this many executions in a run its states end rather than branch.
const CROWD_MAX: usize = 6;

pub(super) struct Worker(Mutex<Inner>);

struct Inner {
    dice: Dice,
    features: Features,
    next_token: u64,
    /// How the next call ends.
    manner: Manner,
    /// Executions in the run that calls.
    crowd: usize,
    /// Nothing new is begun.
    is_calm: bool,
    /// What came of the last call.
    told: Told,
}

/// How a call ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    Answers,
    Illegal,
    Fails,
    Silent,
}

/// What the last call was about.
#[derive(Default)]
pub(super) struct Told {
    pub(super) tokens: Vec<String>,
    pub(super) timeout: Duration,
}

impl Worker {
    pub(super) fn new(dice: Dice, features: Features) -> Self {
        Self(Mutex::new(Inner {
            dice,
            features,
            next_token: 0,
            manner: Manner::Answers,
            crowd: 0,
            is_calm: false,
            told: Told::default(),
        }))
    }

    pub(super) fn prepare(&self, manner: Manner, crowd: usize) {
        self.with(|inner| {
            inner.manner = manner;
            inner.crowd = crowd;
        });
    }

    pub(super) fn calm_down(&self) {
        self.with(|inner| inner.is_calm = true);
    }

    pub(super) fn take_told(&self) -> Told {
        self.with(|inner| std::mem::take(&mut inner.told))
    }

    /// A movement for a client's start or RPC.
    pub(super) fn movement(&self) -> wire::StateMovement {
        self.with(Inner::movement)
    }

    fn with<T>(&self, act: impl FnOnce(&mut Inner) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn answer<T>(
        &self,
        timeout: Duration,
        make: impl FnOnce(&mut Inner) -> T,
    ) -> Result<T, CallFailure> {
        self.with(|inner| {
            inner.told.timeout = timeout;
            match inner.manner {
                Manner::Answers | Manner::Illegal => Ok(make(inner)),
                Manner::Fails => Err(failure(CallFailureKind::Answered, 500)),
                Manner::Silent => Err(failure(CallFailureKind::Timeout, 0)),
            }
        })
    }
}

fn failure(kind: CallFailureKind, status: u16) -> CallFailure {
    CallFailure {
        kind,
        status,
        body: String::new(),
        worker_detail: None,
        worker_error_type: None,
        message: "the simulated worker fails".to_owned(),
    }
}

#[async_trait]
impl WorkerCaller for Worker {
    async fn wait_until(
        &self,
        _url: &str,
        _request: wire::StateStartRequest,
        timeout: Duration,
    ) -> Result<wire::StateStartResponse, CallFailure> {
        self.answer(timeout, Inner::wait_until)
    }

    async fn execute(
        &self,
        _url: &str,
        _request: wire::StateDecideRequest,
        timeout: Duration,
    ) -> Result<wire::StateDecideResponse, CallFailure> {
        self.answer(timeout, Inner::execute)
    }

    async fn rpc(
        &self,
        _url: &str,
        _request: wire::WorkerRpcRequest,
        timeout: Duration,
    ) -> Result<wire::WorkerRpcResponse, CallFailure> {
        self.answer(timeout, |_| wire::WorkerRpcResponse::default())
    }
}

impl Inner {
    fn wait_until(&mut self) -> wire::StateStartResponse {
        wire::StateStartResponse {
            command_request: Some(self.command_request()),
            upsert_data_objects: self.attributes(),
            upsert_search_attributes: self.search_attributes(),
            publish_to_inter_state_channel: self.publications(),
            ..wire::StateStartResponse::default()
        }
    }

    fn execute(&mut self) -> wire::StateDecideResponse {
        wire::StateDecideResponse {
            state_decision: Some(self.decision()),
            upsert_data_objects: self.attributes(),
            upsert_search_attributes: self.search_attributes(),
            publish_to_inter_state_channel: self.publications(),
            ..wire::StateDecideResponse::default()
        }
    }

    fn command_request(&mut self) -> wire::CommandRequest {
        use wire::CommandWaitingType as Wait;
        let mut request = wire::CommandRequest::default();
        if self.is_calm || self.dice.chance(150) {
            return request;
        }
        let wait = self.dice.pick(&[
            Wait::AllCompleted,
            Wait::AnyCompleted,
            Wait::AnyCombinationCompleted,
        ]);
        request.command_waiting_type = Some(wait);
        let ids: Vec<String> = (0..=self.dice.below(4)).map(|id| id.to_string()).collect();
        for id in &ids {
            self.add_command(&mut request, id.clone());
        }
        if wait == Wait::AnyCombinationCompleted {
            for _ in 0..=self.dice.below(3) {
                let mut command_ids = ids.clone();
                command_ids.retain(|_| self.dice.chance(600));
                if self.manner == Manner::Illegal {
                    command_ids.push("nobody has this id".to_owned());
                }
                request
                    .command_combinations
                    .push(wire::CommandCombination { command_ids });
            }
        } else if self.manner == Manner::Illegal {
            request.command_waiting_type = None;
        }
        request
    }

    fn add_command(&mut self, request: &mut wire::CommandRequest, id: String) {
        let kind = if self.features.timers {
            self.dice.below(3)
        } else {
            1 + self.dice.below(2)
        };
        let command_id = Some(id);
        match kind {
            0 => {
                let seconds = self.dice.pick(&[0, 1, 1, 2, 7, 30, 61, 3_600, 40_000]);
                request.timer_commands.push(wire::TimerCommand {
                    command_id,
                    duration_seconds: Some(seconds),
                    firing_unix_timestamp_seconds: None,
                });
            }
            1 => request.signal_commands.push(wire::SignalCommand {
                command_id,
                signal_channel_name: channel(&mut self.dice),
                ..wire::SignalCommand::default()
            }),
            _ => request
                .inter_state_channel_commands
                .push(wire::InterStateChannelCommand {
                    command_id,
                    channel_name: channel(&mut self.dice),
                    ..wire::InterStateChannelCommand::default()
                }),
        }
    }

    fn decision(&mut self) -> wire::StateDecision {
        let mut decision = wire::StateDecision::default();
        if self.manner == Manner::Illegal {
            // No movement at all is no decision; a close beside another movement fails the run.
            if self.dice.chance(300) {
                decision.next_states = vec![Self::close(wire::DEAD_END), self.movement()];
            }
            return decision;
        }
        if self.is_calm {
            decision.next_states = vec![Self::close(wire::DEAD_END)];
            return decision;
        }
        let is_crowded = self.crowd > CROWD_MAX;
        let closes = u32::from(self.features.closes);
        let ends = [
            (if is_crowded { 60 } else { 10 }, wire::DEAD_END),
            (closes * 6, wire::GRACEFUL_COMPLETING_WORKFLOW),
            (closes * 2, wire::FORCE_COMPLETING_WORKFLOW),
            (closes * 2, wire::FORCE_FAILING_WORKFLOW),
            (closes * 6, CONDITIONAL),
            (70, NEXT),
        ];
        match self.dice.weighed(&ends) {
            NEXT => {
                let states = if is_crowded {
                    1
                } else {
                    1 + self.dice.below(3)
                };
                decision.next_states = (0..states).map(|_| self.movement()).collect();
            }
            CONDITIONAL => {
                use wire::WorkflowConditionalCloseType as Close;
                decision.next_states = vec![self.movement()];
                decision.conditional_close = Some(wire::WorkflowConditionalClose {
                    conditional_close_type: Some(self.dice.pick(&[
                        Close::ForceCompleteOnInternalChannelEmpty,
                        Close::ForceCompleteOnSignalChannelEmpty,
                    ])),
                    channel_name: channel(&mut self.dice),
                    close_input: None,
                });
            }
            end => decision.next_states = vec![Self::close(end)],
        }
        decision
    }

    fn close(state_id: &str) -> wire::StateMovement {
        wire::StateMovement {
            state_id: state_id.to_owned(),
            state_input: Some(wire::EncodedObject::default()),
            ..wire::StateMovement::default()
        }
    }

    fn movement(&mut self) -> wire::StateMovement {
        let options = self.dice.chance(800).then(|| Box::new(self.options()));
        wire::StateMovement {
            state_id: format!("S{}", self.dice.below(5)),
            state_input: Some(wire::EncodedObject::default()),
            state_options: options,
            wait_for_key: None,
        }
    }

    fn options(&mut self) -> wire::WorkflowStateOptions {
        let mut options = wire::WorkflowStateOptions {
            skip_wait_until: Some(self.dice.chance(300)),
            wait_until_api_retry_policy: self.retry(),
            execute_api_retry_policy: self.retry(),
            wait_until_api_timeout_seconds: self.dice.chance(500).then_some(5),
            execute_api_timeout_seconds: self.dice.chance(500).then_some(5),
            ..wire::WorkflowStateOptions::default()
        };
        if self.features.proceed && self.dice.chance(500) {
            options.wait_until_api_failure_policy =
                Some(wire::WaitUntilApiFailurePolicy::ProceedOnFailure);
            options.execute_api_failure_policy =
                Some(wire::ExecuteApiFailurePolicy::ProceedToConfiguredState);
            options.execute_api_failure_proceed_state_id = Some("S0".to_owned());
        }
        if self.features.locks && self.dice.chance(400) {
            options.data_attributes_loading_policy = Some(wire::PersistenceLoadingPolicy {
                persistence_loading_type: Some(
                    wire::PersistenceLoadingType::LoadPartialWithExclusiveLock,
                ),
                partial_loading_keys: vec![],
                locking_keys: vec![key(&mut self.dice)],
                ..wire::PersistenceLoadingPolicy::default()
            });
        }
        options
    }

    fn retry(&mut self) -> Option<wire::RetryPolicy> {
        let attempts = if self.features.one_attempt && self.dice.chance(400) {
            Some(1)
        } else if self.features.retry_limits && self.dice.chance(400) {
            Some(self.dice.pick(&[2, 3, 5]))
        } else if self.dice.chance(300) {
            None
        } else {
            return None;
        };
        Some(wire::RetryPolicy {
            initial_interval_seconds: Some(self.dice.pick(&[1, 3, 10])),
            backoff_coefficient: Some(self.dice.pick(&[1.0, 1.5, 2.0])),
            maximum_interval_seconds: Some(self.dice.pick(&[5, 100])),
            maximum_attempts: attempts,
            maximum_attempts_duration_seconds: self
                .dice
                .chance(100)
                .then(|| self.dice.pick(&[2, 20, 100])),
        })
    }

    fn attributes(&mut self) -> Vec<wire::KeyValue> {
        if !self.dice.chance(300) {
            return Vec::new();
        }
        vec![wire::KeyValue {
            key: key(&mut self.dice),
            value: Some(self.token()),
        }]
    }

    fn search_attributes(&mut self) -> Vec<wire::SearchAttribute> {
        if !self.dice.chance(150) {
            return Vec::new();
        }
        vec![wire::SearchAttribute {
            key: "CustomIntField".to_owned(),
            value_type: Some(wire::SearchAttributeValueType::Int),
            integer_value: Some(self.dice.within(0, 1000)),
            ..wire::SearchAttribute::default()
        }]
    }

    fn publications(&mut self) -> Vec<wire::InterStateChannelPublishing> {
        let count = if self.dice.chance(300) {
            1 + self.dice.below(2)
        } else {
            0
        };
        let publication = |_| wire::InterStateChannelPublishing {
            channel_name: channel(&mut self.dice),
            value: Some(token(&mut self.next_token, &mut self.told)),
        };
        (0..count).map(publication).collect()
    }

    fn token(&mut self) -> wire::EncodedObject {
        token(&mut self.next_token, &mut self.told)
    }
}

/// Not on the wire: go on, or close if a channel is empty.
const NEXT: &str = "next";
const CONDITIONAL: &str = "conditional";

fn token(next: &mut u64, told: &mut Told) -> wire::EncodedObject {
    *next += 1;
    let token = format!("w{next}");
    told.tokens.push(token.clone());
    wire::EncodedObject {
        data: Some(token),
        ..wire::EncodedObject::default()
    }
}

pub(super) fn channel(dice: &mut Dice) -> String {
    format!("c{}", dice.below(3))
}

pub(super) fn key(dice: &mut Dice) -> String {
    format!("k{}", dice.below(3))
}
