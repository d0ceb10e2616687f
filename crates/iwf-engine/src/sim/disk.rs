//! A database that fails when the dice say so: reads, writes, commits, and the whole process with
//! it, before a commit or right after. What becomes durable goes to the ledger at that moment.

use std::cell::RefCell;
use std::rc::Rc;

use iwf_engine_core::{
    AttributeKey, Event, Recorded, RpcId, Run, Schedule, SearchType, Timestamp, WorkflowId, Write,
};

use super::dice::Dice;
use super::ledger::Ledger;
use super::plan::DiskFaults;
use crate::store::{
    Cleared, Cursor, Loaded, RunKey, RunStore, Save, Schedules, StoreError, Stored,
};

/// What a process dies with, in the place of a panic.
pub(super) struct Crash;

/// One run as a commit writes it.
#[derive(Clone)]
pub(super) struct Saved {
    pub(super) key: RunKey,
    pub(super) run: Run,
    pub(super) stored: Option<Stored>,
    pub(super) writes: Vec<Write>,
    pub(super) events: Vec<(Timestamp, Event)>,
    pub(super) begins_anew: bool,
    noted_lock: Option<RpcId>,
    history_bytes_max: usize,
    pub(super) now: Timestamp,
}

impl Saved {
    fn new(save: &Save<'_>) -> Self {
        Self {
            key: save.key,
            run: save.run.clone(),
            stored: save.stored.cloned(),
            writes: save.writes.to_vec(),
            events: save.events.to_vec(),
            begins_anew: save.begins_anew,
            noted_lock: save.noted_lock,
            history_bytes_max: save.history_bytes_max,
            now: save.now,
        }
    }

    pub(super) fn as_save(&self) -> Save<'_> {
        Save {
            key: self.key,
            run: &self.run,
            stored: self.stored.as_ref(),
            writes: &self.writes,
            events: &self.events,
            begins_anew: self.begins_anew,
            noted_lock: self.noted_lock,
            history_bytes_max: self.history_bytes_max,
            now: self.now,
        }
    }
}

/// What survives the process beside the rows: the faults to come, and a commit of which nobody
/// knows whether it happened.
pub(super) struct Fate {
    pub(super) dice: Dice,
    pub(super) faults: DiskFaults,
    /// No more faults.
    pub(super) is_calm: bool,
    /// Everything fails until then, in simulated milliseconds.
    pub(super) outage_until: i64,
    pub(super) unclear: Vec<Saved>,
}

pub(super) struct Disk<S> {
    store: S,
    open: Vec<Saved>,
    fate: Rc<RefCell<Fate>>,
    ledger: Rc<RefCell<Ledger>>,
}

impl<S: RunStore> Disk<S> {
    pub(super) fn new(store: S, fate: Rc<RefCell<Fate>>, ledger: Rc<RefCell<Ledger>>) -> Self {
        Self {
            store,
            open: Vec::new(),
            fate,
            ledger,
        }
    }

    fn may_fail(&self, what: &str, chance: impl Fn(&DiskFaults) -> u32) -> Result<(), StoreError> {
        let mut fate = self.fate.borrow_mut();
        if fate.is_calm {
            return Ok(());
        }
        let mut ledger = self.ledger.borrow_mut();
        let outage = fate.faults.outage;
        if outage > 0 && fate.dice.chance(outage) && fate.dice.chance(50) {
            fate.outage_until = ledger.time + fate.dice.pick(&[500, 5_000, 120_000]);
            ledger.note(format_args!("the disk fails for a while"));
        }
        let per_mille = chance(&fate.faults);
        let fails = fate.outage_until > ledger.time || fate.dice.chance(per_mille);
        if !fails {
            return Ok(());
        }
        ledger.fault(format_args!("the disk fails to {what}"));
        Err(disk_full())
    }

    fn may_crash(&self, when: &str, chance: impl Fn(&DiskFaults) -> u32) {
        let mut fate = self.fate.borrow_mut();
        let per_mille = chance(&fate.faults);
        if !fate.is_calm && fate.dice.chance(per_mille) {
            drop(fate);
            let mut ledger = self.ledger.borrow_mut();
            ledger.fault(format_args!("the process dies {when} a commit"));
            drop(ledger);
            std::panic::resume_unwind(Box::new(Crash));
        }
    }

    /// Whether this commit fails without anybody knowing whether it is durable.
    fn is_unclear(&self) -> bool {
        let mut fate = self.fate.borrow_mut();
        let per_mille = fate.faults.commit_unclear;
        !fate.is_calm && fate.dice.chance(per_mille)
    }
}

impl<S: RunStore> RunStore for Disk<S> {
    fn last_key(&self) -> Result<RunKey, StoreError> {
        self.store.last_key()
    }

    fn load(&self, key: RunKey) -> Result<Option<Loaded>, StoreError> {
        self.may_fail("read", |faults| faults.read_fails)?;
        let loaded = self.store.load(key)?;
        self.ledger.borrow_mut().loaded(key, loaded.as_ref());
        Ok(loaded)
    }

    fn current(&self, workflow_id: &WorkflowId) -> Result<Option<RunKey>, StoreError> {
        self.may_fail("read", |faults| faults.read_fails)?;
        self.store.current(workflow_id)
    }

    fn due(
        &self,
        after: (Timestamp, RunKey),
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<(Timestamp, RunKey)>, StoreError> {
        self.may_fail("read", |faults| faults.read_fails)?;
        self.store.due(after, until, limit)
    }

    fn history(&self, key: RunKey, after: u64) -> Result<Vec<Recorded>, StoreError> {
        self.may_fail("read", |faults| faults.read_fails)?;
        self.store.history(key, after)
    }

    fn attribute_types(&self) -> Result<Vec<(AttributeKey, SearchType)>, StoreError> {
        self.store.attribute_types()
    }

    fn schedules(&self) -> Result<Schedules, StoreError> {
        self.store.schedules()
    }

    fn schedule(&self, workflow_id: &WorkflowId) -> Result<Option<Schedule>, StoreError> {
        self.may_fail("read", |faults| faults.read_fails)?;
        self.store.schedule(workflow_id)
    }

    fn save_schedule(&mut self, schedule: &Schedule) -> Result<(), StoreError> {
        self.may_fail("write", |faults| faults.write_fails)?;
        self.store.save_schedule(schedule)
    }

    fn try_to_write(&self) -> Result<(), StoreError> {
        self.may_fail("write", |faults| faults.write_fails)?;
        self.store.try_to_write()
    }

    fn begin(&mut self) -> Result<(), StoreError> {
        self.open.clear();
        self.store.begin()
    }

    fn save(&mut self, save: &Save<'_>) -> Result<Stored, StoreError> {
        self.may_fail("write", |faults| faults.write_fails)?;
        let stored = self.store.save(save)?;
        self.open.push(Saved::new(save));
        Ok(stored)
    }

    /// Closed runs are kept here, so that the ledger can compare them.
    fn clear_away(&mut self, _: Option<Timestamp>, _: Cursor) -> Result<Cleared, StoreError> {
        Ok(Cleared::default())
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        self.may_crash("before", |faults| faults.crash_before_commit);
        self.may_fail("commit", |faults| faults.commit_fails)?;
        if self.is_unclear() {
            let mut ledger = self.ledger.borrow_mut();
            ledger.fault(format_args!("a commit fails and may yet be on disk"));
            self.fate.borrow_mut().unclear = std::mem::take(&mut self.open);
            return Err(disk_full());
        }
        self.store.commit()?;
        // What was written later lies where the unclear commit lay.
        self.fate.borrow_mut().unclear.clear();
        let saved = std::mem::take(&mut self.open);
        self.ledger.borrow_mut().committed(saved);
        self.may_crash("after", |faults| faults.crash_after_commit);
        Ok(())
    }

    fn rollback(&mut self) {
        self.open.clear();
        self.store.rollback();
    }

    fn checkpoint(&mut self) {
        self.store.checkpoint();
    }
}

fn disk_full() -> StoreError {
    let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL);
    StoreError::Sql(rusqlite::Error::SqliteFailure(code, None))
}
