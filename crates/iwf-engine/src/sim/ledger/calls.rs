//! Calls: made as owed, once where once is all, again as their policy says.

use iwf_engine_core::{CallId, CallState, Event, RetryPolicy, Run, StateExecution, Timestamp};

use super::{Ledger, Made, Place, Rule, Violation};
use crate::sim::disk::Saved;
use crate::store::RunKey;

impl Ledger {
    /// A call leaves for its worker; the run is the one it is made with.
    pub(in crate::sim) fn begun(&mut self, key: RunKey, call: CallId, run: &Run) {
        let name = format!("{:?} {} of #{}", call.api, call.attempt, call.serial.0);
        if run.execution_in_call(call).is_none() {
            // It came back at once, without any worker: a later event of the batch undid it.
            self.note(format_args!("no call {name} of run {}", key.0));
            return;
        }
        self.note(format_args!("call {name} of run {}", key.0));
        let verdict = self.check_begun(key, call, run);
        self.judge(verdict);
    }

    fn check_begun(&mut self, key: RunKey, call: CallId, run: &Run) -> Result<(), Violation> {
        let known = self.run(key).cloned();
        let execution = known.as_ref().and_then(|run| run.execution_in_call(call));
        let Some(execution) = execution else {
            return Rule::CallIsOwed.broken(format_args!("run {}: {call:?}", key.0));
        };
        let policy = execution.api_options(call.api).retry();
        let is_once = policy.maximum_attempts == 1;
        let state = execution.call().map(|(_, call)| call.state);
        let wanted = if is_once {
            CallState::Claimed
        } else {
            CallState::Due
        };
        if state != Some(wanted) {
            return Rule::CallIsOwed.broken(format_args!("run {}: {call:?} is {state:?}", key.0));
        }
        let place = Place {
            url: run.settings.worker_url.clone(),
            state_id: execution.id.state_id.clone(),
        };
        self.under_way.insert((key, call), place.clone());
        let (at_worker, of_state) = self.crowd_at(&place);
        if at_worker > self.bounds.per_worker || of_state > self.bounds.per_state {
            return Rule::LaneBound.broken(format_args!(
                "{at_worker} calls at {}, {of_state} of {}",
                place.url, place.state_id
            ));
        }
        self.count_attempt(key, call, &policy)
    }

    /// Calls that are under way at a worker, and those of one state among them.
    fn crowd_at(&self, place: &Place) -> (usize, usize) {
        let at_worker = self.under_way.values().filter(|it| it.url == place.url);
        let of_state = at_worker.clone().filter(|it| it.state_id == place.state_id);
        (at_worker.count(), of_state.count())
    }

    /// Whether a call has to wait for others to come back.
    pub(super) fn is_crowded_out(&self, run: &Run, call: CallId) -> bool {
        let Some(execution) = run.execution_in_call(call) else {
            return false;
        };
        let (at_worker, of_state) = self.crowd_at(&Place {
            url: run.settings.worker_url.clone(),
            state_id: execution.id.state_id.clone(),
        });
        at_worker >= self.bounds.per_worker || of_state >= self.bounds.per_state
    }

    fn count_attempt(
        &mut self,
        key: RunKey,
        call: CallId,
        policy: &RetryPolicy,
    ) -> Result<(), Violation> {
        let made = Made {
            attempt: call.attempt,
            life: self.life,
            at: self.time,
        };
        let last = self.made.insert((key, call.serial, call.api), made);
        let last_attempt = last.as_ref().map_or(0, |last| last.attempt);
        let name = format!("run {}: {call:?} after attempt {last_attempt}", key.0);
        let max = policy.maximum_attempts;
        if max == 1 && last.is_some() {
            return Rule::OneAttempt.broken(format_args!("{name}"));
        }
        let is_next = call.attempt == last_attempt + 1;
        // Its answer was lost with the process, or with a write that failed.
        let was_lost = |last: Made| last.life != self.life || self.last_fault >= last.at;
        let is_again = call.attempt == last_attempt && last.is_some_and(was_lost);
        if !(is_next || is_again) || max != 0 && call.attempt > max {
            return Rule::Attempts.broken(format_args!("{name}"));
        }
        Ok(())
    }

    /// The end of a call is on its way to the writer.
    pub(in crate::sim) fn ended(&mut self, key: RunKey, call: CallId) {
        self.under_way.remove(&(key, call));
        self.returned.push((key, call, self.time));
    }

    /// The writer has worked off its queue.
    pub(super) fn answers_applied(&mut self) -> Result<(), Violation> {
        for (key, call, since) in std::mem::take(&mut self.returned) {
            if self.last_fault >= since || self.under_way.contains_key(&(key, call)) {
                continue;
            }
            let run = self.run(key);
            let execution = run.and_then(|run| run.execution_in_call(call));
            let state = execution.and_then(|it| Some(it.call()?.1.state));
            if let Some(CallState::Due | CallState::Claimed) = state {
                return Rule::AnswerApplied.broken(format_args!(
                    "run {}: {call:?} came back and is still {state:?}",
                    key.0
                ));
            }
        }
        Ok(())
    }
}

/// What became of the calls in this commit.
pub(super) fn check(before: Option<&Run>, saved: &Saved) -> Result<(), Violation> {
    for execution in saved.run.executions.values() {
        let old = before.and_then(|before| before.executions.get(&execution.slot));
        let old = old.filter(|old| old.serial == execution.serial);
        check_execution(old.map(|old| &**old), execution, saved)?;
    }
    let Some(before) = before else { return Ok(()) };
    for (at, event) in &saved.events {
        if let Event::CallFailed { call, .. } = event {
            check_failure(before, *call, *at, saved)?;
        }
    }
    Ok(())
}

fn check_execution(
    old: Option<&StateExecution>,
    new: &StateExecution,
    saved: &Saved,
) -> Result<(), Violation> {
    let Some((api, call)) = new.call() else {
        return Ok(());
    };
    let old = old.and_then(StateExecution::call);
    let old = old.filter(|(old_api, _)| *old_api == api);
    let fine = match old {
        None => {
            call.attempt == 1
                && call.first_attempt_at == saved.now
                && matches!(call.state, CallState::Due | CallState::Locking { .. })
        }
        Some((_, old)) if old.attempt == call.attempt => {
            call.first_attempt_at == old.first_attempt_at
                && match (old.state, call.state) {
                    (CallState::BackingOff { until }, CallState::Due) => until <= saved.now,
                    (CallState::Locking { .. } | CallState::Claimed, CallState::Due)
                    | (CallState::Due, CallState::Claimed) => true,
                    (old, new) => old == new,
                }
        }
        Some((_, old)) => {
            call.attempt == old.attempt + 1
                && call.first_attempt_at == old.first_attempt_at
                && matches!(old.state, CallState::Due | CallState::Claimed)
        }
    };
    if fine {
        return Ok(());
    }
    Rule::Attempts.broken(format_args!(
        "run {}: {} went from {old:?} to {call:?} at {:?}",
        saved.key.0, new.id, saved.now
    ))
}

/// After a failure comes the next attempt at its time, or none.
fn check_failure(before: &Run, id: CallId, at: Timestamp, saved: &Saved) -> Result<(), Violation> {
    let Some(execution) = before.execution_in_call(id) else {
        return Ok(());
    };
    let Some((_, call)) = execution.call() else {
        return Ok(());
    };
    let is_under_way = matches!(call.state, CallState::Due | CallState::Claimed);
    if !is_under_way || !saved.run.is_running() {
        return Ok(());
    }
    let policy = execution.api_options(id.api).retry();
    let ends_at = before.settings.deadline.into_iter();
    let ends_at = ends_at.chain(own_end(&policy, call.first_attempt_at)).min();
    let again_at = at.plus_millis(back_off_millis(&policy, id.attempt));
    let may_again = (policy.maximum_attempts == 0 || id.attempt < policy.maximum_attempts)
        && ends_at.is_none_or(|end| again_at <= end);
    let now = saved.run.executions.get(&id.slot);
    let now = now.filter(|now| now.serial == id.serial);
    let now = now.and_then(|now| now.call());
    let next = now.filter(|(api, call)| *api == id.api && call.attempt == id.attempt + 1);
    let fine = match next {
        Some((_, call)) => may_again && call.state == CallState::BackingOff { until: again_at },
        None => !may_again,
    };
    if fine {
        return Ok(());
    }
    Rule::Attempts.broken(format_args!(
        "run {}: after {id:?} failed at {at:?} with {policy:?} comes {now:?}",
        saved.key.0
    ))
}

fn own_end(policy: &RetryPolicy, first_attempt_at: Timestamp) -> Option<Timestamp> {
    let seconds = i64::from(policy.maximum_duration_seconds);
    (seconds > 0).then(|| first_attempt_at.plus_seconds(seconds))
}

/// The policy in other words than the core's.
fn back_off_millis(policy: &RetryPolicy, failed: u32) -> i64 {
    let mut seconds = f64::from(policy.initial_interval_seconds);
    for _ in 1..failed {
        seconds *= policy.backoff_coefficient;
    }
    let seconds = seconds.min(f64::from(policy.maximum_interval_seconds));
    #[expect(clippy::cast_possible_truncation, reason = "capped by the maximum")]
    let millis = (seconds * 1000.0) as i64;
    millis
}
