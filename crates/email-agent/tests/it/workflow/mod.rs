//! The whole workflow on the real engine, through the door that the pages use. By default the engine
//! is embedded; see `engines` for others.

mod attachments;
mod cancel;
mod contacts;
mod conversation;
mod data;
mod door;
mod draft;
mod drill;
mod engines;
mod house;
mod list;
mod restart;
mod rubbish;
mod safety;
mod sending;
mod stop;
mod upgrade;
