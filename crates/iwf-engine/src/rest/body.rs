//! Reading a request body within its bounds: its size, its time, and its share of what all
//! requests in progress may hold.

use axum::body::Body;
use axum::response::Response;

use super::{RestConfig, answer};
use crate::limits::{Pool, Pooled, Unread};

pub(super) async fn read(pool: &Pool, config: &RestConfig, body: Body) -> Result<Pooled, Response> {
    let (deadline, bytes_max) = (config.body_deadline, config.body_bytes_max);
    match tokio::time::timeout(deadline, pool.read(body, bytes_max)).await {
        Ok(Ok(read)) => Ok(read),
        Ok(Err(Unread::TooLarge)) => Err(answer::too_large(bytes_max)),
        Ok(Err(Unread::NoRoom)) => Err(answer::no_room_for_body()),
        Ok(Err(Unread::Broken(_))) => Err(answer::unreadable()),
        Err(_) => Err(answer::too_slow(deadline)),
    }
}
