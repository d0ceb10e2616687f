//! The workflow that these tests run: it uses every feature once.

use iwf::*;
use serde::{Deserialize, Serialize};
use std::time::{Duration, SystemTime};

pub(crate) struct Order;

schema!(Order {
    data           STATUS:  Status   = "Status";
    data           COUNT:   i64      = "Count";
    data_prefix    LINE:    String   = "Line:";
    channel        CHANGES: Change   = "Changes";
    channel_prefix PARCEL:  i64      = "Parcel:";
    signal         PAID:    ()       = "Paid";
    search         OWNER:   Keyword  = "Owner";
    search         DUE:     DateTime = "Due";
});

#[derive(Serialize, Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Status {
    Open,
    Paid,
    Failed,
}
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub(crate) struct Change {
    pub(crate) text: String,
}

impl Contract for Order {
    const TYPE: &'static str = "OrderWorkflow";
    type Input = i64;
    type Output = String;
    type Rpcs = (Add, Look, Poke);
}
impl Workflow for Order {
    type Start = Open;
    type States = (Open, Await, Ship, Mend);
    fn states(&self) -> Self::States {
        (Open, Await, Ship, Mend)
    }
    fn options() -> WorkflowOptions<Self> {
        WorkflowOptions::new().timeout(Duration::from_secs(10))
    }
}

/// Writes everything that can be written, then fans out or does what its input asks for.
pub(crate) struct Open;
impl State for Open {
    type Workflow = Order;
    type Input = i64;
    type Wait = NoWait;
    const ID: &'static str = "Open";
    async fn execute(&self, cx: &mut StateCx<'_, Order>, input: i64, (): ()) -> Decision<Order> {
        match input {
            -1 => {
                cx.set(STATUS, Status::Failed)?;
                return Err(std::io::Error::other("the shelf is empty").into());
            }
            -2 => panic!("no shelf at all"),
            -3 => {
                cx.set(STATUS, Status::Failed)?;
                Err::<(), _>("broken for good").or_fail()?;
            }
            -4 => {
                return Ok(Next::complete_if_empty(
                    CHANGES,
                    "idle".into(),
                    [Ship::spawn(1)],
                ));
            }
            _ => {}
        }
        cx.set(STATUS, Status::Open)?;
        cx.set(COUNT, cx.get(COUNT)?.unwrap_or(0) + input)?;
        cx.set(COUNT, cx.require(COUNT)? * 2)?;
        cx.set(LINE.at("1"), "tea".into())?;
        cx.set_search(OWNER, "ana".into());
        cx.set_search(DUE, SystemTime::UNIX_EPOCH);
        cx.publish(PARCEL.at("a"), 7)?;
        cx.record("opened", cx.info().attempt)?;
        Ok(Next::all([
            Await::spawn(()),
            Ship::spawn(input).wait_key("first"),
        ]))
    }
}

pub(crate) struct Await;
impl State for Await {
    type Workflow = Order;
    type Input = ();
    type Wait = Any<(Timer, Receive<Change>, Signaled<()>)>;
    const ID: &'static str = "Await";
    async fn execute(
        &self,
        cx: &mut StateCx<'_, Order>,
        (): (),
        (timer, change, paid): Got<Self>,
    ) -> Decision<Order> {
        let since: i64 = cx.local("since")?.unwrap_or(0);
        let text = change.map_or_else(|| "none".to_owned(), |change| change.text);
        let (timer, paid) = (timer.is_some(), paid.is_some());
        Ok(Next::complete(format!("{since} {timer} {text} {paid}")))
    }
}
impl WaitUntil for Await {
    async fn wait_until(
        &self,
        cx: &mut StateCx<'_, Order>,
        (): (),
    ) -> Result<Self::Wait, StateError> {
        cx.set_local("since", cx.now_unix())?;
        let timer = Timer::after(Duration::from_secs(5)).id("patience");
        Ok(Any((timer, Receive::one(CHANGES), Signaled::one(PAID))))
    }
}

/// Locks, gives up after one attempt, and goes on to `Mend`.
pub(crate) struct Ship;
impl State for Ship {
    type Workflow = Order;
    type Input = i64;
    type Wait = NoWait;
    const ID: &'static str = "Ship";
    async fn execute(&self, cx: &mut StateCx<'_, Order>, input: i64, (): ()) -> Decision<Order> {
        if input == -1 {
            cx.get(LINE.at("1"))?; // which the options leave out
        }
        let known = cx.get(COUNT)?;
        Ok(Next::complete(format!("shipped {known:?}")))
    }
    fn options() -> StateOptions<Self> {
        StateOptions::new()
            .execute_timeout(Duration::from_secs(90))
            .recover_with::<Mend>(Retry::attempts(1))
            .execute_load(Load::only([COUNT.key()]).lock([STATUS.key()]))
    }
}

/// Waits, but can do without.
pub(crate) struct Mend;
impl State for Mend {
    type Workflow = Order;
    type Input = i64;
    type Wait = Tolerate<Timer>;
    const ID: &'static str = "Mend";
    async fn execute(&self, _: &mut StateCx<'_, Order>, _: i64, got: Got<Self>) -> Decision<Order> {
        Ok(Next::complete_now(format!("{got:?}")))
    }
    fn options() -> StateOptions<Self> {
        StateOptions::new().wait_until_retry(
            Retry::attempts(2)
                .first(Duration::from_secs(3))
                .or_within(Duration::from_mins(1)),
        )
    }
}
impl WaitUntil for Mend {
    async fn wait_until(
        &self,
        _: &mut StateCx<'_, Order>,
        _: i64,
    ) -> Result<Self::Wait, StateError> {
        Ok(Tolerate(Timer::at_unix(5_000, 1_000)))
    }
}

/// Adds to the count under a lock, and starts a state when asked for a lot.
#[derive(Serialize, Deserialize)]
pub(crate) struct Add {
    pub(crate) by: i64,
}
impl Rpc for Add {
    type Contract = Order;
    type Output = i64;
    type Access = Write;
    const NAME: &'static str = "add";
    fn options() -> RpcOptions<Order> {
        RpcOptions::new()
            .timeout(Duration::from_secs(7))
            .lock([COUNT.key()])
    }
}
impl Handle<Add> for Order {
    async fn handle(
        &self,
        cx: &mut RpcCx<'_, Self, Write>,
        Add { by }: Add,
    ) -> Result<i64, RpcError> {
        match by {
            0 => return Err(RpcError::new("nothing", "0 adds nothing")),
            -2 => panic!("below zero"),
            _ => {}
        }
        let count = cx.get(COUNT)?.unwrap_or(0) + by;
        cx.set(COUNT, count)?;
        if count > 100 {
            cx.trigger(Ship::spawn(count));
        }
        Ok(count)
    }
}

/// Looks only.
#[derive(Serialize, Deserialize)]
pub(crate) struct Look;
impl Rpc for Look {
    type Contract = Order;
    type Output = (Option<Status>, usize);
    type Access = Read;
    const NAME: &'static str = "look";
}
impl Handle<Look> for Order {
    async fn handle(
        &self,
        cx: &mut RpcCx<'_, Self, Read>,
        _: Look,
    ) -> Result<(Option<Status>, usize), RpcError> {
        Ok((cx.get(STATUS)?, cx.channel_len(CHANGES)))
    }
}

/// Sees nothing.
#[derive(Serialize, Deserialize)]
pub(crate) struct Poke;
impl Rpc for Poke {
    type Contract = Order;
    type Output = ();
    type Access = Blind;
    const NAME: &'static str = "poke";
}
impl Handle<Poke> for Order {
    async fn handle(&self, cx: &mut RpcCx<'_, Self, Blind>, _: Poke) -> Result<(), RpcError> {
        Ok(cx.publish(
            CHANGES,
            Change {
                text: "poked".into(),
            },
        )?)
    }
}
