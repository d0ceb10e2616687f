//! RPCs: calls from outside that a worker answers on behalf of the workflow.
//!
//! A plain RPC sees what is committed and writes at the end. A locking one takes its keys first;
//! those of one workflow take turns. Both run to their end even if the caller goes away, because
//! the worker may have done its work.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use iwf_engine_core::{Event, LoadingPolicy, RpcId, RpcLock, Run};
use iwf_protocol::{EncodedObject, WorkflowRpcRequest, WorkflowRpcResponse};
use tokio::sync::OwnedMutexGuard;

use super::{Address, Engine, refused};
use crate::convert;
use crate::driver::{Accepted, Command, Refusal, Target};
use crate::failure::Failure;
use crate::limits;
use crate::store::RunKey;

impl Engine {
    /// Calls an RPC of the workflow's worker, once.
    ///
    /// # Errors
    ///
    /// The workflow is unknown, the worker failed (420), or locks could not be taken (450).
    pub async fn rpc(&self, request: WorkflowRpcRequest) -> Result<WorkflowRpcResponse, Failure> {
        self.check_open()?;
        self.check(&request)?;
        let overloaded = |_| Failure::overloaded("too many RPCs are in progress: try again later");
        let place = self.shared.rpc_places.clone().try_acquire_owned();
        let place = place.map_err(overloaded)?;
        let flight = self.shared.dispatcher.in_flight().begin();
        let engine = self.clone();
        let ended = tokio::spawn(async move {
            let _until_the_end = (place, flight);
            let rpc = Rpc::new(request, &engine);
            if rpc.data.is_locking() || rpc.search.is_locking() {
                rpc.call_locking(&engine).await
            } else {
                rpc.call(&engine).await
            }
        });
        let output = ended.await.unwrap_or_else(|error| {
            tracing::error!(%error, "an RPC ended badly");
            Err(Failure::internal(
                "the RPC ended badly: look at the engine's log",
            ))
        });
        output.map(|output| WorkflowRpcResponse { output })
    }
}

struct Rpc {
    address: Address,
    name: String,
    input: Option<EncodedObject>,
    data: LoadingPolicy,
    search: LoadingPolicy,
    timeout: Duration,
}

impl Rpc {
    fn new(request: WorkflowRpcRequest, engine: &Engine) -> Self {
        Self {
            address: Address::new(&request.workflow_id, request.workflow_run_id.as_deref()),
            name: request.rpc_name,
            input: request.input,
            data: convert::loading_policy(request.data_attributes_loading_policy),
            search: convert::loading_policy(request.search_attributes_loading_policy),
            timeout: engine.wait_time(request.timeout_seconds),
        }
    }

    async fn call(self, engine: &Engine) -> Result<Option<EncodedObject>, Failure> {
        let run = engine.snapshot(&self.address).await?;
        let key = RunKey::of(run.id);
        let Self { address, .. } = &self;
        let workflow_id = address.workflow_id.clone();
        let (output, answer) = self.ask(engine, &run).await?;
        drop(run);
        if let Some(answer) = answer {
            let event = Event::RpcReturned { rpc: None, answer };
            let written = engine.shared.mailbox.event(Target::Key(key), event).await;
            written.map_err(|refusal| refused(refusal, &workflow_id))?;
        }
        Ok(output)
    }

    async fn call_locking(self, engine: &Engine) -> Result<Option<EncodedObject>, Failure> {
        let run = engine.snapshot(&self.address).await?;
        let key = RunKey::of(run.id);
        drop(run);
        let workflow_id = self.address.workflow_id.clone();
        let locked = || {
            refused(
                Refusal::Rejected(iwf_engine_core::Rejection::Locked),
                &workflow_id,
            )
        };
        let turn = engine.shared.rpc_turns.of(key);
        let turn = tokio::time::timeout(self.timeout, turn).await;
        let _turn = turn.map_err(|_| locked())?;
        let rpc = RpcId(rand::random());
        let lock = RpcLock {
            rpc,
            data_keys: self.data.locked_keys().to_vec(),
            search_keys: self.search.locked_keys().to_vec(),
        };
        let event = Event::RpcLocksWanted(lock);
        let taken = engine.shared.mailbox.event(Target::Key(key), event).await;
        let Accepted { run, .. } = taken.map_err(|refusal| refused(refusal, &workflow_id))?;
        let mut held = Held {
            engine,
            key,
            rpc: Some(rpc),
        };
        let (output, answer) = self.ask(engine, &run).await?;
        drop(run);
        if let Some(answer) = answer {
            let rpc = held.rpc;
            let event = Event::RpcReturned { rpc, answer };
            let written = engine.shared.mailbox.event(Target::Key(key), event).await;
            written.map_err(|refusal| refused(refusal, &workflow_id))?;
            // What is written has freed the keys; what is refused has not.
            held.rpc = None;
        }
        Ok(output)
    }

    /// Asks the worker. The second value is what is to be written, if anything.
    async fn ask(
        self,
        engine: &Engine,
        run: &Run,
    ) -> Result<(Option<EncodedObject>, Option<iwf_engine_core::RpcAnswer>), Failure> {
        let request = convert::rpc_request(run, self.name, self.input, [&self.data, &self.search]);
        let url = run.settings.worker_url.clone();
        let place = engine.shared.rpc_places_by_worker.take(&url);
        let _place = place.ok_or_else(|| {
            Failure::overloaded("too many RPCs of this worker are in progress: try again later")
        })?;
        let call = engine.shared.workers.rpc(&url, request, self.timeout);
        let answered = convert::in_time(self.timeout, call).await;
        let mut response = answered.map_err(|failure| convert::rpc_failure(&failure))?;
        let limits = &engine.shared.config.limits;
        limits::check(&response, limits).map_err(|excess| {
            Failure::worker(excess.to_string(), String::new(), String::new(), 0)
        })?;
        let output = response.output.take();
        let answer = convert::rpc_answer(response, engine.shared.clock.now());
        let unusable = |error: convert::RpcUnusable| {
            Failure::worker(error.to_string(), String::new(), String::new(), 0)
        };
        Ok((output, answer.map_err(unusable)?))
    }
}

/// The keys of a locking RPC, given back whatever happens.
struct Held<'a> {
    engine: &'a Engine,
    key: RunKey,
    /// Gone once the answer is written, which frees them too.
    rpc: Option<RpcId>,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        if let Some(rpc) = self.rpc.take() {
            let event = Event::RpcEnded(rpc);
            let key = self.key;
            self.engine
                .shared
                .mailbox
                .tell(Command::Release { key, event });
        }
    }
}

/// Whose turn it is among the locking RPCs of a workflow.
#[derive(Default)]
pub(super) struct RpcTurns(Mutex<HashMap<RunKey, Arc<tokio::sync::Mutex<()>>>>);

impl RpcTurns {
    async fn of(&self, key: RunKey) -> OwnedMutexGuard<()> {
        let turn = {
            let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            // Those that nobody waits for are of no use any more.
            turns.retain(|_, turn| Arc::strong_count(turn) > 1);
            turns.entry(key).or_default().clone()
        };
        turn.lock_owned().await
    }
}
