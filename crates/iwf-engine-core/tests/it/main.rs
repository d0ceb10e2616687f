//! The rules through the public interface: scenarios by subject, and properties that hold
//! whatever happens in whatever order.
#![cfg(test)]

mod calls;
mod channels;
mod closing;
mod history;
mod locks;
mod properties;
mod resets;
mod rows;
mod rpcs;
mod schedules;
mod timers;
mod world;
