//! Reading what is committed: from the hot runs, or through one of a few read connections.

use std::sync::{Arc, Mutex, PoisonError};

use iwf_engine_core::{Run, RunId};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::{Address, Engine, refused};
use crate::config::Limits;
use crate::driver::Refusal;
use crate::failure::Failure;
use crate::store::{Folder, Reader, RunKey, StoreError};

/// Connections for reads of single runs; searches have their own.
const READERS_MAX: usize = 4;

/// A few connections that see what is committed, made when needed.
pub(super) struct Readers {
    folder: Folder,
    idle: Mutex<Vec<Reader>>,
    lookups: Turns,
    searches: Turns,
}

/// A few at a time, and a bounded number who wait for it.
struct Turns {
    turns: Semaphore,
    places: Semaphore,
}

impl Turns {
    fn new(at_a_time: usize, waiting: usize) -> Self {
        Self {
            turns: Semaphore::new(at_a_time),
            places: Semaphore::new(at_a_time + waiting),
        }
    }

    async fn take(&self) -> Result<[SemaphorePermit<'_>; 2], Failure> {
        let overloaded = || Failure::overloaded("too many reads are waiting: try again later");
        let place = self.places.try_acquire().map_err(|_| overloaded())?;
        let turn = self.turns.acquire().await.map_err(|_| overloaded())?;
        Ok([place, turn])
    }
}

impl Readers {
    pub(super) fn new(folder: Folder, limits: &Limits) -> Self {
        let waiting_max = limits.reads_waiting_max;
        Self {
            folder,
            idle: Mutex::default(),
            lookups: Turns::new(READERS_MAX, waiting_max),
            searches: Turns::new(limits.searches_max.max(1), waiting_max),
        }
    }

    pub(super) fn folder(&self) -> &Folder {
        &self.folder
    }

    fn take(&self) -> Result<Reader, StoreError> {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        match idle {
            Some(reader) => Ok(reader),
            None => Ok(self.folder.reader()?),
        }
    }

    fn give_back(&self, reader: Reader) {
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(reader);
    }
}

impl Engine {
    /// Reads single runs on a read connection, away from the async threads.
    pub(super) async fn query<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Reader) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Failure> {
        let _turn = self.shared.readers.lookups.take().await?;
        self.read(move |reader| query(reader)).await
    }

    /// Reads many runs. This has turns of its own, so that single runs need not wait for it.
    pub(super) async fn search_runs<T: Send + 'static>(
        &self,
        query: impl FnOnce(&mut Reader) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Failure> {
        let _turn = self.shared.readers.searches.take().await?;
        self.read(query).await
    }

    async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&mut Reader) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Failure> {
        let shared = self.shared.clone();
        let reading = tokio::task::spawn_blocking(move || {
            let mut reader = shared.readers.take()?;
            let result = query(&mut reader);
            shared.readers.give_back(reader);
            result
        });
        let failed = |error: &dyn std::fmt::Display| {
            tracing::error!(%error, "a read failed");
            Failure::internal("the engine could not read its database: look at its log")
        };
        match reading.await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(StoreError::Damaged(damage))) => {
                tracing::error!(%damage, "a read met damaged data");
                Err(Failure::internal(StoreError::Damaged(damage).to_string()))
            }
            Ok(Err(error)) => Err(failed(&error)),
            Err(error) => Err(failed(&error)),
        }
    }

    /// The run as committed last.
    pub(super) async fn snapshot(&self, address: &Address) -> Result<Arc<Run>, Failure> {
        match address.run_id()? {
            None => self.current_run(address).await,
            Some(id) => self.run_of(address, id).await,
        }
    }

    async fn current_run(&self, address: &Address) -> Result<Arc<Run>, Failure> {
        let workflow_id = iwf_engine_core::WorkflowId::from(address.workflow_id.as_str());
        if let Some((_, hot)) = self.shared.cache.get_current(&workflow_id) {
            return Ok(hot.run);
        }
        let found = self.query(move |reader| {
            let Some(key) = reader.current(&workflow_id)? else {
                return Ok(None);
            };
            reader.load(key)
        });
        let unknown = || refused(Refusal::NoSuchWorkflow, &address.workflow_id);
        Ok(Arc::new(found.await?.ok_or_else(unknown)?.run))
    }

    async fn run_of(&self, address: &Address, id: RunId) -> Result<Arc<Run>, Failure> {
        let key = RunKey::of(id);
        let run = if let Some(hot) = self.shared.cache.get(key) {
            Some(hot.run)
        } else {
            let loaded = self.query(move |reader| reader.load(key)).await?;
            loaded.map(|loaded| Arc::new(loaded.run))
        };
        run.filter(|run| run.id == id && run.workflow_id.as_str() == address.workflow_id)
            .ok_or_else(|| refused(Refusal::NoSuchRun, &address.workflow_id))
    }

    /// The last run of the chain that this run belongs to, as committed last.
    pub(super) async fn end_of_chain(&self, run: Arc<Run>) -> Result<Arc<Run>, Failure> {
        let mut run = self.latest(run).await?;
        while run
            .head
            .outcome
            .as_ref()
            .is_some_and(|outcome| outcome.is_retried)
        {
            let (workflow_id, key) = (run.workflow_id.clone(), RunKey::of(run.id));
            let next = self.query(move |reader| match reader.successor(&workflow_id, key)? {
                Some(key) => reader.load(key),
                None => Ok(None),
            });
            match next.await? {
                Some(next) => run = Arc::new(next.run),
                None => break,
            }
        }
        Ok(run)
    }

    pub(super) async fn latest(&self, run: Arc<Run>) -> Result<Arc<Run>, Failure> {
        if !run.is_running() {
            return Ok(run);
        }
        let key = RunKey::of(run.id);
        if let Some(hot) = self.shared.cache.get(key) {
            return Ok(hot.run);
        }
        let loaded = self.query(move |reader| reader.load(key)).await?;
        Ok(loaded.map_or(run, |loaded| Arc::new(loaded.run)))
    }
}
