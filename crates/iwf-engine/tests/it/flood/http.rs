//! HTTP by hand, so that a client can also send what no library would.

use std::io;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

pub(crate) struct Connection {
    address: String,
    stream: Option<BufReader<TcpStream>>,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<u64>,
    pub(crate) body: String,
}

impl Connection {
    pub(crate) fn to(address: &str) -> Self {
        Self {
            address: address.to_owned(),
            stream: None,
        }
    }

    /// Posts to an operation of the workflow API. An error leaves open whether it was done.
    pub(crate) async fn post(&mut self, operation: &str, body: &str) -> io::Result<Answer> {
        let length = body.len();
        let request = format!(
            "POST /api/v1/workflow/{operation} HTTP/1.1\r\nHost: engine\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        self.exchange(request.as_bytes()).await
    }

    /// Posts until it is not refused for want of room, and then it must succeed.
    pub(crate) async fn must(&mut self, operation: &str, body: &Value) -> Value {
        loop {
            let answer = self
                .post(operation, &body.to_string())
                .await
                .expect("an answer");
            match answer.status {
                200 => return serde_json::from_str(&answer.body).expect("JSON"),
                503 => {}
                _ => panic!("{operation} {body}: {answer:?}"),
            }
        }
    }

    /// Sends these bytes, whatever they are, and reads one answer.
    pub(crate) async fn exchange(&mut self, request: &[u8]) -> io::Result<Answer> {
        // Put back only when the connection can be used again.
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => BufReader::new(TcpStream::connect(&self.address).await?),
        };
        // The engine may answer and close before it has read all of it.
        let sent = stream.get_mut().write_all(request).await;
        let (answer, is_kept) = read(&mut stream).await?;
        if is_kept && sent.is_ok() {
            self.stream = Some(stream);
        }
        Ok(answer)
    }
}

async fn read(stream: &mut BufReader<TcpStream>) -> io::Result<(Answer, bool)> {
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    let status = line
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    let status = status.ok_or(io::ErrorKind::UnexpectedEof)?;
    let (mut length, mut retry_after, mut is_kept) = (0, None, true);
    loop {
        line.clear();
        stream.read_line(&mut line).await?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().expect("a length"),
            "retry-after" => retry_after = value.parse().ok(),
            "connection" => is_kept = value != "close",
            _ => {}
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    let body = String::from_utf8(body).expect("a text");
    Ok((
        Answer {
            status,
            retry_after,
            body,
        },
        is_kept,
    ))
}
