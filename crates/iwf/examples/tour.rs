//! A tour of the SDK against an iWF server: each stop uses one feature and checks what it did.
//!
//! Start a server (`cargo run -p iwf-engine -- serve --data-dir data/engine`), then
//! `cargo run -p iwf --example tour`. `IWF_SERVER_URL` names another server.
#![allow(clippy::print_stdout, reason = "an example shows what happens")]

use iwf::{
    All, Any, ApiError, Bool, Channel, Client, ClosedStatus, Combos, CommandRequest, Contract,
    Data, DateTime, Decision, Double, Got, Handle, HttpBackend, IdReuse, Int, Keyword,
    KeywordArray, Load, Next, NoStart, NoWait, OrFail, Payload, Receive, Registry, Reset, ResetTo,
    Retry, Rpc, RpcCx, RpcError, RpcOptions, RunStatus, Signaled, StartOptions, State, StateCx,
    StateError, StateExt, StateOptions, Stop, Text, Timer, TimerAt, Tolerate, WaitUntil, Worker,
    Workflow, WorkflowRef, Write, quote, schema,
};
use serde::{Deserialize, Serialize};
use std::{
    error::Error,
    sync::Arc,
    time::{Duration, SystemTime},
};
use tokio::net::TcpListener;

/// Does what its input asks for.
struct Tour;

schema!(Tour {
    data        COUNT:   i64          = "Count";
    data        NOTE:    String       = "Note";
    data_prefix STOP:    bool         = "Stop:";
    channel     WORDS:   String       = "Words";
    signal      GO:      u32          = "Go";
    search      KEYWORD: Keyword      = "CustomKeywordField";
    search      TEXT:    Text         = "CustomTextField";
    search      DATE:    DateTime     = "CustomDatetimeField";
    search      INT:     Int          = "CustomIntField";
    search      DOUBLE:  Double       = "CustomDoubleField";
    search      BOOL:    Bool         = "CustomBoolField";
    search      LIST:    KeywordArray = "CustomKeywordArrayField";
});

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
enum Leg {
    Attributes,
    Signals,
    Recovery,
    Tolerance,
    FanOut,
    LongTimer,
    Failure,
    Condition,
    Combination,
    Dynamic,
}

impl Contract for Tour {
    const TYPE: &'static str = "Tour";
    type Input = Leg;
    type Output = String;
    type Rpcs = ();
}
impl Workflow for Tour {
    type Start = Begin;
    type States = (
        Begin,
        Listen,
        Break,
        Recover,
        Doubt,
        Branch,
        Sleep,
        Drain,
        Choose,
        Collect,
    );
    fn states(&self) -> Self::States {
        (
            Begin, Listen, Break, Recover, Doubt, Branch, Sleep, Drain, Choose, Collect,
        )
    }
}

struct Begin;
impl State for Begin {
    type Workflow = Tour;
    type Input = Leg;
    type Wait = NoWait;
    const ID: &'static str = "Begin";
    async fn execute(&self, cx: &mut StateCx<'_, Tour>, leg: Leg, (): ()) -> Decision<Tour> {
        Ok(match leg {
            Leg::Attributes => {
                cx.set(NOTE, "Grüße, 世界".to_owned())?;
                cx.set(STOP.at("1"), true)?;
                cx.set(COUNT, cx.require(COUNT)? + 1)?; // set by the start
                cx.set_search(KEYWORD, cx.info().workflow_id.clone());
                cx.set_search(TEXT, "the quick fox".to_owned());
                cx.set_search(DATE, cx.now());
                cx.set_search(INT, 42);
                cx.set_search(DOUBLE, 0.5);
                cx.set_search(BOOL, true);
                cx.set_search(LIST, vec!["a".to_owned(), "b".to_owned()]);
                Next::complete("written".to_owned())
            }
            Leg::Signals => Listen::go(()),
            Leg::Recovery => Break::go("plan B".to_owned()),
            Leg::Tolerance => Doubt::go(()),
            Leg::FanOut => Next::all([
                Branch::spawn(1).wait_key("one"),
                Branch::spawn(2),
                Branch::spawn(3),
            ]),
            Leg::LongTimer => Sleep::go(()),
            Leg::Combination => Choose::go(()),
            Leg::Dynamic => Collect::go(2),
            Leg::Failure => {
                cx.set(NOTE, "about to fail".to_owned())?;
                Err::<(), _>("this cannot be done").or_fail()?;
                Next::dead_end()
            }
            Leg::Condition => {
                cx.publish(WORDS, "left over".to_owned())?;
                Next::complete_if_empty(WORDS, "too early".to_owned(), [Drain::spawn(())])
            }
        })
    }
}

/// Two signals and a message, and a value kept in between.
struct Listen;
impl State for Listen {
    type Workflow = Tour;
    type Input = ();
    type Wait = All<(Signaled<u32>, Signaled<u32>, Receive<String>)>;
    const ID: &'static str = "Listen";
    async fn execute(&self, cx: &mut StateCx<'_, Tour>, (): (), got: Got<Self>) -> Decision<Tour> {
        let (first, second, word) = got;
        let kept: String = cx.local("kept")?.unwrap_or_default();
        Ok(Next::complete(format!("{first} {second} {word} {kept}")))
    }
}
impl WaitUntil for Listen {
    async fn wait_until(
        &self,
        cx: &mut StateCx<'_, Tour>,
        (): (),
    ) -> Result<Self::Wait, StateError> {
        cx.set_local("kept", "kept".to_owned())?;
        Ok(All((
            Signaled::one(GO),
            Signaled::one(GO),
            Receive::one(WORDS),
        )))
    }
}

/// Always fails, and leads to `Recover` after two attempts.
struct Break;
impl State for Break {
    type Workflow = Tour;
    type Input = String;
    type Wait = NoWait;
    const ID: &'static str = "Break";
    async fn execute(&self, cx: &mut StateCx<'_, Tour>, _: String, (): ()) -> Decision<Tour> {
        cx.set(NOTE, "never kept".to_owned())?;
        assert!(cx.info().attempt > 1, "the first attempt panics");
        Err("the second fails".into())
    }
    fn options() -> StateOptions<Self> {
        StateOptions::new()
            .recover_with::<Recover>(Retry::attempts(2).first(Duration::from_secs(1)))
    }
}
struct Recover;
impl State for Recover {
    type Workflow = Tour;
    type Input = String;
    type Wait = NoWait;
    const ID: &'static str = "Recover";
    async fn execute(&self, cx: &mut StateCx<'_, Tour>, plan: String, (): ()) -> Decision<Tour> {
        Ok(Next::complete(format!("{plan}, note: {:?}", cx.get(NOTE)?)))
    }
    fn options() -> StateOptions<Self> {
        StateOptions::new().execute_load(Load::only([NOTE.key()]).lock([COUNT.key()]))
    }
}

/// Its wait fails, which it can do without.
struct Doubt;
impl State for Doubt {
    type Workflow = Tour;
    type Input = ();
    type Wait = Tolerate<Timer>;
    const ID: &'static str = "Doubt";
    async fn execute(&self, _: &mut StateCx<'_, Tour>, (): (), got: Got<Self>) -> Decision<Tour> {
        Ok(Next::complete(format!("{got:?}")))
    }
    fn options() -> StateOptions<Self> {
        StateOptions::new().wait_until_retry(Retry::attempts(1))
    }
}
impl WaitUntil for Doubt {
    async fn wait_until(
        &self,
        _: &mut StateCx<'_, Tour>,
        (): (),
    ) -> Result<Self::Wait, StateError> {
        Err("nothing to wait for".into())
    }
}

struct Branch;
impl State for Branch {
    type Workflow = Tour;
    type Input = i64;
    type Wait = Any<Vec<Timer>>;
    const ID: &'static str = "Branch";
    async fn execute(&self, _: &mut StateCx<'_, Tour>, n: i64, got: Got<Self>) -> Decision<Tour> {
        let fired = got.iter().flatten().count();
        Ok(if n == 3 {
            Next::dead_end()
        } else {
            Next::complete(format!("{n}:{fired}"))
        })
    }
}
impl WaitUntil for Branch {
    async fn wait_until(
        &self,
        _: &mut StateCx<'_, Tour>,
        n: i64,
    ) -> Result<Self::Wait, StateError> {
        let timers = (0..n).map(|_| Timer::after(Duration::ZERO));
        Ok(Any(timers
            .chain([Timer::after(Duration::from_hours(1))])
            .collect()))
    }
}

struct Sleep;
impl State for Sleep {
    type Workflow = Tour;
    type Input = ();
    type Wait = Timer;
    const ID: &'static str = "Sleep";
    async fn execute(&self, _: &mut StateCx<'_, Tour>, (): (), _: Got<Self>) -> Decision<Tour> {
        Ok(Next::complete("awake".to_owned()))
    }
}
impl WaitUntil for Sleep {
    async fn wait_until(
        &self,
        cx: &mut StateCx<'_, Tour>,
        (): (),
    ) -> Result<Self::Wait, StateError> {
        Ok(Timer::at(cx.now() + Duration::from_hours(24), cx.now()).id("alarm"))
    }
}

/// A word and a signal together; or, after a long time, nothing.
struct Choose;
impl State for Choose {
    type Workflow = Tour;
    type Input = ();
    type Wait = Combos<(Timer, Receive<String>, Signaled<u32>)>;
    const ID: &'static str = "Choose";
    async fn execute(&self, _: &mut StateCx<'_, Tour>, (): (), got: Got<Self>) -> Decision<Tour> {
        Ok(Next::complete(format!("{got:?}")))
    }
}
impl WaitUntil for Choose {
    async fn wait_until(
        &self,
        _: &mut StateCx<'_, Tour>,
        (): (),
    ) -> Result<Self::Wait, StateError> {
        let long = Timer::after(Duration::from_hours(1));
        Ok(Combos::new(
            (long, Receive::one(WORDS), Signaled::one(GO)),
            &[&[0], &[1, 2]],
        )?)
    }
}

/// As many words as its input says, and a signal.
struct Collect;
impl State for Collect {
    type Workflow = Tour;
    type Input = usize;
    type Wait = CommandRequest;
    const ID: &'static str = "Collect";
    async fn execute(&self, _: &mut StateCx<'_, Tour>, n: usize, got: Got<Self>) -> Decision<Tour> {
        let words: Vec<String> = got
            .channels
            .iter()
            .flatten()
            .flat_map(Payload::decode)
            .collect();
        Ok(Next::complete(format!(
            "{n}: {} and {} signal",
            words.join(" "),
            got.signals.len()
        )))
    }
}
impl WaitUntil for Collect {
    async fn wait_until(
        &self,
        _: &mut StateCx<'_, Tour>,
        n: usize,
    ) -> Result<Self::Wait, StateError> {
        let words = (0..n).fold(CommandRequest::all(), |all, _| {
            all.with(Receive::one(WORDS))
        });
        Ok(words.with(Signaled::one(GO)))
    }
}

struct Drain;
impl State for Drain {
    type Workflow = Tour;
    type Input = ();
    type Wait = Receive<String>;
    const ID: &'static str = "Drain";
    async fn execute(&self, _: &mut StateCx<'_, Tour>, (): (), word: String) -> Decision<Tour> {
        Ok(Next::complete_if_empty(WORDS, word, [Drain::spawn(())]))
    }
}
impl WaitUntil for Drain {
    async fn wait_until(
        &self,
        _: &mut StateCx<'_, Tour>,
        (): (),
    ) -> Result<Self::Wait, StateError> {
        Ok(Receive::one(WORDS))
    }
}

/// Has no start state: it answers calls until one of them ends it.
struct Counter;
const TOTAL: Data<Counter, i64> = counter::TOTAL;
const SEEN: Channel<Counter, i64> = counter::SEEN;
mod counter {
    iwf::schema!(super::Counter {
        data    TOTAL: i64 = "Total";
        channel SEEN:  i64 = "Seen";
    });
}
impl Contract for Counter {
    const TYPE: &'static str = "Counter";
    type Input = ();
    type Output = i64;
    type Rpcs = (Add,);
}
impl Workflow for Counter {
    type Start = NoStart;
    type States = (End,);
    fn states(&self) -> Self::States {
        (End,)
    }
}
struct End;
impl State for End {
    type Workflow = Counter;
    type Input = i64;
    type Wait = NoWait;
    const ID: &'static str = "End";
    async fn execute(&self, _: &mut StateCx<'_, Counter>, total: i64, (): ()) -> Decision<Counter> {
        Ok(Next::complete_now(total))
    }
}

/// Adds under a lock; 0 is refused, and a negative number ends the counter.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Add(i64);
impl Rpc for Add {
    type Contract = Counter;
    type Output = i64;
    type Access = Write;
    const NAME: &'static str = "add";
    fn options() -> RpcOptions<Counter> {
        RpcOptions::new().lock([TOTAL.key()])
    }
}
impl Handle<Add> for Counter {
    async fn handle(&self, cx: &mut RpcCx<'_, Self, Write>, Add(by): Add) -> Result<i64, RpcError> {
        let total = cx.get(TOTAL)?.unwrap_or(0);
        match by {
            0 => return Err(RpcError::new("nothing", "0 adds nothing")),
            ..0 => cx.trigger(End::spawn(total)),
            _ => {
                cx.set(TOTAL, total + by)?;
                cx.publish(SEEN, by)?;
            }
        }
        Ok(i64::try_from(cx.channel_len(SEEN))?)
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let server = std::env::var("IWF_SERVER_URL").unwrap_or("http://localhost:8801".to_owned());
    let registry = Arc::new(Registry::new().add(Tour)?.add(Counter)?);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let worker_url = format!("http://{}", listener.local_addr()?);
    let worker = Worker::new(registry.clone()).router();
    tokio::spawn(async move { axum::serve(listener, worker).await });
    let client = Client::new(Arc::new(HttpBackend::new(&server)?), registry, worker_url);

    attributes(&client).await?;
    signals(&client).await?;
    failures(&client).await?;
    fan_out(&client).await?;
    operations(&client).await?;
    ids(&client).await?;
    counter(&client).await?;
    println!("the tour is complete");
    Ok(())
}

async fn start(client: &Client, leg: Leg) -> Result<WorkflowRef<Tour>, ApiError> {
    client.start(&new_id(), leg, StartOptions::new()).await
}
fn new_id() -> String {
    format!("tour-{}", uuid::Uuid::new_v4())
}

async fn attributes(client: &Client) -> Result<(), Box<dyn Error>> {
    let options = StartOptions::new().data(COUNT, 6).search(INT, 1);
    let tour = client
        .start::<Tour>(&new_id(), Leg::Attributes, options)
        .await?;
    assert_eq!(tour.result().await?, "written");
    let all = tour.read_all().await?;
    assert_eq!(all.get(COUNT)?, Some(7));
    assert_eq!(all.get(NOTE)?.as_deref(), Some("Grüße, 世界"));
    assert_eq!(all.get(STOP.at("1"))?, Some(true));
    assert_eq!(tour.read(STOP.at("2")).await?, None);
    assert_eq!(tour.read_search(KEYWORD).await?.as_deref(), Some(tour.id()));
    assert_eq!(
        tour.read_search(TEXT).await?.as_deref(),
        Some("the quick fox")
    );
    assert!(
        tour.read_search(DATE)
            .await?
            .is_some_and(|date| date <= SystemTime::now())
    );
    assert_eq!(tour.read_search(INT).await?, Some(42));
    assert_eq!(tour.read_search(DOUBLE).await?, Some(0.5));
    assert_eq!(tour.read_search(BOOL).await?, Some(true));
    assert_eq!(
        tour.read_search(LIST).await?,
        Some(vec!["a".to_owned(), "b".to_owned()])
    );
    let query = format!(
        "CustomKeywordField = {}",
        quote(tour.id()).ok_or("no literal")?
    );
    let found = client.search(query).page_size(5).take(10).await?;
    assert_eq!(
        found.first().map(|run| run.workflow_id.as_str()),
        Some(tour.id())
    );
    println!("attributes and search");
    Ok(())
}

async fn signals(client: &Client) -> Result<(), ApiError> {
    let tour = start(client, Leg::Signals).await?;
    assert_eq!(tour.try_result().await?, None);
    tour.signal(GO, 1).await?;
    tour.publish(WORDS, "word".to_owned()).await?;
    tour.signal(GO, 2).await?;
    assert_eq!(tour.result().await?, "1 2 word kept");
    let drained = start(client, Leg::Condition).await?;
    assert_eq!(drained.result().await?, "left over");
    let chosen = start(client, Leg::Combination).await?;
    chosen.publish(WORDS, "word".to_owned()).await?;
    chosen.signal(GO, 3).await?;
    assert_eq!(chosen.result().await?, r#"(None, Some("word"), Some(3))"#);
    let collected = start(client, Leg::Dynamic).await?;
    collected
        .publish_many(WORDS, vec!["one".to_owned(), "two".to_owned()])
        .await?;
    collected.signal(GO, 4).await?;
    assert_eq!(collected.result().await?, "2: one two and 1 signal");
    println!("signals, messages, locals, a condition, a combination, a list made at run time");
    Ok(())
}

async fn failures(client: &Client) -> Result<(), ApiError> {
    let recovered = start(client, Leg::Recovery).await?;
    assert_eq!(recovered.result().await?, "plan B, note: None");
    let tolerant = start(client, Leg::Tolerance).await?;
    assert_eq!(tolerant.result().await?, "Err(WaitFailed)");
    let failed = start(client, Leg::Failure).await?;
    match failed.result().await {
        Err(ApiError::Uncompleted {
            status: ClosedStatus::Failed,
            message,
            ..
        }) => {
            assert_eq!(message.as_deref(), Some("this cannot be done"));
        }
        other => panic!("a failure is expected, not {other:?}"),
    }
    assert_eq!(failed.read(NOTE).await?.as_deref(), Some("about to fail"));
    println!("panic, retry, recovery, tolerance, giving up");
    Ok(())
}

async fn fan_out(client: &Client) -> Result<(), ApiError> {
    let options = StartOptions::new().waits_for::<Branch, _>();
    let tour = client
        .start::<Tour>(&new_id(), Leg::FanOut, options)
        .await?;
    tour.wait_for_key::<Branch, _>("one").await?;
    tour.wait_for_state::<Branch, _>(3).await?;
    let outputs = tour.outputs().await?;
    let mut values: Vec<String> = outputs
        .iter()
        .filter_map(|o| o.value.decode().ok())
        .collect();
    values.sort();
    assert_eq!(values, ["1:1", "2:2"]);
    println!("fan-out, dead end, waiting for states, timers by the dozen");
    Ok(())
}

async fn operations(client: &Client) -> Result<(), ApiError> {
    let tour = start(client, Leg::LongTimer).await?;
    assert_eq!(tour.describe().await?.status, RunStatus::Running);
    let early = tour.result_within(Duration::from_secs(1)).await;
    assert!(matches!(early, Err(ApiError::StillRunning)), "{early:?}");
    tour.skip_timer::<Sleep, _>(1, TimerAt::Id("alarm".to_owned()))
        .await?;
    assert_eq!(tour.result().await?, "awake");
    match tour
        .reset(Reset::to(ResetTo::Beginning, "once more").skip_messages())
        .await
    {
        Ok(run) => assert_eq!(tour.describe().await?.run_id, run),
        Err(ApiError::Server { detail, .. }) => println!("no reset here: {detail}"),
        Err(error) => return Err(error),
    }
    let tour = start(client, Leg::LongTimer).await?;
    tour.stop(Stop::Cancel, "enough").await?;
    assert_eq!(tour.describe().await?.status, RunStatus::Canceled);
    let ended = tour.write(NOTE, "late".to_owned()).await;
    assert!(matches!(ended, Err(ApiError::NotFound)), "{ended:?}");
    println!("describe, skip, stop");
    Ok(())
}

async fn ids(client: &Client) -> Result<(), ApiError> {
    let id = new_id();
    let options = || StartOptions::new().request_id("mine");
    let begin = |options| client.start::<Tour>(&id, Leg::LongTimer, options);
    let first = begin(options()).await?;
    begin(options()).await?;
    let other = begin(StartOptions::new().request_id("another")).await;
    assert!(matches!(other, Err(ApiError::AlreadyStarted)), "{other:?}");
    let taken = begin(StartOptions::new()).await;
    assert!(matches!(taken, Err(ApiError::AlreadyStarted)), "{taken:?}");
    let run = first.describe().await?.run_id;
    begin(StartOptions::new().join_if_started()).await?;
    assert_eq!(first.describe().await?.run_id, run);
    begin(StartOptions::new().id_reuse(IdReuse::TerminateRunning)).await?;
    assert_ne!(first.describe().await?.run_id, run);
    first.stop(Stop::Terminate, "enough").await?;
    let unknown = client.workflow::<Tour>("nobody").describe().await;
    assert!(matches!(unknown, Err(ApiError::NotFound)), "{unknown:?}");
    println!("ids and their reuse");
    Ok(())
}

async fn counter(client: &Client) -> Result<(), Box<dyn Error>> {
    let counter = client
        .start::<Counter>(&new_id(), (), StartOptions::new())
        .await?;
    let calls: Vec<_> = (1..=10)
        .map(|by| {
            tokio::spawn({
                let counter = counter.clone();
                async move { counter.call(Add(by)).await }
            })
        })
        .collect();
    let mut seen = vec![];
    for call in calls {
        seen.push(call.await??);
    }
    seen.sort_unstable();
    assert_eq!(
        seen,
        (1..=10).collect::<Vec<_>>(),
        "each call saw the messages of those before it"
    );
    assert_eq!(counter.read(TOTAL).await?, Some(55), "no update is lost");
    match counter.call(Add(0)).await {
        Err(ApiError::Worker { kind, detail, .. }) => {
            assert_eq!(
                (kind.as_str(), detail.as_str()),
                ("nothing", "0 adds nothing")
            );
        }
        other => panic!("an error is expected, not {other:?}"),
    }
    counter.call(Add(-1)).await?;
    assert_eq!(counter.result().await?, 55);
    println!("locks, errors and triggers of RPCs");
    Ok(())
}
