//! What the simulation knows of its own: every value that was sent, every call that was made,
//! every commit. It is no second engine; it keeps books, and says when they do not agree.
//!
//! Commits, calls and answers are entered at the moment they happen, so that an effect before its
//! commit is seen even if the commit follows.

mod calls;
mod messages;
mod owed;
mod rules;
mod run;
mod tokens;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Arguments;
use std::sync::Arc;

use iwf_engine_core::{
    Api, CallId, Run, RunId, Serial, StateExecutionId, StateId, Timestamp, WorkflowId,
};

use self::messages::Queues;
pub(super) use self::rules::{Rule, Violation};
pub(super) use self::tokens::Origin;
use self::tokens::Tokens;
use super::disk::Saved;
use super::trace::Trace;
use crate::config::Limits;
use crate::store::{Loaded, RunKey, RunStore};

pub(super) struct Ledger {
    /// Simulated milliseconds since the beginning, whatever the clocks show.
    pub(super) time: i64,
    /// What the engine's clock must show.
    pub(super) now: Timestamp,
    /// How long the engine could have noticed that time passes: not while its clock stands because
    /// it was set back, and no more than that when it is set forward.
    pub(super) awake: i64,
    pub(super) trace: Trace,
    pub(super) violation: Option<Violation>,
    pub(super) tokens: Tokens,
    bounds: Bounds,
    runs: BTreeMap<RunKey, Known>,
    running: BTreeMap<WorkflowId, RunKey>,
    made: BTreeMap<(RunKey, Serial, Api), Made>,
    under_way: BTreeMap<(RunKey, CallId), Place>,
    /// Answers on their way to the writer, and since when.
    returned: Vec<(RunKey, CallId, i64)>,
    /// What is owed and not done, and since when.
    late: BTreeMap<(RunKey, Option<CallId>), i64>,
    /// Executions of which clients skipped a timer.
    skips: BTreeSet<(RunKey, StateExecutionId)>,
    /// Counts the lives of the process.
    pub(super) life: u32,
    pub(super) commits: u64,
    last_fault: i64,
    last_fault_awake: i64,
    open_millis: i64,
}

/// A run as it was committed last.
struct Known {
    run: Arc<Run>,
    queues: Queues,
    opened_at: i64,
    /// Of the last client's message in it.
    last_order: u64,
}

/// Calls at a time.
#[derive(Clone, Copy)]
struct Bounds {
    per_worker: usize,
    per_state: usize,
}

/// Where a call goes, which bounds how many go there at a time.
#[derive(Clone, PartialEq, Eq)]
struct Place {
    url: Arc<str>,
    state_id: StateId,
}

/// The last attempt of a call that left for its worker.
struct Made {
    attempt: u32,
    life: u32,
    at: i64,
}

impl Ledger {
    pub(super) fn new(limits: &Limits, is_verbose: bool) -> Self {
        Self {
            time: 0,
            now: Timestamp(0),
            awake: 0,
            trace: Trace::new(is_verbose),
            violation: None,
            tokens: Tokens::default(),
            bounds: Bounds {
                per_worker: limits.calls_per_worker_max,
                per_state: limits.calls_per_state_max,
            },
            runs: BTreeMap::new(),
            running: BTreeMap::new(),
            made: BTreeMap::new(),
            under_way: BTreeMap::new(),
            returned: Vec::new(),
            late: BTreeMap::new(),
            skips: BTreeSet::new(),
            life: 0,
            commits: 0,
            last_fault: i64::MIN / 2,
            last_fault_awake: 0,
            open_millis: 0,
        }
    }

    pub(super) fn note(&mut self, what: Arguments<'_>) {
        self.trace.line(self.time, what);
    }

    /// Notes what excuses delays and repetitions.
    pub(super) fn fault(&mut self, what: Arguments<'_>) {
        self.last_fault = self.time;
        self.last_fault_awake = self.awake;
        self.trace.line(self.time, what);
    }

    /// Keeps the first violation; what follows from it tells little.
    pub(super) fn judge(&mut self, verdict: Result<(), Violation>) {
        if let (Err(violation), None) = (verdict, &self.violation) {
            self.trace
                .line(self.time, format_args!("VIOLATION {violation}"));
            self.violation = Some(violation);
        }
    }

    pub(super) fn run(&self, key: RunKey) -> Option<&Arc<Run>> {
        Some(&self.runs.get(&key)?.run)
    }

    pub(super) fn runs(&self) -> impl DoubleEndedIterator<Item = (RunKey, &Arc<Run>)> {
        self.runs.iter().map(|(key, known)| (*key, &known.run))
    }

    /// A commit became durable.
    pub(super) fn committed(&mut self, saved: Vec<Saved>) {
        self.commits += 1;
        for saved in saved {
            let what = run::summary(&saved);
            self.note(format_args!("commit run {} {what}", saved.key.0));
            let verdict = self.check(&saved);
            self.judge(verdict);
            self.keep(saved);
        }
        let verdict = self.one_runs_at_a_time();
        self.judge(verdict);
    }

    fn check(&mut self, saved: &Saved) -> Result<(), Violation> {
        if saved.now != self.now {
            return Rule::Clock.broken(format_args!(
                "a commit at {:?}, not {:?}",
                saved.now, self.now
            ));
        }
        let before = self.run(saved.key).cloned();
        run::check(before.as_deref(), saved)?;
        run::timers(before.as_deref(), saved, &self.skips)?;
        run::locks(saved)?;
        calls::check(before.as_deref(), saved)?;
        let known = self.runs.get_mut(&saved.key);
        let mut nothing = (Queues::default(), 0);
        let (queues, last_order) = match known {
            Some(known) => (&mut known.queues, &mut known.last_order),
            None => (&mut nothing.0, &mut nothing.1),
        };
        self.tokens.committed(saved, last_order)?;
        queues.committed(saved)?;
        messages::received(before.as_deref(), saved)
    }

    fn keep(&mut self, saved: Saved) {
        let run = Arc::new(Run {
            rpc_lock: None,
            ..saved.run
        });
        let is_new = !self.runs.contains_key(&saved.key);
        let time = self.time;
        let known = self.runs.entry(saved.key).or_insert_with(|| Known {
            run: run.clone(),
            queues: Queues::of(&run),
            opened_at: time,
            last_order: 0,
        });
        let was_running = is_new || known.run.is_running();
        if was_running && !run.is_running() {
            self.open_millis += time - known.opened_at;
        }
        known.run = run;
    }

    fn one_runs_at_a_time(&mut self) -> Result<(), Violation> {
        self.running.clear();
        for (key, known) in &self.runs {
            if !known.run.is_running() {
                continue;
            }
            let other = self.running.insert(known.run.workflow_id.clone(), *key);
            if let Some(other) = other {
                return Rule::OneRuns.broken(format_args!("runs {} and {}", other.0, key.0));
            }
        }
        Ok(())
    }

    /// The store gave a run to the engine.
    pub(super) fn loaded(&mut self, key: RunKey, loaded: Option<&Loaded>) {
        let verdict = match (self.run(key), loaded) {
            (None, None) => Ok(()),
            (Some(known), Some(loaded)) if **known == loaded.run => Ok(()),
            (known, loaded) => {
                let loaded = loaded.map(|loaded| &loaded.run);
                Rule::ReadsBack.broken(format_args!(
                    "run {}: {loaded:?} was read, {known:?} was committed",
                    key.0
                ))
            }
        };
        self.judge(verdict);
    }

    /// What the engine keeps in memory of a run must be what is committed.
    pub(super) fn hot(&mut self, key: RunKey, hot: &Run) {
        let hot = Run {
            rpc_lock: None,
            ..hot.clone()
        };
        let known = self.run(key);
        if known.is_none_or(|known| **known != hot) {
            let what = format_args!("run {}: {hot:?} is hot, {known:?} is committed", key.0);
            let verdict = Rule::CacheAgrees.broken(what);
            self.judge(verdict);
        }
    }

    /// The process is gone, and with it what only it knew.
    pub(super) fn died(&mut self) {
        self.life += 1;
        self.under_way.clear();
        self.returned.clear();
        self.late.clear();
        self.fault(format_args!("the process ends"));
    }

    /// The next process finds these rows.
    pub(super) fn reopened(&mut self, store: &impl RunStore) {
        let keys: Vec<RunKey> = self.runs.keys().copied().collect();
        for key in keys {
            match store.load(key) {
                Ok(loaded) => self.loaded(key, loaded.as_ref()),
                Err(error) => {
                    let what = format_args!("run {} cannot be read: {error}", key.0);
                    self.judge(Rule::ReadsBack.broken(what));
                }
            }
        }
        let verdict = self.due_rows(store);
        self.judge(verdict);
    }

    /// Whether a chain of runs is over.
    pub(super) fn has_ended(&self, first: RunId) -> bool {
        self.runs.values().any(|known| {
            let outcome = known.run.head.outcome.as_ref();
            known.run.settings.first_run_id == first && outcome.is_some_and(|it| !it.is_retried)
        })
    }

    pub(super) fn skip_asked(&mut self, key: RunKey, execution: StateExecutionId) {
        self.skips.insert((key, execution));
    }

    /// Hours that runs were open.
    pub(super) fn workflow_hours(&self) -> f64 {
        let open = self.runs.values().filter(|known| known.run.is_running());
        let still: i64 = open.map(|known| self.time - known.opened_at).sum();
        #[expect(clippy::cast_precision_loss, reason = "for people")]
        let hours = (self.open_millis + still) as f64 / 3_600_000.0;
        hours
    }
}
