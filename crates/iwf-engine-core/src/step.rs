//! The one entry: a run, an instant and an event in, a transition out.

use crate::event::{self, Event};
use crate::run::Run;
use crate::time::Timestamp;
use crate::transition::{Rejection, Transition};

/// What `event` at `now` makes of `run`. Total and without side effects: late and doubled events
/// are normal and give an empty transition or a rejection.
pub fn step(run: &Run, now: Timestamp, event: Event) -> Result<Transition, Rejection> {
    match event {
        Event::Started(started) => Ok(event::started::apply(run, now, started)),
        Event::SignalReceived { channel, value } => {
            event::signal_received::apply(run, now, channel, value)
        }
        Event::Published(publications) => event::published::apply(run, now, publications),
        Event::WaitUntilReturned { call, answer } => {
            Ok(event::wait_until_returned::apply(run, now, call, answer))
        }
        Event::ExecuteReturned { call, answer } => {
            Ok(event::execute_returned::apply(run, now, call, answer))
        }
        Event::CallFailed { call, failure } => {
            Ok(event::call_failed::apply(run, now, call, failure))
        }
        Event::CallClaimed(call) => Ok(event::call_claimed::apply(run, now, call)),
        Event::CallHandedBack(call) => Ok(event::call_handed_back::apply(run, now, call)),
        Event::TimeReached => Ok(event::time_reached::apply(run, now)),
        Event::RpcLocksWanted(lock) => event::rpc_locks_wanted::apply(run, now, lock),
        Event::RpcReturned { rpc, answer } => event::rpc_returned::apply(run, now, rpc, answer),
        Event::RpcEnded(rpc) => Ok(event::rpc_ended::apply(run, now, rpc)),
        Event::Stopped { kind, reason } => event::stopped::apply(run, now, kind, reason),
        Event::TimerSkipped { execution, choice } => {
            event::timer_skipped::apply(run, now, execution.as_ref(), &choice)
        }
        Event::AttributesSet(attributes) => event::attributes_set::apply(run, now, attributes),
        Event::RpcForgotten(rpc) => Ok(event::rpc_forgotten::apply(run, now, rpc)),
        Event::Reset(_) => Ok(event::reset::apply(run, now)),
        Event::TimerSkippedEarly { execution, choice } => {
            event::timer_skipped_early::apply(run, now, execution, choice)
        }
        Event::ConfigUpdated(config) => event::config_updated::apply(run, now, config),
    }
}
