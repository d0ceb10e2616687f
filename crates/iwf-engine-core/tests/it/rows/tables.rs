//! The rows: their names as in the sources, and what a step must be to be one.

use iwf_engine_core::{
    Api, CallId, CallState, Event, Phase, Rejection, StateExecution, Status, StopKind, TimerChoice,
    Transition, Write,
};

use super::{Step, Table};

impl Step<'_> {
    fn is_running(&self) -> bool {
        self.before.is_running()
    }

    /// A closed run took nothing.
    fn is_refused(&self) -> bool {
        !self.is_running() && *self.result == Err(Rejection::NotRunning)
    }

    fn is_without_effect(&self) -> bool {
        *self.result == Ok(Transition::default())
    }

    fn wrote(&self, what: impl Fn(&Write) -> bool) -> bool {
        let transition = self.result.as_ref();
        transition.is_ok_and(|transition| transition.writes.iter().any(what))
    }

    fn is_now(&self, status: Status) -> bool {
        self.is_running() && self.after.head.status == status
    }

    /// The execution that an answer is for, unless it came late.
    fn called(&self) -> Option<&StateExecution> {
        let call = match self.event {
            Event::WaitUntilReturned { call, .. }
            | Event::ExecuteReturned { call, .. }
            | Event::CallFailed { call, .. }
            | Event::CallClaimed(call)
            | Event::CallHandedBack(call) => *call,
            event => panic!("{event:?} is about no call"),
        };
        self.before.execution_in_call(call).map(AsRef::as_ref)
    }

    fn call_state(&self) -> Option<CallState> {
        Some(self.called()?.call()?.1.state)
    }

    /// Whether the call is one that the driver was told to make.
    fn is_under_way(&self) -> bool {
        matches!(self.call_state(), Some(CallState::Due | CallState::Claimed))
    }

    /// What became of the execution that was called.
    fn called_after(&self) -> Option<&StateExecution> {
        let called = self.called()?;
        let after = self.after.executions.get(&called.slot)?;
        (after.serial == called.serial).then_some(after)
    }

    fn is_one_attempt_only(&self) -> bool {
        let called = self.called();
        called.is_some_and(|called| {
            let (api, _) = called.call().expect("it is called");
            called.api_options(api).allows_one_attempt_only()
        })
    }

    /// Whether all search attributes of an answer can be indexed.
    fn is_indexable(&self) -> bool {
        let mut attributes = self.event.search_attributes().iter();
        attributes.all(|attribute| attribute.indexed.is_some())
    }

    fn is_closed_by_user_code(&self) -> bool {
        let outcome = self.after.head.outcome.as_ref();
        outcome.is_some_and(|outcome| {
            outcome.error_type == Some(iwf_engine_core::ErrorType::InvalidUserCode)
        })
    }

    /// The execution whose timer is skipped, if there is one.
    fn skipped(&self) -> Option<&StateExecution> {
        let wanted = match self.event {
            Event::TimerSkipped { execution, .. } => execution.as_ref()?,
            Event::TimerSkippedEarly { execution, .. } => execution,
            event => panic!("{event:?} is no skip"),
        };
        let mut executions = self.before.executions.values();
        let found = executions.find(|execution| execution.id == *wanted);
        found.map(AsRef::as_ref)
    }

    /// Whether the timer that is skipped has fired; `None` if there is no such timer.
    fn has_fired(&self) -> Option<bool> {
        let timers = &self.skipped()?.waiting()?.timers;
        let choice = match self.event {
            Event::TimerSkipped { choice, .. } | Event::TimerSkippedEarly { choice, .. } => choice,
            event => panic!("{event:?} is no skip"),
        };
        let timer = match choice {
            TimerChoice::Id(id) => timers.iter().find(|timer| timer.id == *id),
            TimerChoice::Index(index) => timers.get(usize::try_from(*index).ok()?),
        };
        timer.map(|timer| timer.fired)
    }

    fn is_by_id(&self) -> bool {
        let Event::TimerSkipped { choice, .. } = self.event else {
            return false;
        };
        matches!(choice, TimerChoice::Id(_))
    }

    /// Whether more timers have fired than before, of executions that are still there.
    fn has_fired_a_timer(&self) -> bool {
        self.wrote(|write| match write {
            Write::ExecutionSet(execution) => {
                let fired = |execution: &StateExecution| match &execution.phase {
                    Phase::Waiting(commands)
                    | Phase::Execute {
                        results: iwf_engine_core::Results::Waited(commands),
                        ..
                    } => commands.timers.iter().filter(|timer| timer.fired).count(),
                    Phase::WaitUntil(_) | Phase::Execute { .. } => 0,
                };
                let before = self.before.executions.get(&execution.slot);
                before.is_some_and(|before| {
                    before.waiting().is_some() && fired(execution) > fired(before)
                })
            }
            _ => false,
        })
    }

    fn became_due(&self, was: impl Fn(CallState) -> bool) -> bool {
        self.wrote(|write| match write {
            Write::ExecutionSet(execution) => {
                let before = self.before.executions.get(&execution.slot);
                let state = before.and_then(|before| Some(before.call()?.1.state));
                let is_due = execution
                    .call()
                    .is_some_and(|(_, call)| call.state == CallState::Due);
                is_due && state.is_some_and(&was)
            }
            _ => false,
        })
    }

    fn stop(&self) -> StopKind {
        match self.event {
            Event::Stopped { kind, .. } => *kind,
            event => panic!("{event:?} is no stop"),
        }
    }

    fn is_locked_by_it(&self) -> bool {
        let lock = self.before.rpc_in_progress();
        matches!(self.event, Event::RpcEnded(rpc) | Event::RpcForgotten(rpc) if lock == Some(*rpc))
    }

    /// Whether an execution that did not run a moment ago does now.
    fn started_a_state(&self) -> bool {
        self.wrote(|write| matches!(write, Write::CounterSet(..)))
    }

    fn is_api(&self, api: Api) -> bool {
        matches!(self.event, Event::CallFailed { call: CallId { api: of, .. }, .. } if *of == api)
    }
}

pub(super) const TABLES: &[Table] = &[
    Table {
        file: "started.rs",
        source: include_str!("../../../src/event/started.rs"),
        rows: &[
            ("nothing happened, no start state", |s| {
                s.after.executions.is_empty() && s.after.head.queued.is_empty()
            }),
            ("nothing happened, start state, no delay", |s| {
                s.started_a_state() && s.after.executions.len() == 1
            }),
            ("nothing happened, start state, delay", |s| {
                s.after.executions.is_empty() && s.after.head.queued.len() == 1
            }),
        ],
    },
    Table {
        file: "signal_received.rs",
        source: include_str!("../../../src/event/signal_received.rs"),
        rows: &[
            ("closed", |s| s.is_refused()),
            ("running, nobody waits for it", |s| {
                s.is_running() && !s.wrote(|write| matches!(write, Write::MessageTaken(..)))
            }),
            ("running, a waiter", |s| {
                s.is_running() && s.wrote(|write| matches!(write, Write::MessageTaken(..)))
            }),
        ],
    },
    Table {
        file: "published.rs",
        source: include_str!("../../../src/event/published.rs"),
        rows: &[
            ("closed", |s| s.is_refused()),
            ("running", |s| s.is_running()),
        ],
    },
    Table {
        file: "wait_until_returned.rs",
        source: include_str!("../../../src/event/wait_until_returned.rs"),
        rows: &[
            ("not in this call, late or doubled", |s| {
                s.called().is_none() && s.is_without_effect()
            }),
            ("in this call, a search attribute cannot be indexed", |s| {
                s.called().is_some() && !s.is_indexable() && s.is_now(Status::Failed)
            }),
            ("in this call", |s| {
                s.is_indexable() && s.called_after().is_some_and(|e| e.waiting().is_some())
            }),
            ("in this call, the trigger is met already", |s| {
                s.is_indexable()
                    && s.called_after()
                        .is_some_and(|e| matches!(e.phase, Phase::Execute { .. }))
            }),
        ],
    },
    Table {
        file: "execute_returned.rs",
        source: include_str!("../../../src/event/execute_returned.rs"),
        rows: &[
            ("not in this call, late or doubled", |s| {
                s.called().is_none() && s.is_without_effect()
            }),
            ("in this call, a search attribute cannot be indexed", |s| {
                s.called().is_some() && !s.is_indexable() && s.is_now(Status::Failed)
            }),
            ("in this call, the decision is illegal", |s| {
                s.called().is_some() && s.is_closed_by_user_code()
            }),
            ("in this call, next states", |s| {
                s.called().is_some() && s.started_a_state()
            }),
            ("in this call, dead end", |s| {
                s.called().is_some()
                    && !s.started_a_state()
                    && s.after.is_running()
                    && s.after.head.is_completing == s.before.head.is_completing
            }),
            ("in this call, graceful, others are left", |s| {
                s.called().is_some()
                    && s.wrote(|write| *write == Write::GracefulCompletionRequested)
                    && s.after.is_running()
            }),
            ("in this call, graceful, none is left; or forced", |s| {
                s.called().is_some()
                    && s.is_indexable()
                    && !s.after.is_running()
                    && !s.is_closed_by_user_code()
            }),
        ],
    },
    Table {
        file: "call_failed.rs",
        source: include_str!("../../../src/event/call_failed.rs"),
        rows: &[
            ("not in this call, late or doubled", |s| {
                !s.is_under_way() && s.is_without_effect()
            }),
            ("in this call, another attempt is allowed", |s| {
                s.is_under_way()
                    && s.called_after().is_some_and(|e| {
                        let call = s.called().and_then(StateExecution::call);
                        e.call().map(|(_, call)| call.attempt)
                            == call.map(|(_, call)| call.attempt + 1)
                    })
            }),
            ("waitUntil gave up, may proceed", |s| {
                s.is_under_way()
                    && s.is_api(Api::WaitUntil)
                    && s.called_after()
                        .is_some_and(|e| matches!(e.phase, Phase::Execute { .. }))
            }),
            ("execute gave up, a state takes over", |s| {
                s.is_under_way()
                    && s.is_api(Api::Execute)
                    && s.called_after().is_none()
                    && s.started_a_state()
            }),
            ("gave up, otherwise", |s| {
                s.is_under_way() && s.is_now(Status::Failed)
            }),
        ],
    },
    Table {
        file: "call_claimed.rs",
        source: include_str!("../../../src/event/call_claimed.rs"),
        rows: &[
            ("due, one attempt only", |s| {
                s.call_state() == Some(CallState::Due)
                    && s.is_one_attempt_only()
                    && s.wrote(|write| matches!(write, Write::ExecutionSet(_)))
            }),
            ("due, may be repeated", |s| {
                s.call_state() == Some(CallState::Due)
                    && !s.is_one_attempt_only()
                    && !s.wrote(|_| true)
                    && !s.is_without_effect()
            }),
            ("anything else, late or doubled", |s| {
                s.call_state() != Some(CallState::Due) && s.is_without_effect()
            }),
        ],
    },
    Table {
        file: "call_handed_back.rs",
        source: include_str!("../../../src/event/call_handed_back.rs"),
        rows: &[
            ("claimed", |s| {
                s.call_state() == Some(CallState::Claimed)
                    && s.became_due(|state| state == CallState::Claimed)
            }),
            ("anything else, late or doubled", |s| {
                s.call_state() != Some(CallState::Claimed) && s.is_without_effect()
            }),
        ],
    },
    Table {
        file: "time_reached.rs",
        source: include_str!("../../../src/event/time_reached.rs"),
        rows: &[
            ("closed, late", |s| !s.is_running() && s.is_without_effect()),
            ("running, the deadline is over", |s| {
                s.is_now(Status::TimedOut)
            }),
            ("delayed, the delay is over", |s| {
                s.wrote(|write| *write == Write::StartReached)
            }),
            ("backing off, the back-off is over", |s| {
                s.became_due(
                    |state| matches!(state, CallState::BackingOff { until } if until <= s.now),
                )
            }),
            ("waiting, a timer is due", |s| s.has_fired_a_timer()),
            (
                "in a call, an RPC that held its keys died with the process",
                |s| s.became_due(|state| matches!(state, CallState::Locking { .. })),
            ),
            ("running, nothing is due", |s| {
                s.is_running() && s.is_without_effect()
            }),
        ],
    },
    Table {
        file: "rpc_locks_wanted.rs",
        source: include_str!("../../../src/event/rpc_locks_wanted.rs"),
        rows: &[
            ("closed", |s| s.is_refused()),
            (
                "running, a state API holds a key, or another RPC is under way",
                |s| s.is_running() && *s.result == Err(Rejection::Locked),
            ),
            ("running, otherwise", |s| {
                s.is_running() && s.wrote(|write| matches!(write, Write::RpcLocked(_)))
            }),
        ],
    },
    Table {
        file: "rpc_returned.rs",
        source: include_str!("../../../src/event/rpc_returned.rs"),
        rows: &[
            ("closed, the run closed meanwhile", |s| s.is_refused()),
            ("running", |s| s.is_running() && s.result.is_ok()),
        ],
    },
    Table {
        file: "rpc_ended.rs",
        source: include_str!("../../../src/event/rpc_ended.rs"),
        rows: &[
            ("locked by it", |s| {
                s.is_locked_by_it() && s.after.rpc_in_progress().is_none()
            }),
            ("anything else, late", |s| {
                !s.is_locked_by_it() && s.is_without_effect()
            }),
        ],
    },
    Table {
        file: "rpc_forgotten.rs",
        source: include_str!("../../../src/event/rpc_forgotten.rs"),
        rows: &[
            ("locked by it", |s| {
                s.is_locked_by_it() && s.after.rpc_in_progress().is_none()
            }),
            ("anything else, late", |s| {
                !s.is_locked_by_it() && s.is_without_effect()
            }),
        ],
    },
    Table {
        file: "stopped.rs",
        source: include_str!("../../../src/event/stopped.rs"),
        rows: &[
            ("closed, cancel", |s| {
                !s.is_running() && s.stop() == StopKind::Cancel && s.is_without_effect()
            }),
            ("closed, terminate, fail", |s| {
                s.is_refused() && s.stop() != StopKind::Cancel
            }),
            ("running, cancel", |s| s.is_now(Status::Canceled)),
            ("running, terminate", |s| s.is_now(Status::Terminated)),
            ("running, fail", |s| s.is_now(Status::Failed)),
        ],
    },
    Table {
        file: "timer_skipped.rs",
        source: include_str!("../../../src/event/timer_skipped.rs"),
        rows: &[
            (
                "anything, the execution does not wait, or has no such timer",
                |s| s.has_fired().is_none() && *s.result == Err(Rejection::NoSuchTimer),
            ),
            ("waiting, chosen by index, fired already", |s| {
                s.has_fired() == Some(true)
                    && !s.is_by_id()
                    && *s.result == Err(Rejection::NoSuchTimer)
            }),
            ("waiting, chosen by id, fired already", |s| {
                s.has_fired() == Some(true) && s.is_by_id() && s.is_without_effect()
            }),
            ("waiting, pending", |s| {
                s.has_fired() == Some(false) && s.has_fired_a_timer()
            }),
        ],
    },
    Table {
        file: "timer_skipped_early.rs",
        source: include_str!("../../../src/event/timer_skipped_early.rs"),
        rows: &[
            ("closed", |s| s.is_refused()),
            ("waiting, the timer is pending", |s| {
                s.has_fired() == Some(false) && s.has_fired_a_timer()
            }),
            (
                "waiting, there is no such timer, or it fired already",
                |s| {
                    s.skipped().is_some_and(|e| e.waiting().is_some())
                        && s.has_fired() != Some(false)
                        && s.is_without_effect()
                },
            ),
            ("not started, or in waitUntil", |s| {
                let in_wait_until = |e: &StateExecution| matches!(e.phase, Phase::WaitUntil(_));
                s.skipped().is_none_or(in_wait_until)
                    && s.wrote(|write| matches!(write, Write::SkipKept(..)))
            }),
            ("executing or done, too late", |s| {
                let executes = |e: &StateExecution| matches!(e.phase, Phase::Execute { .. });
                s.is_running() && s.skipped().is_none_or(executes) && s.is_without_effect()
            }),
        ],
    },
    Table {
        file: "attributes_set.rs",
        source: include_str!("../../../src/event/attributes_set.rs"),
        rows: &[
            ("closed", |s| s.is_refused()),
            ("running", |s| s.is_running() && s.is_indexable()),
            ("running, a search attribute cannot be indexed", |s| {
                s.is_running()
                    && !s.is_indexable()
                    && s.wrote(|write| matches!(write, Write::SearchAttributeSet(_)))
            }),
        ],
    },
    Table {
        file: "config_updated.rs",
        source: include_str!("../../../src/event/config_updated.rs"),
        rows: &[
            ("closed", |s| s.is_refused()),
            ("running, nothing that matters here", |s| {
                *s.event == Event::ConfigUpdated(None) && s.is_without_effect()
            }),
            ("running, another mode of executing state ids", |s| {
                s.is_running() && s.wrote(|write| matches!(write, Write::ConfigSet(_)))
            }),
        ],
    },
    Table {
        file: "reset.rs",
        source: include_str!("../../../src/event/reset.rs"),
        rows: &[
            ("in a call, it was under way or to be repeated", |s| {
                s.became_due(|state| !matches!(state, CallState::Locking { .. }))
            }),
            ("in a call, it waits for locks that are free", |s| {
                s.became_due(|state| matches!(state, CallState::Locking { .. }))
            }),
            ("waiting, a timer became due meanwhile", |s| {
                s.has_fired_a_timer()
            }),
            ("locked by an RPC of the other run", |s| {
                s.before.rpc_lock.is_some() && s.after.rpc_lock.is_none()
            }),
            ("anything else", |s| s.is_without_effect()),
        ],
    },
];

pub(super) fn table_of(event: &Event) -> &'static Table {
    let file = match event {
        Event::Started(_) => "started.rs",
        Event::SignalReceived { .. } => "signal_received.rs",
        Event::Published(_) => "published.rs",
        Event::WaitUntilReturned { .. } => "wait_until_returned.rs",
        Event::ExecuteReturned { .. } => "execute_returned.rs",
        Event::CallFailed { .. } => "call_failed.rs",
        Event::CallClaimed(_) => "call_claimed.rs",
        Event::CallHandedBack(_) => "call_handed_back.rs",
        Event::TimeReached => "time_reached.rs",
        Event::RpcLocksWanted(_) => "rpc_locks_wanted.rs",
        Event::RpcReturned { .. } => "rpc_returned.rs",
        Event::RpcEnded(_) => "rpc_ended.rs",
        Event::RpcForgotten(_) => "rpc_forgotten.rs",
        Event::Stopped { .. } => "stopped.rs",
        Event::TimerSkipped { .. } => "timer_skipped.rs",
        Event::TimerSkippedEarly { .. } => "timer_skipped_early.rs",
        Event::AttributesSet(_) => "attributes_set.rs",
        Event::ConfigUpdated(_) => "config_updated.rs",
        Event::Reset(_) => "reset.rs",
    };
    let table = TABLES.iter().find(|table| table.file == file);
    table.expect("every event has its table")
}
