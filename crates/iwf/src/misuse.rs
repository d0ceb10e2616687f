//! What the compiler refuses: each mistake below is a test that it still does.
//!
//! Two workflows serve as the material. `Reminder` has the states `StartState` and `WaitState`, the
//! data attribute `NOTE` (text), the channel `DONE` (text) and the RPCs `Finish` and `Look`; `Other`
//! takes and yields a number, has the states `CountState` (a number) and `GiveUpState` (nothing),
//! the data attribute `COUNT` (a number) and the signal `ADD` (a number). First what is accepted:
//!
//! ```
//! use iwf::{doc_example::*, *};
//! fn moves() -> [Next<Reminder>; 2] {
//!     [WaitState::go(()), Next::all([WaitState::spawn(()), StartState::spawn(()).wait_key("k")])]
//! }
//! fn write(cx: &mut StateCx<'_, Reminder>) -> Result<Option<String>, CxError> {
//!     cx.set(NOTE, "n".to_owned())?;
//!     cx.publish(DONE, "d".to_owned())?;
//!     cx.get(NOTE)
//! }
//! fn options() -> (StateOptions<StartState>, RpcOptions<Reminder>) {
//!     let recover = StateOptions::new().recover_with::<WaitState>(Retry::attempts(1));
//!     (recover, RpcOptions::new().lock([NOTE.key()]))
//! }
//! async fn call(reminder: WorkflowRef<Reminder>, other: WorkflowRef<Other>) -> Result<(), ApiError> {
//!     reminder.call(Finish("f".to_owned())).await?;
//!     other.signal(ADD, 1).await
//! }
//! moves();
//! Registry::new().add(Reminder).unwrap().add(Other).unwrap();
//! ```
//!
//! # Movements
//!
//! A movement with the wrong input:
//! ```compile_fail,E0308
//! # use iwf::{doc_example::*, *};
//! fn next() -> Next<Reminder> { WaitState::go("now") }
//! ```
//! A movement to a state of another workflow:
//! ```compile_fail,E0308
//! # use iwf::{doc_example::*, *};
//! fn next() -> Next<Reminder> { CountState::go(1) }
//! ```
//! A movement to a state that `States` does not list:
//! ```compile_fail,E0277
//! # use iwf::{doc_example::*, *};
//! struct Ghost;
//! impl State for Ghost {
//!     type Workflow = Reminder;
//!     type Input = ();
//!     type Wait = NoWait;
//!     const ID: &'static str = "Ghost";
//!     async fn execute(&self, _: &mut StateCx<'_, Reminder>, _: (), _: ()) -> Decision<Reminder> {
//!         Ok(Next::dead_end())
//!     }
//! }
//! fn next() -> Next<Reminder> { Ghost::go(()) }
//! ```
//! A state listed twice, so that a movement to it has no one position:
//! ```compile_fail,E0283
//! # use iwf::{doc_example::*, *};
//! fn listed<S, I>() where (S, S): Contains<S, I> {}
//! listed::<WaitState, _>();
//! ```
//! A fan-out to nowhere:
//! ```compile_fail,E0080
//! # use iwf::{doc_example::*, *};
//! let next: Next<Reminder> = Next::all([]);
//! ```
//! A condition without a way out:
//! ```compile_fail,E0080
//! # use iwf::{doc_example::*, *};
//! let next: Next<Reminder> = Next::complete_if_empty(DONE, "done".to_owned(), []);
//! ```
//! An output of the wrong type:
//! ```compile_fail,E0271
//! # use iwf::{doc_example::*, *};
//! fn next() -> Next<Reminder> { Next::complete(7) }
//! ```
//! A decision that is raised as an error:
//! ```compile_fail,E0308
//! # use iwf::{doc_example::*, *};
//! fn decide() -> Decision<Reminder> { Err(Next::fail("no")) }
//! ```
//!
//! # Waits
//!
//! Something to wait for, but no `wait_until`:
//! ```compile_fail,E0277
//! # use iwf::{doc_example::*, *};
//! struct Deaf;
//! impl State for Deaf {
//!     type Workflow = Reminder;
//!     type Input = ();
//!     type Wait = Timer;
//!     const ID: &'static str = "Deaf";
//!     async fn execute(&self, _: &mut StateCx<'_, Reminder>, _: (), _: Fired) -> Decision<Reminder> {
//!         Ok(Next::dead_end())
//!     }
//! }
//! fn listed<L: StateList<Reminder>>() {}
//! listed::<(Deaf,)>();
//! ```
//! A wait for a message of another type than the channel carries:
//! ```compile_fail,E0308
//! # use iwf::{doc_example::*, *};
//! fn wait() -> Receive<i64> { Receive::one(DONE) }
//! ```
//!
//! # Attributes and channels
//!
//! A write of the wrong type:
//! ```compile_fail,E0308
//! # use iwf::{doc_example::*, *};
//! fn write(cx: &mut StateCx<'_, Reminder>) { cx.set(NOTE, 7); }
//! ```
//! A read as the wrong type:
//! ```compile_fail,E0308
//! # use iwf::{doc_example::*, *};
//! fn read(cx: &StateCx<'_, Reminder>) -> Result<Option<i64>, CxError> { cx.get(NOTE) }
//! ```
//! A key of another workflow:
//! ```compile_fail,E0308
//! # use iwf::{doc_example::*, *};
//! fn write(cx: &mut StateCx<'_, Reminder>) { cx.set(COUNT, 7); }
//! ```
//! A message of the wrong type:
//! ```compile_fail,E0308
//! # use iwf::{doc_example::*, *};
//! fn publish(cx: &mut StateCx<'_, Reminder>) { cx.publish(DONE, 7); }
//! ```
//! A signal of the wrong type:
//! ```compile_fail,E0308
//! # use iwf::{doc_example::*, *};
//! async fn signal(other: WorkflowRef<Other>) { other.signal(ADD, "one").await; }
//! ```
//! One name for two things:
//! ```compile_fail,E0080
//! # use iwf::*;
//! struct Twice;
//! schema!(Twice {
//!     data    A: i64 = "Name";
//!     channel B: i64 = "Name";
//! });
//! ```
//!
//! # RPCs
//!
//! A write in an RPC that only reads:
//! ```compile_fail,E0599
//! # use iwf::{doc_example::*, *};
//! fn look(cx: &mut RpcCx<'_, Reminder, Read>) { cx.set(NOTE, String::new()); }
//! ```
//! A read in an RPC that loads nothing:
//! ```compile_fail,E0599
//! # use iwf::{doc_example::*, *};
//! fn look(cx: &mut RpcCx<'_, Reminder, Blind>) { cx.get(NOTE); }
//! ```
//! A decision that closes the workflow, triggered by an RPC:
//! ```compile_fail,E0308
//! # use iwf::{doc_example::*, *};
//! fn end(cx: &mut RpcCx<'_, Reminder, Write>) { cx.trigger(Next::complete(String::new())); }
//! ```
//! An RPC that is listed and not handled:
//! ```compile_fail,E0277
//! # use iwf::{doc_example::*, *};
//! #[derive(serde::Serialize, serde::Deserialize)]
//! struct Ask;
//! impl Rpc for Ask {
//!     type Contract = Reminder;
//!     type Output = ();
//!     type Access = Read;
//!     const NAME: &'static str = "ask";
//! }
//! fn handled<L: RpcList<Reminder>>() {}
//! handled::<(Ask,)>();
//! ```
//! A call of an RPC of another workflow:
//! ```compile_fail,E0271
//! # use iwf::{doc_example::*, *};
//! async fn call(other: WorkflowRef<Other>) { other.call(Look).await; }
//! ```
//!
//! # Options
//!
//! A lock on a key of another workflow:
//! ```compile_fail,E0308
//! # use iwf::{doc_example::*, *};
//! fn options() -> RpcOptions<Reminder> { RpcOptions::new().lock([COUNT.key()]) }
//! ```
//! A recovery that takes another input:
//! ```compile_fail,E0271
//! # use iwf::{doc_example::*, *};
//! fn options() -> StateOptions<CountState> {
//!     StateOptions::new().recover_with::<GiveUpState>(Retry::attempts(1))
//! }
//! ```
//! A recovery after retries that never end:
//! ```compile_fail,E0308
//! # use iwf::{doc_example::*, *};
//! fn options() -> StateOptions<StartState> {
//!     StateOptions::new().recover_with::<WaitState>(Retry::unlimited())
//! }
//! ```
//! A start state that does not take the workflow's input:
//! ```compile_fail,E0271
//! # use iwf::{doc_example::*, *};
//! fn starts<S, I>() where S: StartOf<Other, I> {}
//! starts::<GiveUpState, _>();
//! ```
