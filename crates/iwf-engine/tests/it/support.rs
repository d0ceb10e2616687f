//! What the tests share: an engine behind its REST API, and a worker to answer it.

mod served;
mod worker;

pub(crate) use served::{Answer, Served};
pub(crate) use worker::{Reply, Worker};
