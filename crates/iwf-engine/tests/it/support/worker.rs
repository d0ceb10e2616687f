//! A worker on a free port that answers every call alike and counts its connections.
//!
//! It speaks HTTP by hand, so that a test can also make it break off, hang or answer nonsense.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

#[derive(Clone)]
pub(crate) enum Reply {
    /// These bytes, head and body.
    Bytes(Vec<u8>),
    /// Nothing; the connection is closed.
    BreakOff,
    /// Nothing; the connection stays open.
    Hang,
}

impl Reply {
    pub(crate) fn json(body: &str) -> Self {
        Self::with(200, "application/json", body)
    }

    pub(crate) fn with(status: u16, content_type: &str, body: &str) -> Self {
        let length = body.len();
        Self::Bytes(
            format!(
                "HTTP/1.1 {status} \r\ncontent-type: {content_type}\r\n\
                 content-length: {length}\r\n\r\n{body}"
            )
            .into_bytes(),
        )
    }
}

pub(crate) struct Worker {
    pub(crate) url: String,
    connections: Arc<AtomicUsize>,
    requests: Arc<Mutex<Vec<Request>>>,
}

#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// The request line and the headers, as they came.
    pub(crate) head: Vec<String>,
    pub(crate) body: String,
}

impl Worker {
    pub(crate) async fn replying(reply: Reply) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let worker = Self {
            url: format!("http://{}", listener.local_addr().expect("an address")),
            connections: Arc::default(),
            requests: Arc::default(),
        };
        let (connections, requests) = (worker.connections.clone(), worker.requests.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(serve(stream, reply.clone(), requests.clone()));
            }
        });
        worker
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().expect("no panic").clone()
    }
}

async fn serve(stream: TcpStream, reply: Reply, requests: Arc<Mutex<Vec<Request>>>) {
    let mut stream = BufReader::new(stream);
    while let Some(request) = read(&mut stream).await {
        requests.lock().expect("no panic").push(request);
        match &reply {
            Reply::Bytes(bytes) => {
                if stream.write_all(bytes).await.is_err() {
                    return;
                }
            }
            Reply::BreakOff => return,
            Reply::Hang => std::future::pending().await,
        }
    }
}

async fn read(stream: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            line => head.push(line.to_owned()),
        }
    }
    let length = head
        .iter()
        .find_map(|line| line.strip_prefix("Content-Length: ")?.parse().ok())?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    Some(Request {
        head,
        body: String::from_utf8(body).ok()?,
    })
}
