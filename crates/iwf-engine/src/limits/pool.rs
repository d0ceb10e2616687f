//! Bodies read within their bounds: each its own size, and what all of them may hold together.

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::Body;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A body up to here takes no share of the pool: the number of connections and of calls bounds
/// how much such bodies take together, and no large body can keep a small one out.
const SMALL_BYTES_MAX: usize = 16 * 1024;

/// The bytes that large bodies may take together.
#[derive(Clone)]
pub(crate) struct Pool(Arc<Semaphore>);

/// A body, and its share of the pool, to be held as long as what it became.
pub(crate) struct Pooled {
    pub(crate) bytes: Bytes,
    pub(crate) share: Option<OwnedSemaphorePermit>,
}

/// Why a body was not read to its end.
#[derive(Debug)]
pub(crate) enum Unread<E> {
    TooLarge,
    NoRoom,
    Broken(E),
}

impl Pool {
    pub(crate) fn new(bytes_max: usize) -> Self {
        let bytes_max = bytes_max.min(Semaphore::MAX_PERMITS);
        Self(Arc::new(Semaphore::new(bytes_max)))
    }

    fn take(&self, bytes: usize) -> Option<OwnedSemaphorePermit> {
        let bytes = u32::try_from(bytes).ok()?;
        self.0.clone().try_acquire_many_owned(bytes).ok()
    }

    /// Reads a body of at most `bytes_max`.
    pub(crate) async fn read<B>(
        &self,
        mut body: B,
        bytes_max: usize,
    ) -> Result<Pooled, Unread<B::Error>>
    where
        B: Body<Data = Bytes> + Unpin,
    {
        let announced = usize::try_from(body.size_hint().lower());
        if announced.map_or(true, |bytes| bytes > bytes_max) {
            return Err(Unread::TooLarge);
        }
        let mut share: Option<OwnedSemaphorePermit> = None;
        let mut bytes = Bytes::new();
        let mut collected = Vec::new();
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.map_err(Unread::Broken)?.into_data() else {
                continue;
            };
            let length = bytes.len() + collected.len() + data.len();
            if length > bytes_max {
                return Err(Unread::TooLarge);
            }
            if length > SMALL_BYTES_MAX {
                // What is sent is counted, not what is announced: that costs the sender nothing.
                let held = share.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
                let more = self.take(length - held).ok_or(Unread::NoRoom)?;
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
        Ok(Pooled { bytes, share })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::stream;
    use http_body_util::StreamBody;
    use hyper::body::Frame;
    use std::convert::Infallible;

    const LIMIT: usize = 3 * SMALL_BYTES_MAX;

    /// Reads a body that comes in frames of these sizes.
    async fn read(pool: &Pool, sizes: &[usize]) -> Result<Pooled, Unread<Infallible>> {
        let frames = sizes
            .iter()
            .map(|size| Ok(Frame::data(vec![b'x'; *size].into())));
        let body = StreamBody::new(stream::iter(frames.collect::<Vec<_>>()));
        pool.read(body, LIMIT).await
    }

    #[tokio::test]
    async fn a_body_may_be_as_large_as_the_limit_however_it_comes() {
        let pool = Pool::new(LIMIT);
        for sizes in [&[LIMIT][..], &[1, LIMIT - 1], &[LIMIT - 1, 0, 1], &[]] {
            let body = read(&pool, sizes).await.expect("it fits");
            assert_eq!(body.bytes.len(), sizes.iter().sum::<usize>());
        }
        for sizes in [&[LIMIT + 1][..], &[LIMIT, 1]] {
            let read = read(&pool, sizes).await;
            assert!(matches!(read, Err(Unread::TooLarge)), "{sizes:?}");
        }
    }

    #[tokio::test]
    async fn large_bodies_share_a_pool_and_small_ones_do_not() {
        let pool = Pool::new(LIMIT);
        let first = read(&pool, &[LIMIT]).await.expect("it fits");
        let second = read(&pool, &[SMALL_BYTES_MAX, 1]).await;
        assert!(matches!(second, Err(Unread::NoRoom)));
        assert!(read(&pool, &[SMALL_BYTES_MAX]).await.is_ok());
        drop(first);
        assert!(read(&pool, &[SMALL_BYTES_MAX, 1]).await.is_ok());
        assert!(
            read(&pool, &[LIMIT]).await.is_ok(),
            "a share was not given back"
        );
    }
}
