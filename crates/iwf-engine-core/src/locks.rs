//! Exclusive locks on attribute keys: one set for data, one for search attributes, per run.
//!
//! Who holds what is not stored: it follows from the calls that are under way and their policies.
//! A call takes all its keys together or waits; those who came earlier are served first, and
//! their keys are reserved. Locks bind only those who ask for them.

use std::collections::BTreeSet;

use crate::call::CallState;
use crate::execution::StateExecution;
use crate::id::{AttributeKey, Slot};
use crate::options::LoadingPolicy;
use crate::run::Run;

#[derive(Default)]
struct Held<'a> {
    data: BTreeSet<&'a AttributeKey>,
    search: BTreeSet<&'a AttributeKey>,
}

impl<'a> Held<'a> {
    fn by_calls(run: &'a Run) -> Self {
        let mut held = Self::default();
        for execution in run.executions.values() {
            let holds = execution.call().is_some_and(|(_, call)| call.holds_locks());
            if let (true, Some(policies)) = (holds, execution.loading()) {
                held.add(policies);
            }
        }
        held
    }

    /// By calls and by an RPC.
    fn by_all(run: &'a Run) -> Self {
        let mut held = Self::by_calls(run);
        if let Some(lock) = &run.rpc_lock {
            held.data.extend(&lock.data_keys);
            held.search.extend(&lock.search_keys);
        }
        held
    }

    fn add(&mut self, [data, search]: [&'a LoadingPolicy; 2]) {
        self.data.extend(data.locked_keys());
        self.search.extend(search.locked_keys());
    }

    fn is_free(&self, data_keys: &[AttributeKey], search_keys: &[AttributeKey]) -> bool {
        !data_keys.iter().any(|key| self.data.contains(key))
            && !search_keys.iter().any(|key| self.search.contains(key))
    }
}

/// Whether a call of this execution, which is not under way yet, may start at once.
pub(crate) fn may_start(run: &Run, execution: &StateExecution) -> bool {
    let Some([data, search]) = execution.loading() else {
        return true;
    };
    let (data_keys, search_keys) = (data.locked_keys(), search.locked_keys());
    if data_keys.is_empty() && search_keys.is_empty() {
        return true;
    }
    let mut taken = Held::by_all(run);
    for other in run.executions.values() {
        if other.order().is_some() && other.slot != execution.slot {
            other
                .loading()
                .into_iter()
                .for_each(|policies| taken.add(policies));
        }
    }
    taken.is_free(data_keys, search_keys)
}

/// The calls that wait for locks and can have them now, first come first.
pub(crate) fn grantable(run: &Run) -> Vec<Slot> {
    let mut waiting: Vec<(u64, &StateExecution)> = Vec::new();
    for execution in run.executions.values() {
        if let Some((_, call)) = execution.call()
            && let CallState::Locking { ticket } = call.state
        {
            waiting.push((ticket, execution));
        }
    }
    if waiting.is_empty() {
        return Vec::new();
    }
    waiting.sort_unstable_by_key(|(ticket, _)| *ticket);
    let mut taken = Held::by_all(run);
    let mut granted = Vec::new();
    for (_, execution) in waiting {
        let Some(policies) = execution.loading() else {
            continue;
        };
        if taken.is_free(policies[0].locked_keys(), policies[1].locked_keys()) {
            granted.push(execution.slot);
        }
        // Held from now on, or reserved for the one who came first.
        taken.add(policies);
    }
    granted
}

/// Whether an RPC may take these keys: it never waits for a state.
pub(crate) fn is_free_for_rpc(
    run: &Run,
    data_keys: &[AttributeKey],
    search_keys: &[AttributeKey],
) -> bool {
    run.rpc_lock.is_none() && Held::by_calls(run).is_free(data_keys, search_keys)
}
