//! Time, the process and its crashes: what happens next, and to whom.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures::FutureExt;
use iwf_engine_core::{CallId, Event, Run, Timestamp};
use tokio::runtime::Runtime;

use super::client::Clients;
use super::dice::Dice;
use super::disk::{Crash, Disk, Fate};
use super::ledger::{Ledger, Origin, Rule};
use super::medium::Medium;
use super::plan::Plan;
use super::worker::{Manner, Worker};
use super::{Failure, Options, Report};
use crate::convert;
use crate::driver::{
    Cache, Calls, Changes, Clock, Closings, Command, Completions, Dispatcher, Lanes, Links,
    Mailbox, Turn, Writer, WriterHealth,
};
use crate::store::{RunKey, RunStore};

/// 2026-01-01, in Unix milliseconds.
const EPOCH_MILLIS: i64 = 1_767_225_600_000;
const HOUR_MILLIS: i64 = 3_600_000;
/// At the end nothing fails and nobody asks, so that everything owed can be done.
const CALM_MILLIS: i64 = HOUR_MILLIS;
/// More turns than that without any time between them are no work.
const TURNS_MAX: u32 = 5_000;

pub(super) struct World<M: Medium> {
    pub(super) dice: Dice,
    pub(super) plan: Plan,
    pub(super) ledger: Rc<RefCell<Ledger>>,
    pub(super) worker: Worker,
    pub(super) life: Option<Life<M::Store>>,
    pub(super) clients: Clients,
    agenda: BTreeMap<(i64, u64), Happening>,
    entries: u64,
    medium: M,
    fate: Rc<RefCell<Fate>>,
    wall: Arc<AtomicI64>,
    /// How far the wall clock is off.
    offset: i64,
    runtime: Runtime,
    is_calm: bool,
    turns: u64,
    /// Turns without work since time went on.
    spins: u32,
}

/// What one process has in memory.
pub(super) struct Life<S: RunStore> {
    pub(super) mailbox: Mailbox,
    pub(super) cache: Cache,
    pub(super) closings: Closings,
    pub(super) lanes: Lanes,
    writer: Writer<Disk<S>, SimCalls>,
    begun: Rc<RefCell<VecDeque<Begun>>>,
    /// What its clock has shown at least.
    latest: i64,
}

/// Something that is going to happen.
pub(super) enum Happening {
    ClientsAct,
    /// A call comes back to the life that made it.
    Returns {
        key: RunKey,
        call: CallId,
        event: Box<Event>,
        url: Arc<str>,
        /// The first time, which frees its place.
        is_first: bool,
    },
    RpcReturns(super::client::Rpc),
}

/// Takes the calls; the world carries them on after the turn.
#[derive(Clone)]
struct SimCalls {
    begun: Rc<RefCell<VecDeque<Begun>>>,
    ledger: Rc<RefCell<Ledger>>,
}

struct Begun {
    key: RunKey,
    call: CallId,
    run: Arc<Run>,
}

impl Calls for SimCalls {
    fn begin(&self, key: RunKey, call: CallId, run: Arc<Run>, _lanes: &Lanes) {
        self.ledger.borrow_mut().begun(key, call, &run);
        self.begun.borrow_mut().push_back(Begun { key, call, run });
    }
}

/// Whether the process is still there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Process {
    Worked,
    Rests,
    Dies,
    Ended,
}

pub(super) fn run<M: Medium>(seed: u64, options: Options, medium: M) -> Report {
    let mut world = World::new(seed, options, medium);
    world.reopen();
    world.after(0, Happening::ClientsAct);
    let hours = i64::from(options.hours);
    world.live_until(hours * HOUR_MILLIS);
    world.calm_down();
    world.live_until(hours * HOUR_MILLIS + CALM_MILLIS);
    world.report(seed)
}

impl<M: Medium> World<M> {
    fn new(seed: u64, options: Options, medium: M) -> Self {
        let mut dice = Dice::new(seed);
        let plan = Plan::draw(&mut dice);
        let ledger = Ledger::new(&plan.limits, options.is_verbose);
        let fate = Fate {
            dice: dice.fork(),
            faults: plan.disk,
            is_calm: false,
            outage_until: 0,
            unclear: Vec::new(),
        };
        #[expect(clippy::expect_used, reason = "only its timers are used")]
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .expect("a runtime without IO starts");
        Self {
            worker: Worker::new(dice.fork(), plan.features),
            clients: Clients::default(),
            dice,
            plan,
            ledger: Rc::new(RefCell::new(ledger)),
            life: None,
            agenda: BTreeMap::new(),
            entries: 0,
            medium,
            fate: Rc::new(RefCell::new(fate)),
            wall: Arc::new(AtomicI64::new(EPOCH_MILLIS)),
            offset: 0,
            runtime,
            is_calm: false,
            turns: 0,
            spins: 0,
        }
    }

    pub(super) fn time(&self) -> i64 {
        self.ledger.borrow().time
    }

    pub(super) fn now(&self) -> Timestamp {
        self.ledger.borrow().now
    }

    pub(super) fn after(&mut self, millis: i64, happening: Happening) {
        self.entries += 1;
        let at = self.time() + millis;
        self.agenda.insert((at, self.entries), happening);
    }

    fn is_over(&self) -> bool {
        self.ledger.borrow().violation.is_some()
    }

    fn live_until(&mut self, end: i64) {
        while self.time() < end && !self.is_over() {
            self.pass_time(end);
            self.happen();
            self.work();
        }
    }

    /// To the next thing on the agenda or in the engine, sometimes too far.
    fn pass_time(&mut self, end: i64) {
        let idle = match &mut self.life {
            Some(life) => life.writer.idle_time(),
            None => Duration::ZERO,
        };
        let idle = i64::try_from(idle.as_millis()).unwrap_or(i64::MAX);
        let time = self.time();
        let mut next = time.saturating_add(idle).min(end);
        if let Some(((at, _), _)) = self.agenda.first_key_value() {
            next = next.min(*at);
        }
        if !self.is_calm && self.dice.chance(self.plan.stall) {
            next += self.dice.pick(&[10, 3_000, 200_000]);
        }
        if !self.is_calm && self.dice.chance(self.plan.clock_step) {
            let step = self
                .dice
                .pick(&[-600_000, -5_000, -10, 10, 5_000, 4_000_000]);
            self.offset += step;
            let what = format_args!("the clock is set by {step} ms");
            self.ledger.borrow_mut().fault(what);
        }
        if next > time {
            self.spins = 0;
        } else {
            self.spins += 1;
        }
        self.set_time(next.max(time));
    }

    fn set_time(&mut self, time: i64) {
        let wall = EPOCH_MILLIS + time + self.offset;
        self.wall.store(wall, Ordering::Relaxed);
        let mut ledger = self.ledger.borrow_mut();
        let passed = time - ledger.time;
        ledger.time = time;
        if let Some(life) = &mut self.life {
            let shown = wall.max(life.latest);
            ledger.awake += passed.min(shown - life.latest);
            life.latest = shown;
            ledger.now = Timestamp(shown);
        }
    }

    fn happen(&mut self) {
        let time = self.time();
        while let Some(entry) = self.agenda.first_entry()
            && entry.key().0 <= time
        {
            match entry.remove() {
                Happening::ClientsAct if self.is_calm => {}
                Happening::ClientsAct => self.clients_act(),
                Happening::Returns {
                    key,
                    call,
                    event,
                    url,
                    is_first,
                } => self.returns(key, call, *event, &url, is_first),
                Happening::RpcReturns(rpc) => self.rpc_returns(rpc),
            }
        }
    }

    fn returns(&mut self, key: RunKey, call: CallId, event: Event, url: &Arc<str>, is_first: bool) {
        let Some(life) = &self.life else { return };
        if is_first {
            self.ledger.borrow_mut().ended(key, call);
            life.lanes.returned(key, call, event, url);
        } else {
            let mut ledger = self.ledger.borrow_mut();
            // Whoever asks twice whether a call is under way may be told no: that is an excuse.
            ledger.fault(format_args!("an answer comes again"));
            life.mailbox
                .tell(Command::CallReturned { key, call, event });
        }
    }

    /// Turns of the writer until it rests, dies or ends.
    fn work(&mut self) {
        for _ in 0..TURNS_MAX {
            let process = self.turn();
            self.carry_calls_on();
            self.hear_answers();
            if process != Process::Dies {
                self.check_waiting();
            }
            match process {
                Process::Worked => {}
                Process::Rests => {
                    self.rest();
                    return;
                }
                Process::Dies | Process::Ended => {
                    self.die();
                    self.reopen();
                    return;
                }
            }
            if self.is_over() {
                return;
            }
        }
        let verdict = Rule::NoSpin.broken(format_args!("{TURNS_MAX} turns in one instant"));
        self.ledger.borrow_mut().judge(verdict);
    }

    fn turn(&mut self) -> Process {
        self.turns += 1;
        let Some(life) = &mut self.life else {
            return Process::Ended;
        };
        let writer = &mut life.writer;
        // As the writer's own loop does it.
        let turn = AssertUnwindSafe(|| {
            writer.idle_time();
            writer.turn(Duration::ZERO)
        });
        match std::panic::catch_unwind(turn) {
            Ok(Turn::Worked) => Process::Worked,
            Ok(Turn::Rested) => Process::Rests,
            Ok(Turn::Last) => Process::Ended,
            Err(panic) if panic.is::<Crash>() => Process::Dies,
            Err(_) => {
                let verdict = Rule::NoPanic.broken(format_args!("its words stand above"));
                self.ledger.borrow_mut().judge(verdict);
                Process::Dies
            }
        }
    }

    fn rest(&mut self) {
        self.ledger.borrow_mut().rests();
        if self.spins > 100 {
            let verdict = Rule::NoSpin.broken(format_args!("it asks for turns without any work"));
            self.ledger.borrow_mut().judge(verdict);
        }
        if let Some(life) = &self.life
            && self.dice.chance(20)
        {
            let keys: Vec<RunKey> = self.ledger.borrow().runs().map(|(key, _)| key).collect();
            for key in keys {
                if let Some(hot) = life.cache.get(key) {
                    self.ledger.borrow_mut().hot(key, &hot.run);
                }
            }
        }
        if self.is_calm {
            return;
        }
        if self.dice.chance(self.plan.crash_between) {
            if self.dice.chance(300) {
                self.shut_down();
            } else {
                self.die();
                self.reopen();
            }
        }
    }

    /// An orderly end: no more calls, those that were only claimed are handed back.
    fn shut_down(&mut self) {
        if let Some(life) = &self.life {
            self.ledger
                .borrow_mut()
                .note(format_args!("the process is told to end"));
            life.lanes.close();
            life.mailbox.tell(Command::Stop);
        }
        self.work();
    }

    fn die(&mut self) {
        self.life = None;
        self.ledger.borrow_mut().died();
        self.clients.hear_nothing_more();
        self.agenda
            .retain(|_, happening| matches!(happening, Happening::ClientsAct));
    }

    fn reopen(&mut self) {
        self.set_time(self.time());
        let wall = self.wall.load(Ordering::Relaxed);
        self.ledger.borrow_mut().now = Timestamp(wall);
        self.settle_unclear_commit();
        let store = self.medium.open();
        self.ledger.borrow_mut().reopened(&store);
        let (mailbox, inbox) = Mailbox::new(self.plan.limits.queue_requests_max);
        let begun = Rc::<RefCell<VecDeque<Begun>>>::default();
        let calls = SimCalls {
            begun: begun.clone(),
            ledger: self.ledger.clone(),
        };
        let limits = self.plan.limits.clone();
        let dispatcher = Dispatcher::new(calls, mailbox.clone(), &limits);
        let lanes = dispatcher.lanes().clone();
        let links = Links {
            cache: Cache::new(&limits),
            clock: Clock::simulated(self.wall.clone()),
            dispatcher,
            closings: Closings::default(),
            completions: Completions::default(),
            changes: Changes::default(),
            health: WriterHealth::default(),
            retention: None,
            metrics: Arc::default(),
        };
        let (cache, closings) = (links.cache.clone(), links.closings.clone());
        let disk = Disk::new(store, self.fate.clone(), self.ledger.clone());
        #[expect(
            clippy::expect_used,
            reason = "the simulated disk lets a process begin"
        )]
        let writer = Writer::new(disk, inbox, limits, links).expect("the rows can be read");
        self.life = Some(Life {
            mailbox,
            cache,
            closings,
            lanes,
            writer,
            begun,
            latest: wall,
        });
    }

    /// Only now it turns out whether a commit that failed is on disk.
    fn settle_unclear_commit(&mut self) {
        let unclear = std::mem::take(&mut self.fate.borrow_mut().unclear);
        if unclear.is_empty() || self.dice.chance(500) {
            return;
        }
        let mut ledger = self.ledger.borrow_mut();
        ledger.note(format_args!("the commit that failed is on disk"));
        let mut store = self.medium.open();
        let written = store.begin().and_then(|()| {
            for saved in &unclear {
                store.save(&saved.as_save())?;
            }
            store.commit()
        });
        let now = ledger.now;
        ledger.now = unclear.first().map_or(now, |saved| saved.now);
        match written {
            Ok(()) => ledger.committed(unclear),
            Err(error) => {
                let verdict = Rule::ReadsBack.broken(format_args!("it cannot be redone: {error}"));
                ledger.judge(verdict);
            }
        }
        ledger.now = now;
    }

    /// Each call goes through the real conversions to a worker that does as the dice say.
    fn carry_calls_on(&mut self) {
        while let Some(begun) = self.next_begun() {
            let manner = self.draw_manner();
            let (event, timeout) = self.call(&begun, manner);
            let delay = match manner {
                Manner::Silent => timeout,
                Manner::Answers | Manner::Illegal | Manner::Fails => {
                    self.draw_latency().min(timeout)
                }
            };
            if !self.is_calm && self.dice.chance(self.plan.worker.doubled) {
                let again = delay + self.draw_delay();
                self.comes(again, &begun, event.clone(), false);
            }
            if manner == Manner::Silent && self.dice.chance(self.plan.worker.late) {
                let (late, _) = self.call(&begun, Manner::Answers);
                let later = delay + self.draw_delay();
                self.comes(later, &begun, late, false);
            }
            self.comes(delay, &begun, event, true);
        }
    }

    /// What the engine makes of the worker's answer, and how long it would wait for one.
    fn call(&mut self, begun: &Begun, manner: Manner) -> (Event, i64) {
        self.worker.prepare(manner, begun.run.executions.len());
        let _entered = self.runtime.enter();
        let (run, now) = (begun.run.clone(), self.now());
        let answered = convert::call_worker(&self.worker, run, begun.call, now, &self.plan.limits)
            .now_or_never();
        #[expect(clippy::expect_used, reason = "the simulated worker never waits")]
        let event = answered.expect("the answer is there at once");
        let told = self.worker.take_told();
        let mut ledger = self.ledger.borrow_mut();
        for token in told.tokens {
            ledger.tokens.issue(token, Origin::Worker);
        }
        let timeout = i64::try_from(told.timeout.as_millis()).unwrap_or(i64::MAX);
        (event, timeout)
    }

    fn comes(&mut self, delay: i64, begun: &Begun, event: Event, is_first: bool) {
        let happening = Happening::Returns {
            key: begun.key,
            call: begun.call,
            event: Box::new(event),
            url: begun.run.settings.worker_url.clone(),
            is_first,
        };
        self.after(delay, happening);
    }

    fn draw_delay(&mut self) -> i64 {
        self.dice.pick(&[0, 1, 2_000, 60_000])
    }

    fn next_begun(&mut self) -> Option<Begun> {
        self.life.as_ref()?.begun.borrow_mut().pop_front()
    }

    fn draw_manner(&mut self) -> Manner {
        if self.is_calm {
            return Manner::Answers;
        }
        let faults = self.plan.worker;
        if self.dice.chance(faults.fails) {
            Manner::Fails
        } else if self.dice.chance(faults.lost) {
            Manner::Silent
        } else if self.dice.chance(faults.illegal) {
            Manner::Illegal
        } else {
            Manner::Answers
        }
    }

    fn draw_latency(&mut self) -> i64 {
        if self.is_calm {
            return 1;
        }
        if self.dice.chance(self.plan.worker.slow) {
            self.dice.within(100, 40_000)
        } else {
            self.dice.pick(&[0, 0, 1, 3, 20])
        }
    }

    fn calm_down(&mut self) {
        self.is_calm = true;
        self.fate.borrow_mut().is_calm = true;
        self.worker.calm_down();
        // Whoever set the clock back sets it right.
        if let Some(life) = &self.life {
            let wall = self.wall.load(Ordering::Relaxed);
            self.offset += (life.latest - wall).max(0);
        }
        let mut ledger = self.ledger.borrow_mut();
        ledger.fault(format_args!("from now on nothing fails"));
    }

    fn report(self, seed: u64) -> Report {
        let mut ledger = self.ledger.borrow_mut();
        if let (None, Some(life)) = (&ledger.violation, &self.life) {
            ledger.nobody_waits_for_locks();
            ledger.nobody_holds_locks(&life.cache);
        }
        let failure = ledger.violation.as_ref().map(|violation| Failure {
            invariant: violation.rule.to_string(),
            detail: violation.to_string(),
            last_events: ledger.trace.last_lines().map(str::to_owned).collect(),
        });
        Report {
            seed,
            turns: self.turns,
            commits: ledger.commits,
            lives: ledger.life,
            workflow_hours: ledger.workflow_hours(),
            history: ledger.trace.hash(),
            failure,
        }
    }
}

/// Asks a future once; nobody is woken.
pub(super) fn poll<T>(future: &mut Pin<Box<dyn Future<Output = T>>>) -> Option<T> {
    let mut context = Context::from_waker(Waker::noop());
    match future.as_mut().poll(&mut context) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}
