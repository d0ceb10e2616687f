//! A workflow that collects everything it is sent, and a client that knows what it has to hold: what
//! was acknowledged exactly once and in order, what was cut off by a kill at most once.

use iwf_protocol::KeyValue;
use serde_json::{Value, json};

use super::server::Server;
use super::worker::list;
use crate::support::object;

pub(super) struct Collector {
    workflow_id: String,
    /// Numbers the commands.
    next: usize,
    sent: Vec<Sent>,
}

/// A command and whether it was acknowledged.
struct Sent {
    kind: Kind,
    value: String,
    is_acknowledged: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Signal,
    Message,
    Rpc,
    Attribute,
}

const KINDS: [Kind; 4] = [Kind::Signal, Kind::Message, Kind::Rpc, Kind::Attribute];

impl Kind {
    /// The command that sends the value.
    fn request(self, workflow_id: &str, value: &str) -> (&'static str, Value) {
        let value = object(value);
        match self {
            Self::Signal => (
                "signal",
                json!({"workflowId": workflow_id, "signalChannelName": "signals", "signalValue": value}),
            ),
            Self::Message => (
                "publishToInternalChannel",
                json!({"workflowId": workflow_id, "messages": [{"channelName": "messages", "value": value}]}),
            ),
            Self::Rpc => (
                "rpc",
                json!({"workflowId": workflow_id, "rpcName": "add", "input": value}),
            ),
            Self::Attribute => (
                "dataobjects/set",
                json!({"workflowId": workflow_id, "objects": [{"key": "set", "value": value}]}),
            ),
        }
    }

    fn prefix(self) -> &'static str {
        match self {
            Self::Signal => "s",
            Self::Message => "m",
            Self::Rpc => "r",
            Self::Attribute => "a",
        }
    }
}

impl Collector {
    pub(super) async fn start(server: &Server, number: usize, worker_url: &str) -> Self {
        let workflow_id = format!("collector-{number}");
        let request = json!({
            "workflowId": workflow_id, "iwfWorkflowType": "Collector",
            "workflowTimeoutSeconds": 0, "iwfWorkerUrl": worker_url, "startStateId": "Collect",
        });
        server.post("start", &request).await;
        Self {
            workflow_id,
            next: 0,
            sent: Vec::new(),
        }
    }

    /// Sends commands, one after the other, for ever.
    pub(super) async fn send(&mut self, server: &Server) {
        loop {
            let number = self.next;
            self.next += 1;
            let kind = KINDS[number % KINDS.len()];
            self.command(server, kind, &number.to_string()).await;
        }
    }

    async fn command(&mut self, server: &Server, kind: Kind, value: &str) {
        let value = format!("{}{value}", kind.prefix());
        let (operation, body) = kind.request(&self.workflow_id, &value);
        self.sent.push(Sent {
            kind,
            value,
            is_acknowledged: false,
        });
        server.post(operation, &body).await;
        if let Some(sent) = self.sent.last_mut() {
            sent.is_acknowledged = true;
        }
    }

    pub(super) fn acknowledged(&self) -> usize {
        self.sent.iter().filter(|sent| sent.is_acknowledged).count()
    }

    /// Lets the workflow end, and compares what it holds with what was sent.
    pub(super) async fn check(&mut self, server: &Server, seed: u64) {
        self.command(server, Kind::Signal, "-end").await;
        self.command(server, Kind::Message, "-end").await;
        let end = server.end(&self.workflow_id).await;
        assert_eq!(end["workflowStatus"], "COMPLETED", "seed {seed}: {end}");
        let request = json!({"workflowId": self.workflow_id, "allDataObjects": true});
        let answer = server.post("dataobjects/get", &request).await;
        let attributes: Vec<KeyValue> =
            serde_json::from_value(answer["objects"].clone()).expect("attributes");
        let collected = list(&attributes, "collected");
        for kind in [Kind::Signal, Kind::Message] {
            let held = collected
                .iter()
                .filter(|value| value.starts_with(kind.prefix()));
            self.check_list(kind, &held.cloned().collect::<Vec<_>>(), seed);
        }
        self.check_list(Kind::Rpc, &list(&attributes, "called"), seed);
        self.check_last(&list(&attributes, "set"), seed);
    }

    fn of(&self, kind: Kind) -> impl DoubleEndedIterator<Item = &Sent> {
        self.sent.iter().filter(move |sent| sent.kind == kind)
    }

    /// Without those that were cut off and did not arrive, all that was sent is there, in order.
    fn check_list(&self, kind: Kind, held: &[String], seed: u64) {
        let arrived = |sent: &&Sent| sent.is_acknowledged || held.contains(&sent.value);
        let expected: Vec<&String> = self
            .of(kind)
            .filter(arrived)
            .map(|sent| &sent.value)
            .collect();
        assert!(
            held.iter().eq(expected.iter().copied()),
            "seed {seed}, {}, {kind:?}: {held:?} instead of {expected:?}",
            self.workflow_id
        );
    }

    /// The last value that was acknowledged, or one that was cut off after it.
    fn check_last(&self, held: &[String], seed: u64) {
        let mut possible = Vec::new();
        for sent in self.of(Kind::Attribute).rev() {
            possible.push(&sent.value);
            if sent.is_acknowledged {
                break;
            }
        }
        let is_possible = held.iter().all(|held| possible.contains(&held));
        assert!(is_possible, "seed {seed}: {held:?} is none of {possible:?}");
    }
}
