//! A transition in the making: a copy of the run that takes every write at once, so that later
//! rules of the same step see what earlier ones did.

use std::sync::Arc;

use crate::attribute::SearchAttribute;
use crate::call::{Call, CallState};
use crate::channel::{ChannelKey, ChannelKind, Message, Publication};
use crate::command::Commands;
use crate::decision::StateMovement;
use crate::event::{AttributeWrites, TimerChoice};
use crate::execution::{Phase, Results, StateExecution};
use crate::id::{Slot, StateExecutionId};
use crate::locks;
use crate::payload::Payload;
use crate::run::{ErrorType, Outcome, Run, Status};
use crate::time::Timestamp;
use crate::transition::{Effect, Transition, Write};

pub(crate) struct Draft {
    pub(crate) run: Run,
    pub(crate) now: Timestamp,
    transition: Transition,
}

/// The close of a run, before it is known whether it is retried.
pub(crate) struct Ending {
    pub(crate) status: Status,
    pub(crate) error_type: Option<ErrorType>,
    pub(crate) error_message: Option<Arc<str>>,
}

impl Ending {
    pub(crate) fn plain(status: Status) -> Self {
        Self {
            status,
            error_type: None,
            error_message: None,
        }
    }

    pub(crate) fn failed(error_type: ErrorType, message: Option<Arc<str>>) -> Self {
        Self {
            status: Status::Failed,
            error_type: Some(error_type),
            error_message: message,
        }
    }
}

impl Draft {
    pub(crate) fn new(run: &Run, now: Timestamp) -> Self {
        Self {
            run: run.clone(),
            now,
            transition: Transition::default(),
        }
    }

    pub(crate) fn finish(self) -> Transition {
        self.transition
    }

    pub(crate) fn write(&mut self, write: Write) {
        self.run.apply(&write);
        self.transition.writes.push(write);
    }

    pub(crate) fn effect(&mut self, effect: Effect) {
        self.transition.effects.push(effect);
    }

    /// Writes what a state answered, search attributes before data. One that cannot be indexed
    /// fails the run, and then nothing is written.
    pub(crate) fn write_attributes_of_state(
        &mut self,
        attributes: AttributeWrites,
    ) -> Result<(), Failed> {
        let mut search = attributes.search.iter();
        if let Some(attribute) = search.find(|attribute| attribute.indexed.is_none()) {
            let message = format!(
                "the search attribute {} cannot be indexed: give its valueType, and a value of that type",
                attribute.key
            );
            self.close(Ending {
                status: Status::Failed,
                error_type: None,
                error_message: Some(message.into()),
            });
            return Err(Failed);
        }
        self.write_attributes(attributes);
        Ok(())
    }

    /// Writes attributes, search before data. Where one cannot be indexed, the worker's view
    /// changes and the index keeps what it has.
    pub(crate) fn write_attributes(&mut self, attributes: AttributeWrites) {
        for attribute in attributes.search {
            self.write_search_attribute(attribute);
        }
        for attribute in attributes.data {
            self.write(Write::DataAttributeSet(attribute));
        }
    }

    fn write_search_attribute(&mut self, mut attribute: SearchAttribute) {
        if attribute.indexed.is_none()
            && let Some(old) = self.run.head.search_attributes.get(&attribute.key)
        {
            attribute.indexed.clone_from(&old.indexed);
        }
        self.write(Write::SearchAttributeSet(attribute));
    }

    pub(crate) fn publish(&mut self, publications: Vec<Publication>) {
        for publication in publications {
            let channel = ChannelKey {
                kind: ChannelKind::Internal,
                name: publication.channel,
            };
            self.add_message(channel, publication.value);
        }
    }

    pub(crate) fn add_message(&mut self, channel: ChannelKey, value: Option<Payload>) {
        let sequence = self.run.head.next_message;
        self.write(Write::MessageAdded(channel, Message { sequence, value }));
    }

    /// Starts the state, or queues it during the start delay.
    pub(crate) fn start_state(&mut self, movement: StateMovement) {
        if self.run.head.starts_at.is_some() {
            self.write(Write::MovementQueued(movement));
            return;
        }
        let number = self.run.next_number(&movement.state_id);
        self.write(Write::CounterSet(movement.state_id.clone(), number));
        let skips_wait_until = movement
            .options
            .as_ref()
            .is_some_and(|options| options.skip_wait_until);
        let call = Call {
            attempt: 1,
            first_attempt_at: self.now,
            state: CallState::Due,
        };
        let execution = StateExecution {
            slot: self.run.free_slot(),
            serial: self.run.next_serial(),
            id: StateExecutionId {
                state_id: movement.state_id,
                number,
            },
            input: movement.input,
            options: movement.options,
            wait_for_key: movement.wait_for_key,
            locals: Vec::new(),
            phase: if skips_wait_until {
                Phase::Execute {
                    call,
                    results: Results::Skipped,
                }
            } else {
                Phase::WaitUntil(call)
            },
        };
        self.begin_call(execution);
    }

    /// Goes on to execute, from waiting or from a waitUntil that gave up.
    pub(crate) fn begin_execute(&mut self, execution: &StateExecution, results: Results) {
        let call = Call {
            attempt: 1,
            first_attempt_at: self.now,
            state: CallState::Due,
        };
        self.begin_call(StateExecution {
            phase: Phase::Execute { call, results },
            ..execution.clone()
        });
    }

    fn begin_call(&mut self, mut execution: StateExecution) {
        if !locks::may_start(&self.run, &execution) {
            let ticket = self.run.head.next_order;
            execution = execution.with_call_state(CallState::Locking { ticket });
        }
        self.set_execution(execution);
    }

    /// Stores the execution; a call that became due is an effect.
    pub(crate) fn set_execution(&mut self, execution: StateExecution) {
        let due = execution
            .call()
            .is_some_and(|(_, call)| call.state == CallState::Due);
        if let (true, Some(call)) = (due, execution.call_id()) {
            self.effect(Effect::Call(call));
        }
        self.write(Write::ExecutionSet(Arc::new(execution)));
    }

    pub(crate) fn remove_execution(&mut self, slot: Slot) {
        self.write(Write::ExecutionRemoved(slot));
    }

    /// Makes a timer complete now.
    pub(crate) fn skip_timer(
        &mut self,
        execution: &StateExecution,
        commands: &Commands,
        index: usize,
    ) {
        let mut skipped = commands.clone();
        match skipped.timers.get_mut(index) {
            Some(timer) if !timer.fired => timer.fired = true,
            Some(_) | None => return,
        }
        self.set_execution(StateExecution {
            phase: Phase::Waiting(skipped),
            ..execution.clone()
        });
    }

    /// Timers that were skipped before they came to be fire at once.
    pub(crate) fn apply_kept_skips(&mut self, id: &StateExecutionId, commands: &mut Commands) {
        let skips = self.run.head.skips.iter().filter(|(of, _)| of == id);
        let choices: Vec<TimerChoice> = skips.map(|(_, choice)| choice.clone()).collect();
        if choices.is_empty() {
            return;
        }
        for choice in choices {
            if let Some(index) = commands.timer(&choice)
                && let Some(timer) = commands.timers.get_mut(index)
            {
                timer.fired = true;
            }
        }
        self.write(Write::SkipsDropped(id.clone()));
    }

    /// Lets those calls go that waited for locks and can have them now.
    pub(crate) fn grant_locks(&mut self) {
        for slot in locks::grantable(&self.run) {
            if let Some(execution) = self.run.executions.get(&slot) {
                let granted = execution.with_call_state(CallState::Due);
                self.set_execution(granted);
            }
        }
    }

    /// Closes the run; a failed one may begin again.
    pub(crate) fn close(&mut self, ending: Ending) {
        let successor = self.successor_starts_at(&ending);
        self.write(Write::Closed(
            ending.status,
            Outcome {
                closed_at: self.now,
                error_type: ending.error_type,
                error_message: ending.error_message,
                is_retried: successor.is_some(),
            },
        ));
        match successor {
            Some(starts_at) => self.write(Write::SuccessorStarts(starts_at)),
            None => self.effect(Effect::Closed),
        }
    }

    /// Only a failed run is retried, whatever made it fail.
    fn successor_starts_at(&self, ending: &Ending) -> Option<Timestamp> {
        if ending.status != Status::Failed {
            return None;
        }
        let settings = &self.run.settings;
        let retry = settings.retry.as_deref()?;
        let policy = &retry.policy;
        policy.next_attempt(
            retry.attempt,
            retry.first_started_at,
            settings.deadline,
            self.now,
        )
    }

    pub(crate) fn fail(&mut self, error_type: ErrorType, message: impl Into<Arc<str>>) {
        self.close(Ending::failed(error_type, Some(message.into())));
    }
}

/// The run has failed: the step is over.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Failed;
