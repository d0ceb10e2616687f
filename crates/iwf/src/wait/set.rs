//! Sets of commands: nothing, one, any of them, all of them, and the tolerant form.

use super::{
    command::Command,
    raw::{CommandRequest, Cursor, RawCommand, RawResults, WaitFor, entry},
};
use crate::CxError;

/// What a state waits for, and the type of what it then gets.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is nothing a state can wait for",
    note = "use `NoWait`, one command, or `Any`/`All` of a tuple or a `Vec` of commands"
)]
pub trait WaitSet: Send + 'static {
    /// What `execute` gets.
    type Results: Send + 'static;
    /// Whether there is no waiting half at all.
    const SKIP: bool = false;
    /// Whether `execute` runs even when `wait_until` used up its retries.
    const TOLERANT: bool = false;
    /// What to ask of the server.
    fn into_request(self) -> CommandRequest;
    /// Reads what the server sends back.
    ///
    /// # Errors
    /// When the results do not have the shape of the request, or a message has another type.
    fn read(results: &RawResults) -> Result<Self::Results, CxError>;
}

const NOT_DONE: CxError = CxError::Results {
    detail: "a command that must be done is not",
};

/// The state does not wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoWait;
impl WaitSet for NoWait {
    type Results = ();
    const SKIP: bool = true;
    fn into_request(self) -> CommandRequest {
        all_of(vec![])
    }
    fn read(_: &RawResults) -> Result<(), CxError> {
        Ok(())
    }
}

impl<C: Command> WaitSet for C {
    type Results = C::Value;
    fn into_request(self) -> CommandRequest {
        all_of(vec![entry(self)])
    }
    fn read(results: &RawResults) -> Result<C::Value, CxError> {
        C::take(&mut Cursor::new(results))?.ok_or(NOT_DONE)
    }
}

/// Waits until at least one is done. Every member of the tuple (or `Vec`) yields an `Option`.
///
/// Several may be done at once, and a message that was taken is gone from its channel: look at
/// every member, not only at the first that is `Some`.
///
/// ```
/// use iwf::{Any, Receive, Timer, doc_example::DONE};
/// use std::time::Duration;
///
/// // `execute` gets `(Option<Fired>, Option<String>)`
/// type Wait = Any<(Timer, Receive<String>)>;
/// let wait: Wait = Any((Timer::after(Duration::from_secs(60)), Receive::one(DONE)));
/// // as many as are known at run time: `execute` gets `Vec<Option<String>>`
/// let three: Any<Vec<Receive<String>>> = Any((0..3).map(|_| Receive::one(DONE)).collect());
/// ```
#[derive(Debug)]
#[must_use = "nothing is waited for unless it is returned"]
pub struct Any<T>(pub T);
/// Waits until all are done. Every member of the tuple (or `Vec`) yields its value. `All(())` waits
/// for nothing, for a state whose `wait_until` only writes.
///
/// ```
/// use iwf::{All, Receive, doc_example::DONE};
///
/// // `execute` gets `(String, String)`, which takes two messages
/// let wait: All<(Receive<String>, Receive<String>)> = All((Receive::one(DONE), Receive::one(DONE)));
/// ```
#[derive(Debug)]
#[must_use = "nothing is waited for unless it is returned"]
pub struct All<T>(pub T);

/// The state also runs when `wait_until` used up its retries, which the options must bound.
///
/// ```
/// use iwf::{Fired, Got, Timer, Tolerate, WaitFailed, WaitSet};
///
/// fn look(got: <Tolerate<Timer> as WaitSet>::Results) -> &'static str {
///     match got {
///         Ok(Fired) => "the time is over",
///         Err(WaitFailed) => "nothing was waited for",
///     }
/// }
/// # assert_eq!(look(Err(WaitFailed)), "nothing was waited for");
/// ```
#[derive(Debug)]
#[must_use = "nothing is waited for unless it is returned"]
pub struct Tolerate<W>(pub W);
/// `wait_until` used up its retries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitFailed;
impl<W: WaitSet> WaitSet for Tolerate<W> {
    type Results = Result<W::Results, WaitFailed>;
    const TOLERANT: bool = true;
    fn into_request(self) -> CommandRequest {
        self.0.into_request()
    }
    fn read(results: &RawResults) -> Result<Self::Results, CxError> {
        if results.wait_until_failed {
            Ok(Err(WaitFailed))
        } else {
            W::read(results).map(Ok)
        }
    }
}

/// For states that know only at run time what they wait for; the results come as they are.
impl WaitSet for CommandRequest {
    type Results = RawResults;
    fn into_request(self) -> CommandRequest {
        self
    }
    fn read(results: &RawResults) -> Result<RawResults, CxError> {
        Ok(results.clone())
    }
}

impl WaitSet for All<()> {
    type Results = ();
    fn into_request(self) -> CommandRequest {
        all_of(vec![])
    }
    fn read(_: &RawResults) -> Result<(), CxError> {
        Ok(())
    }
}
impl<C: Command> WaitSet for Any<Vec<C>> {
    type Results = Vec<Option<C::Value>>;
    fn into_request(self) -> CommandRequest {
        any_of(self.0.into_iter().map(entry).collect())
    }
    fn read(results: &RawResults) -> Result<Self::Results, CxError> {
        let mut cursor = Cursor::new(results);
        (0..C::left(&cursor))
            .map(|_| C::take(&mut cursor))
            .collect()
    }
}
impl<C: Command> WaitSet for All<Vec<C>> {
    type Results = Vec<C::Value>;
    fn into_request(self) -> CommandRequest {
        all_of(self.0.into_iter().map(entry).collect())
    }
    fn read(results: &RawResults) -> Result<Self::Results, CxError> {
        Any::<Vec<C>>::read(results)?
            .into_iter()
            .map(|value| value.ok_or(NOT_DONE))
            .collect()
    }
}

macro_rules! wait_tuples {
    () => {};
    ($first:ident $($rest:ident)*) => {
        wait_tuples!(@one $first $($rest)*);
        wait_tuples!($($rest)*);
    };
    (@one $($t:ident)*) => {
        #[allow(non_snake_case)]
        impl<$($t: Command),*> WaitSet for Any<($($t,)*)> {
            type Results = ($(Option<$t::Value>,)*);
            fn into_request(self) -> CommandRequest {
                let ($($t,)*) = self.0;
                any_of(vec![$(entry($t)),*])
            }
            fn read(results: &RawResults) -> Result<Self::Results, CxError> {
                let mut cursor = Cursor::new(results);
                Ok(($($t::take(&mut cursor)?,)*))
            }
        }
        #[allow(non_snake_case)]
        impl<$($t: Command),*> WaitSet for All<($($t,)*)> {
            type Results = ($($t::Value,)*);
            fn into_request(self) -> CommandRequest {
                let ($($t,)*) = self.0;
                all_of(vec![$(entry($t)),*])
            }
            fn read(results: &RawResults) -> Result<Self::Results, CxError> {
                let mut cursor = Cursor::new(results);
                Ok(($($t::take(&mut cursor)?.ok_or(NOT_DONE)?,)*))
            }
        }
    };
}
wait_tuples!(A B C D E F G H);

fn any_of(commands: Vec<(String, RawCommand)>) -> CommandRequest {
    CommandRequest::new(WaitFor::Any, commands)
}
fn all_of(commands: Vec<(String, RawCommand)>) -> CommandRequest {
    CommandRequest::new(WaitFor::All, commands)
}
