//! Connections and request heads: at the bound, and one beyond.

use iwf_engine::rest::Connections;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::Served;

async fn connect(served: &Served) -> TcpStream {
    let address = served.url.trim_start_matches("http://");
    TcpStream::connect(address).await.expect("a connection")
}

/// Sends a request for the health check with these headers, and reads the answer's head.
async fn ask(stream: &mut TcpStream, headers: &str) -> String {
    let request = format!("GET /healthz HTTP/1.1\r\nHost: x\r\n{headers}\r\n");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => answer.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8(answer).expect("a text")
}

#[tokio::test]
async fn one_connection_too_many_is_told_to_come_back() {
    let bounds = Connections {
        max: 2,
        ..Connections::default()
    };
    let served = Served::bounded(bounds).await;
    let (mut one, mut two) = (connect(&served).await, connect(&served).await);
    assert!(ask(&mut one, "").await.starts_with("HTTP/1.1 200"));
    assert!(ask(&mut two, "").await.starts_with("HTTP/1.1 200"));
    let refused = ask(&mut connect(&served).await, "").await;
    assert!(refused.starts_with("HTTP/1.1 503"), "{refused}");
    assert!(refused.contains("Retry-After: 1"), "{refused}");
    assert!(refused.contains("Connection: close"), "{refused}");
    drop(one);
    // The engine hears of the end a moment later.
    while ask(&mut connect(&served).await, "")
        .await
        .starts_with("HTTP/1.1 503")
    {}
}

#[tokio::test]
async fn the_head_of_a_request_is_bounded() {
    let bounds = Connections {
        head_bytes_max: 8192,
        headers_max: 10,
        ..Connections::default()
    };
    let served = Served::bounded(bounds).await;
    let header = |length: usize| format!("X: {}\r\n", "x".repeat(length));
    let answer = ask(&mut connect(&served).await, &header(7000)).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let answer = ask(&mut connect(&served).await, &header(9000)).await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    // Host is the tenth.
    let answer = ask(&mut connect(&served).await, &header(1).repeat(9)).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let answer = ask(&mut connect(&served).await, &header(1).repeat(10)).await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
}
