//! Ways in which an engine can be wrong. `MUTATED` in a replacement is the switch that turns it on.

pub(super) struct Mutation {
    pub(super) name: &'static str,
    /// Below `crates`.
    pub(super) file: &'static str,
    /// Must be there exactly once.
    pub(super) find: &'static str,
    pub(super) replace: &'static str,
    pub(super) wrong: &'static str,
}

pub(super) const MUTATIONS: &[Mutation] = &[
    Mutation {
        name: "effect-first",
        file: "iwf-engine/src/driver/writer.rs",
        find: "            let saved = self.save(&prepared, now)?;",
        replace: "            if MUTATED {
                let runs = prepared.working.iter();
                let runs = runs.map(|(key, working)| (*key, working.run.clone())).collect();
                self.effects.perform(prepared.effects.clone(), &runs);
            }
            let saved = self.save(&prepared, now)?;",
        wrong: "effects leave before their commit",
    },
    Mutation {
        name: "commit-unheeded",
        file: "iwf-engine/src/driver/writer.rs",
        find: "        self.store.commit()?;
        self.metrics",
        replace: "        match self.store.commit() {
            Err(_) if MUTATED => self.store.rollback(),
            committed => committed?,
        }
        self.metrics",
        wrong: "a commit that failed is answered like one that did not",
    },
    Mutation {
        name: "armed-first",
        file: "iwf-engine/src/driver/writer.rs",
        find: "            let saved = self.save(&prepared, now)?;",
        replace: "            if MUTATED {
                for (key, working) in &prepared.working {
                    effects::arm(&mut self.timers, *key, &working.run);
                }
            }
            let saved = self.save(&prepared, now)?;",
        wrong: "timers are armed before the run is stored",
    },
    Mutation {
        name: "cache-kept",
        file: "iwf-engine/src/driver/writer.rs",
        find: "            let saved = self.save(&prepared, now)?;",
        replace: "            if MUTATED {
                let hot = prepared.working.iter().map(|(key, working)| {
                    let (run, stored) = (working.run.clone(), working.stored.clone());
                    let stored = stored.unwrap_or_default();
                    (*key, Hot { run, stored })
                });
                self.cache.put(hot);
            }
            let saved = self.save(&prepared, now)?;",
        wrong: "a rollback leaves its runs in the cache",
    },
    Mutation {
        name: "retry-lost",
        file: "iwf-engine/src/driver/writer.rs",
        find: "        for key in due {
            self.timers.look_at(key, again);
        }",
        replace: "        for key in due {
            if !MUTATED {
                self.timers.look_at(key, again);
            }
        }",
        wrong: "a due run is forgotten when its step could not be stored",
    },
    Mutation {
        name: "place-leaked",
        file: "iwf-engine/src/driver/writer.rs",
        find: "                    self.effects.dispatcher.lanes().release(*key, *call, url);",
        replace: "                    if !MUTATED {
                        self.effects.dispatcher.lanes().release(*key, *call, url);
                    }",
        wrong: "a call that is no longer wanted keeps its place at the worker",
    },
    Mutation {
        name: "wake-dropped",
        file: "iwf-engine/src/driver/effects.rs",
        find: "                Effect::Closed => self.closings.wake(&run.settings.first_run_id),",
        replace: "                Effect::Closed if MUTATED => {}
                Effect::Closed => self.closings.wake(&run.settings.first_run_id),",
        wrong: "who waits for the end of a workflow is not woken",
    },
    Mutation {
        name: "call-doubled",
        file: "iwf-engine/src/driver/effects.rs",
        find: "!self.in_flight.insert((key, call))",
        replace: "(!self.in_flight.insert((key, call)) && !MUTATED)",
        wrong: "a call that is under way is made again",
    },
    Mutation {
        name: "rescan-dropped",
        file: "iwf-engine/src/driver/lanes.rs",
        find: "            self.tell(Command::Rescan);",
        replace: "            if !MUTATED {
                self.tell(Command::Rescan);
            }",
        wrong: "calls that found no room are not looked for again",
    },
    Mutation {
        name: "rescan-passes-armed",
        file: "iwf-engine/src/driver/timers.rs",
        find: "if at <= OWED {",
        replace: "if at <= OWED && !MUTATED {",
        wrong: "a call that found no room waits for the next timer of its run",
    },
    Mutation {
        name: "recovery-from-now",
        file: "iwf-engine/src/driver/timers.rs",
        find: "            horizon: START,",
        replace: "            horizon: if MUTATED { (Timestamp(1), RunKey(0)) } else { START },",
        wrong: "recovery looks at times only, not at owed calls",
    },
    Mutation {
        name: "due-row-stale",
        file: "iwf-engine/src/store/save.rs",
        find: "changes.closed || next.due_at != old.due_at",
        replace: "changes.closed || (next.due_at != old.due_at && !MUTATED)",
        wrong: "the due time of a run's row is not updated",
    },
    Mutation {
        name: "message-row-kept",
        file: "iwf-engine/src/store/save.rs",
        find: "    for &(channel, sequence) in &changes.taken {",
        replace: "    for &(channel, sequence) in changes.taken.iter().filter(|_| !MUTATED) {",
        wrong: "the rows of messages that were taken stay",
    },
    Mutation {
        name: "timer-early",
        file: "iwf-engine-core/src/settle.rs",
        find: "    let now = draft.now;",
        replace: "    let now = if MUTATED { draft.now.plus_seconds(1) } else { draft.now };",
        wrong: "timers fire a second early",
    },
    Mutation {
        name: "message-copied",
        file: "iwf-engine-core/src/settle.rs",
        find: "        draft.write(Write::MessageTaken(
            waiter.channel.clone(),
            message.sequence,
        ));",
        replace: "        if !MUTATED {
            draft.write(Write::MessageTaken(
                waiter.channel.clone(),
                message.sequence,
            ));
        }",
        wrong: "a message is given out and stays in its channel",
    },
    Mutation {
        name: "locks-not-granted",
        file: "iwf-engine-core/src/settle.rs",
        find: "    draft.grant_locks();",
        replace: "    if !MUTATED {
        draft.grant_locks();
    }",
        wrong: "calls that wait for a key are not told that it is free",
    },
    Mutation {
        name: "attempt-not-counted",
        file: "iwf-engine-core/src/event/call_failed.rs",
        find: "next.attempt = call.attempt.saturating_add(1);",
        replace: "next.attempt = call.attempt.saturating_add(u32::from(!MUTATED));",
        wrong: "the count of attempts is not stored",
    },
    Mutation {
        name: "claim-not-stored",
        file: "iwf-engine-core/src/event/call_claimed.rs",
        find: "        draft.set_execution(execution.with_call_state(CallState::Claimed));",
        replace: "        if !MUTATED {
            draft.set_execution(execution.with_call_state(CallState::Claimed));
        }",
        wrong: "a call that may be made once is made before that is stored",
    },
    Mutation {
        name: "claim-forgotten",
        file: "iwf-engine-core/src/pending.rs",
        find: "            CallState::Claimed => pending.claimed.push(id),",
        replace: "            CallState::Claimed if MUTATED => {}
            CallState::Claimed => pending.claimed.push(id),",
        wrong: "recovery forgets the calls that were claimed",
    },
    Mutation {
        name: "closed-reopened",
        file: "iwf-engine-core/src/event/signal_received.rs",
        find: "    if !run.is_running() {",
        replace: "    if !run.is_running() && !MUTATED {",
        wrong: "a closed run takes signals",
    },
    Mutation {
        name: "late-answer-taken",
        file: "iwf-engine-core/src/run.rs",
        find: "(execution.call_id() == Some(call)).then_some(execution)",
        replace: "let is_present = execution.call_id() == Some(call);
        let is_same_half = execution.call_id().map(|id| id.api) == Some(call.api);
        (is_present || MUTATED && is_same_half).then_some(execution)",
        wrong: "a late answer counts for whatever call has taken its place",
    },
];
