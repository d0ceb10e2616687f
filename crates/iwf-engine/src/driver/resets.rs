//! Resetting a run, in the commit that ends the old one.
//!
//! The point was found outside of the writer. What happened to the run since then is read here, so
//! that no write of a client falls between the two.

use std::sync::Arc;

use iwf_engine_core::{Event, StopKind, WorkflowId};

use super::batch::{Batch, Growth, Outcome, Working};
use super::command::{Refusal, ResetOrder};
use crate::store::{RunKey, RunStore, StoreError};

impl<S: RunStore> Batch<'_, S> {
    /// The base run ends, if it has not, and a run of its own goes on from the point.
    pub(super) fn reset(&mut self, order: &ResetOrder) -> Result<Outcome, StoreError> {
        let rewound = &order.rewound;
        let base = RunKey::of(rewound.run.id);
        let Some(since) = self.since(base, rewound.last_number)? else {
            return Ok(Outcome::Refused(Refusal::Overtaken));
        };
        let workflow_id = &rewound.run.workflow_id;
        if let Some(current) = self.current(workflow_id)? {
            let kind = StopKind::Terminate;
            // Refused if it is closed already.
            self.event(current, &Event::Stopped { kind, reason: None })?;
        }
        let key = self.take_key();
        let id = key.run_id(order.random);
        let (run, reset) = rewound.go_on(id, self.now, order.reason.clone());
        self.begun.insert(workflow_id.clone(), key);
        let kept = rewound.kept.iter();
        let kept = kept.map(|kept| (kept.at, kept.event.clone()));
        self.working.insert(
            key,
            Working {
                run: Arc::new(run),
                stored: None,
                writes: Vec::new(),
                events: kept.collect(),
                copied: rewound.kept.len(),
                begins_anew: rewound.is_shortened,
                noted_lock: rewound.run.rpc_in_progress(),
            },
        );
        self.replay(key, workflow_id, &reset)?;
        let since = since.into_iter();
        let since = since.filter_map(|event| order.reapply.again(event));
        for event in rewound.again.iter().cloned().chain(since) {
            self.replay(key, workflow_id, &event)?;
        }
        Ok(Outcome::Started(id))
    }

    /// An event that was accepted once is refused only where it has no place in the new run.
    fn replay(
        &mut self,
        key: RunKey,
        workflow_id: &WorkflowId,
        event: &Event,
    ) -> Result<(), StoreError> {
        if let Outcome::Refused(refusal) = self.event_within(Growth::Free, key, event)? {
            tracing::warn!(
                workflow.id = %workflow_id,
                ?refusal,
                "something that happened to {workflow_id} before its reset does not come again"
            );
        }
        Ok(())
    }

    /// What happened to a run after an event; `None` if that is not known any more.
    fn since(&mut self, key: RunKey, number: u64) -> Result<Option<Vec<Event>>, StoreError> {
        let committed = self.store.history(key, number)?;
        let is_gapless = committed
            .first()
            .is_none_or(|first| first.number == number + 1);
        let committed = committed.into_iter().map(|recorded| recorded.event);
        let mut events: Vec<Event> = committed.collect();
        if let Some(working) = self.working.get(&key) {
            events.extend(working.events.iter().map(|(_, event)| event.clone()));
        }
        Ok(is_gapless.then_some(events))
    }
}
