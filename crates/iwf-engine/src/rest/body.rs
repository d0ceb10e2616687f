//! Reading a request body within its bounds: its own size, its time, and what all requests in
//! progress may hold together.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::response::Response;
use http_body_util::BodyExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{RestConfig, answer};

/// A body up to here takes no share of the pool: the number of connections bounds how much such
/// bodies take together, and no large body can keep a small request out.
const SMALL_BYTES_MAX: usize = 16 * 1024;

/// The bytes that large bodies may take together.
#[derive(Clone)]
pub(super) struct Pool(Arc<Semaphore>);

impl Pool {
    pub(super) fn new(bytes_max: usize) -> Self {
        Self(Arc::new(Semaphore::new(
            bytes_max.min(Semaphore::MAX_PERMITS),
        )))
    }

    fn take(&self, bytes: usize) -> Option<OwnedSemaphorePermit> {
        let bytes = u32::try_from(bytes).ok()?;
        self.0.clone().try_acquire_many_owned(bytes).ok()
    }
}

/// A body, and its share of the pool, to be held as long as what it became.
pub(super) struct Read {
    pub(super) bytes: Bytes,
    pub(super) share: Option<OwnedSemaphorePermit>,
}

pub(super) async fn read(pool: &Pool, config: &RestConfig, body: Body) -> Result<Read, Response> {
    let deadline = config.body_deadline;
    match tokio::time::timeout(deadline, collect(pool, config.body_bytes_max, body)).await {
        Ok(read) => read,
        Err(_) => Err(answer::too_slow(deadline)),
    }
}

async fn collect(pool: &Pool, bytes_max: usize, mut body: Body) -> Result<Read, Response> {
    let announced = axum::body::HttpBody::size_hint(&body).lower();
    if usize::try_from(announced).map_or(true, |bytes| bytes > bytes_max) {
        return Err(answer::too_large(bytes_max));
    }
    let mut share: Option<OwnedSemaphorePermit> = None;
    let mut bytes = Bytes::new();
    let mut collected = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| answer::unreadable())?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        let length = bytes.len() + collected.len() + data.len();
        if length > bytes_max {
            return Err(answer::too_large(bytes_max));
        }
        if length > SMALL_BYTES_MAX {
            // What is sent is counted, not what is announced: that costs the sender nothing.
            let missing = length - share.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
            let more = pool.take(missing).ok_or_else(answer::no_room_for_body)?;
            match &mut share {
                Some(share) => share.merge(more),
                None => share = Some(more),
            }
        }
        // Most bodies come as one frame, which is not copied.
        if length == data.len() {
            bytes = data;
        } else {
            if collected.is_empty() {
                collected.extend_from_slice(&std::mem::take(&mut bytes));
            }
            collected.extend_from_slice(&data);
        }
    }
    if !collected.is_empty() {
        bytes = collected.into();
    }
    Ok(Read { bytes, share })
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::stream;
    use http::StatusCode;

    const LIMIT: usize = 3 * SMALL_BYTES_MAX;

    /// Reads a body that comes in frames of these sizes.
    async fn read(pool: &Pool, sizes: &[usize]) -> Result<Read, StatusCode> {
        let frames: Vec<std::io::Result<Vec<u8>>> =
            sizes.iter().map(|size| Ok(vec![b'x'; *size])).collect();
        let body = Body::from_stream(stream::iter(frames));
        let config = RestConfig {
            body_bytes_max: LIMIT,
            ..RestConfig::default()
        };
        let read = super::read(pool, &config, body).await;
        read.map_err(|refusal| refusal.status())
    }

    #[tokio::test]
    async fn a_body_may_be_as_large_as_the_limit_however_it_comes() {
        let pool = Pool::new(LIMIT);
        for sizes in [&[LIMIT][..], &[1, LIMIT - 1], &[LIMIT - 1, 0, 1], &[]] {
            let body = read(&pool, sizes).await.expect("it fits");
            assert_eq!(body.bytes.len(), sizes.iter().sum::<usize>());
        }
        for sizes in [&[LIMIT + 1][..], &[LIMIT, 1]] {
            let refused = read(&pool, sizes).await.err();
            assert_eq!(refused, Some(StatusCode::PAYLOAD_TOO_LARGE));
        }
    }

    #[tokio::test]
    async fn large_bodies_share_a_pool_and_small_ones_do_not() {
        let pool = Pool::new(LIMIT);
        let first = read(&pool, &[LIMIT]).await.expect("it fits");
        let full = Some(StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(read(&pool, &[SMALL_BYTES_MAX, 1]).await.err(), full);
        assert!(read(&pool, &[SMALL_BYTES_MAX]).await.is_ok());
        drop(first);
        assert!(read(&pool, &[SMALL_BYTES_MAX, 1]).await.is_ok());
        assert!(
            read(&pool, &[LIMIT]).await.is_ok(),
            "a share was not given back"
        );
    }
}
