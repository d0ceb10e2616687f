//! Runs one RPC on attributes given by the test.

use crate::{
    Channel, Clock, Contract, Data, Handle, Rpc, RpcCx, RpcError, Search, SearchKind, Wire,
    cx::{Store, from_unix},
};

/// One workflow, ready to answer.
///
/// ```
/// # use iwf::{doc_example::*, test::RpcTest};
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let test = RpcTest::new(Reminder).given(NOTE, "buy tea".to_owned());
/// let (answer, _) = test.call(Look).await;
/// assert_eq!(answer.unwrap().as_deref(), Some("buy tea"));
///
/// let (_, store) = RpcTest::new(Reminder).call(Finish("milk".to_owned())).await;
/// assert_eq!(store.published_on(DONE), ["milk"]);
/// # }
/// ```
#[must_use = "nothing runs before `call`"]
pub struct RpcTest<W> {
    workflow: W,
    store: Store,
}

impl<W: Contract> RpcTest<W> {
    /// Nothing set, channels empty, the machine's clock.
    pub fn new(workflow: W) -> Self {
        RpcTest {
            workflow,
            store: Store::default(),
        }
    }
    /// With a data attribute.
    ///
    /// # Panics
    /// When the value cannot be written as JSON.
    #[expect(clippy::expect_used, reason = "may end a test")]
    pub fn given<T: Wire>(mut self, key: Data<W, T>, value: T) -> Self {
        self.store
            .given(&key, &value)
            .expect("a given value can be written as JSON");
        self
    }
    /// With a search attribute.
    pub fn given_search<K: SearchKind>(mut self, key: Search<W, K>, value: K::Value) -> Self {
        self.store
            .search
            .insert(key.name().to_owned(), K::wrap(value));
        self
    }
    /// With this many messages waiting on an internal channel.
    pub fn waiting<T>(mut self, channel: Channel<W, T>, messages: usize) -> Self {
        self.store
            .channel_sizes
            .insert(channel.name().to_owned(), messages);
        self
    }
    /// At this time, which then stands still.
    pub fn now_unix(self, secs: i64) -> Self {
        self.clock(Clock::fixed(from_unix(secs)))
    }
    /// With this clock.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.store.clock = clock;
        self
    }
    /// In the workflow of this id.
    pub fn workflow_id(mut self, id: impl Into<String>) -> Self {
        self.store.info.workflow_id = id.into();
        self
    }
    /// The answer, and what the handler has written.
    pub async fn call<R: Rpc<Contract = W>>(
        mut self,
        message: R,
    ) -> (Result<R::Output, RpcError>, Store)
    where
        W: Handle<R>,
    {
        let answer = self
            .workflow
            .handle(&mut RpcCx::new(&mut self.store), message)
            .await;
        (answer, self.store)
    }
}
