//! What the tests share: an engine behind its REST API or in process, and workers to answer it.

mod scripted;
mod served;
mod stage;
mod worker;

pub(crate) use scripted::{Call, Host, object, once, skip, start_request};
pub(crate) use served::{Answer, Served};
pub(crate) use stage::{Stage, close, complete, go, sub_status};
pub(crate) use worker::{Reply, Worker};
