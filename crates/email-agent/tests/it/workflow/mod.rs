//! The whole workflow on the real engine in this process, through the door that the pages use.

mod cancel;
mod conversation;
mod door;
mod house;
mod restart;
mod sending;
