//! Channels: named queues of messages, first in first out, unbounded per workflow.
//!
//! A run with a long queue is copied at every step, so a queue shares its full chunks.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::id::ChannelName;
use crate::payload::Payload;

/// Signals come from clients; internal channels are filled by states and RPCs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ChannelKind {
    Signal,
    Internal,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ChannelKey {
    pub kind: ChannelKind,
    pub name: ChannelName,
}

/// A message on its way to an internal channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publication {
    pub channel: ChannelName,
    pub value: Option<Payload>,
}

/// A message that nobody has taken yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Rises over all channels of the run.
    pub sequence: u64,
    pub value: Option<Payload>,
}

/// All channels of a run that hold a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Channels(BTreeMap<ChannelKey, Queue>);

impl Channels {
    pub fn push(&mut self, channel: &ChannelKey, message: Message) {
        self.0.entry(channel.clone()).or_default().push(message);
    }

    /// Takes the oldest message.
    pub fn pop(&mut self, channel: &ChannelKey) -> Option<Message> {
        let queue = self.0.get_mut(channel)?;
        let message = queue.pop();
        if queue.is_empty() {
            self.0.remove(channel);
        }
        message
    }

    pub fn first(&self, channel: &ChannelKey) -> Option<&Message> {
        self.0.get(channel)?.first()
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many messages wait, over all channels.
    pub fn message_count(&self) -> usize {
        self.0.values().map(Queue::len).sum()
    }

    pub fn size_bytes(&self) -> usize {
        self.0.values().map(|queue| queue.size_bytes).sum()
    }

    /// The non-empty channels and how many messages each holds.
    pub fn sizes(&self) -> impl Iterator<Item = (&ChannelKey, usize)> {
        self.0.iter().map(|(key, queue)| (key, queue.len()))
    }

    /// All messages, channel by channel, oldest first.
    pub fn messages(&self) -> impl Iterator<Item = (&ChannelKey, &Message)> {
        self.0
            .iter()
            .flat_map(|(key, queue)| queue.iter().map(move |message| (key, message)))
    }
}

const CHUNK: usize = 64;

/// One channel: a partly taken front, full chunks, and a growing back.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    front: Arc<[Message]>,
    taken: usize,
    full: VecDeque<Arc<[Message]>>,
    back: Vec<Message>,
    size_bytes: usize,
}

impl Message {
    pub fn size_bytes(&self) -> usize {
        self.value.as_ref().map_or(0, Payload::size_bytes)
    }
}

impl Queue {
    fn push(&mut self, message: Message) {
        self.size_bytes += message.size_bytes();
        self.back.push(message);
        if self.back.len() == CHUNK {
            self.full.push_back(std::mem::take(&mut self.back).into());
        }
    }

    fn pop(&mut self) -> Option<Message> {
        if self.taken == self.front.len() {
            self.taken = 0;
            self.front = match self.full.pop_front() {
                Some(chunk) => chunk,
                None => std::mem::take(&mut self.back).into(),
            };
        }
        let message = self.front.get(self.taken).cloned()?;
        self.taken += 1;
        self.size_bytes -= message.size_bytes();
        Some(message)
    }

    fn first(&self) -> Option<&Message> {
        self.iter().next()
    }

    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn len(&self) -> usize {
        self.front.len() - self.taken + self.full.len() * CHUNK + self.back.len()
    }

    fn iter(&self) -> impl Iterator<Item = &Message> {
        let chunks = self.full.iter().flat_map(|chunk| chunk.iter());
        self.front
            .iter()
            .skip(self.taken)
            .chain(chunks)
            .chain(&self.back)
    }
}

impl PartialEq for Queue {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Queue {}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> ChannelKey {
        ChannelKey {
            kind: ChannelKind::Signal,
            name: "c".into(),
        }
    }

    #[test]
    fn messages_leave_in_the_order_they_came() {
        let mut channels = Channels::default();
        for sequence in 0..1000 {
            channels.push(
                &key(),
                Message {
                    sequence,
                    value: None,
                },
            );
            if sequence % 3 == 0 {
                let copy = channels.clone();
                assert_eq!(channels.pop(&key()).map(|m| m.sequence), Some(sequence / 3));
                assert_eq!(copy.first(&key()).map(|m| m.sequence), Some(sequence / 3));
            }
        }
        let left: Vec<u64> = std::iter::from_fn(|| channels.pop(&key()))
            .map(|m| m.sequence)
            .collect();
        assert_eq!(left, (334..1000).collect::<Vec<_>>());
        assert!(channels.is_empty());
    }

    #[test]
    fn a_queue_is_the_same_however_its_chunks_lie() {
        let mut one = Queue::default();
        for sequence in 0..70 {
            one.push(Message {
                sequence,
                value: None,
            });
        }
        for _ in 0..66 {
            one.pop();
        }
        let mut two = Queue::default();
        for sequence in 66..70 {
            two.push(Message {
                sequence,
                value: None,
            });
        }
        assert_eq!(one, two);
        assert_eq!(one.len(), 4);
    }
}
