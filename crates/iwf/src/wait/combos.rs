//! Waiting for one of several combinations of commands.

use super::{
    raw::{CommandRequest, RawResults, WaitFor},
    set::{Any, WaitSet},
};
use crate::CxError;
use std::collections::HashSet;

/// Waits until all commands of one combination are done. Every member of the tuple yields an
/// `Option`, those of other combinations too when they are done.
///
/// ```
/// use iwf::{Combos, Receive, Signal, Signaled, Timer, doc_example::DONE};
/// use std::time::Duration;
/// # struct Shop;
/// # iwf::schema!(Shop { signal PAID: () = "Paid"; });
///
/// // A word after at least a minute, or a payment at once.
/// let minute = Timer::after(Duration::from_secs(60));
/// let wait = Combos::new((minute, Receive::one(DONE), Signaled::one(PAID)), &[&[0, 1], &[2]]);
/// assert!(wait.is_ok());
/// # let minute = Timer::after(Duration::from_secs(60));
/// assert!(Combos::new((minute, Receive::one(DONE)), &[&[0, 7]]).is_err(), "there is no eighth");
/// ```
#[must_use = "nothing is waited for unless it is returned"]
pub struct Combos<T> {
    request: CommandRequest,
    _commands: std::marker::PhantomData<fn() -> T>,
}

impl<T: Send + 'static> Combos<T>
where
    Any<T>: WaitSet,
{
    /// These commands, and which positions among them (from 0) go together.
    ///
    /// # Errors
    /// When there is no combination, one is empty or names a position that does not exist, or two
    /// commands were given the same id.
    pub fn new(commands: T, combinations: &[&[usize]]) -> Result<Self, CxError> {
        let mut request = Any(commands).into_request();
        request.wait_for = WaitFor::Combination;
        // The server tells commands apart by id here, so each gets one.
        for (position, (id, _)) in request.commands.iter_mut().enumerate() {
            if id.is_empty() {
                *id = format!("#{position}");
            }
        }
        let mut known = HashSet::new();
        if !request
            .commands
            .iter()
            .all(|(id, _)| known.insert(id.as_str()))
        {
            return Err(CxError::Combination {
                detail: "two commands have the same id",
            });
        }
        if combinations.is_empty() || combinations.iter().any(|positions| positions.is_empty()) {
            return Err(CxError::Combination {
                detail: "a combination is missing or empty",
            });
        }
        let id_at = |position: &usize| request.commands.get(*position).map(|(id, _)| id.clone());
        let named = combinations
            .iter()
            .map(|positions| positions.iter().map(id_at).collect());
        let named: Option<Vec<Vec<String>>> = named.collect();
        request.combinations = named.ok_or(CxError::Combination {
            detail: "a combination names a position that no command has",
        })?;
        Ok(Combos {
            request,
            _commands: std::marker::PhantomData,
        })
    }
}

impl<T: Send + 'static> WaitSet for Combos<T>
where
    Any<T>: WaitSet,
{
    type Results = <Any<T> as WaitSet>::Results;
    fn into_request(self) -> CommandRequest {
        self.request
    }
    fn read(results: &RawResults) -> Result<Self::Results, CxError> {
        Any::<T>::read(results)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timer;
    use std::time::Duration;

    fn timers() -> (Timer, Timer) {
        (
            Timer::after(Duration::ZERO).id("a"),
            Timer::after(Duration::ZERO),
        )
    }

    #[test]
    fn positions_become_ids() {
        let request = Combos::new(timers(), &[&[0, 1], &[1]])
            .unwrap()
            .into_request();
        assert_eq!(request.combinations, [vec!["a", "#1"], vec!["#1"]]);
        assert_eq!(request.wait_for, WaitFor::Combination);
    }

    #[test]
    fn what_the_server_would_refuse_is_refused_here() {
        for wrong in [&[][..], &[&[][..]][..], &[&[2][..]][..]] {
            assert!(Combos::new(timers(), wrong).is_err(), "{wrong:?}");
        }
        let (one, two) = timers();
        assert!(Combos::new((one, two.id("a")), &[&[0]]).is_err());
    }
}
