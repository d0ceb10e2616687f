//! How fast the list of 10,000 emails is: `cargo xtask bench --bench list`.
//!
//! It fills the catalogue of a new data folder, starts the real server on it, and measures from
//! outside, over HTTP: the start page as a browser asks for it, rendered by the server, and the JSON
//! call. It prints medians and asserts none.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a measurement that does not go as it should ends at once, and says where; its figures are what it is for"
)]

use std::{
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use email_agent_api::{EmailId, SendWish, StageKind, WallTime};
use email_agent_store::{CatalogueEntry, Store};

const EMAILS: u32 = 10_000;
const ROUNDS: usize = 51;
const READY_WITHIN: Duration = Duration::from_mins(1);

const STAGES: [StageKind; 8] = [
    StageKind::Sent,
    StageKind::Sent,
    StageKind::Scheduled,
    StageKind::Scheduled,
    StageKind::ReadyToApprove,
    StageKind::Draft,
    StageKind::NotSent,
    StageKind::Canceled,
];
const WORDS: [&str; 8] = [
    "dinner", "meeting", "conversa", "mudança", "budget", "holiday", "obrigado", "会議",
];

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().expect("a folder for the measurement");
    let filled_in = fill(&folder.path().join("app.db")).await;
    println!(
        "{EMAILS} emails in the catalogue, filled in {:.1} s",
        filled_in.as_secs_f64()
    );
    let port = free_port();
    let url = format!("http://127.0.0.1:{port}");
    let mut server = start(folder.path(), port);
    let client = reqwest::Client::new();
    ready(&client, &url).await;

    println!("median of {ROUNDS} requests, one after the other:");
    for (what, path) in [
        ("start page", "/"),
        ("start page, filter", "/?show=scheduled"),
        ("start page, search", "/?q=recipient77"),
        ("start page, search for a common word", "/?q=example.com"),
        ("start page, filter and search", "/?show=sent&q=dinner"),
    ] {
        let address = format!("{url}{path}");
        print_median(what, || client.get(&address)).await;
    }
    for (what, body) in [
        ("list call", "{}"),
        ("list call, filter", r#"{"show": "needs_you"}"#),
        ("list call, search", r#"{"search": "recipient77"}"#),
    ] {
        print_median(what, || {
            client
                .post(format!("{url}/api/ai-agent/list"))
                .header("content-type", "application/json")
                .body(body)
        })
        .await;
    }
    server.kill().expect("the server can be stopped");
    server.wait().expect("the server ends");
}

async fn fill(path: &Path) -> Duration {
    let begun = Instant::now();
    let store = Store::open(path).expect("a new store");
    let entries = (0..EMAILS).map(entry).collect();
    store
        .catalogue_all(entries)
        .await
        .expect("the rows are written");
    begun.elapsed()
}

fn entry(number: u32) -> CatalogueEntry {
    let pick = |list: &[&'static str], by: u32| {
        let index = usize::try_from(number / by).unwrap_or_default() % list.len();
        list[index]
    };
    let mut bytes = [0; 26];
    bytes[..4].copy_from_slice(&[
        u8::try_from(number & 31).unwrap_or_default(),
        u8::try_from((number >> 5) & 31).unwrap_or_default(),
        u8::try_from((number >> 10) & 31).unwrap_or_default(),
        1,
    ]);
    let stage = STAGES[usize::try_from(number).unwrap_or_default() % STAGES.len()];
    let at =
        chrono::DateTime::UNIX_EPOCH + chrono::TimeDelta::minutes(29_000_000 + i64::from(number));
    let to = format!("Recipient {number} <recipient{number}@example.com>");
    CatalogueEntry {
        id: EmailId::from_random(bytes),
        states_revision: 3,
        book_revision: 2,
        canceled: stage == StageKind::Canceled,
        stage,
        everybody: to.clone(),
        to,
        title: format!("About the {} and the {}", pick(&WORDS, 1), pick(&WORDS, 8)),
        body: "Dear colleague, thank you for the conversation of yesterday. ".repeat(12),
        send_at: Some(SendWish {
            wall: WallTime {
                local: at.naive_utc(),
                zone: "Europe/Lisbon".to_owned(),
            },
            instant: at,
            offset_minutes: 0,
            note: None,
        }),
        due: Some(at),
        started_at: at,
        changed_at: at,
    }
}

fn free_port() -> u16 {
    let probe = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    probe.local_addr().expect("its number").port()
}

fn start(data_dir: &Path, port: u16) -> Child {
    Command::new(env!("CARGO_BIN_EXE_server"))
        .env("EMAIL_AGENT_ADDR", format!("127.0.0.1:{port}"))
        .env("EMAIL_AGENT_DATA_DIR", data_dir)
        .env("RUST_LOG", "warn")
        .current_dir(data_dir)
        .stdout(Stdio::null())
        .spawn()
        .expect("the server starts")
}

async fn ready(client: &reqwest::Client, url: &str) {
    let begun = Instant::now();
    let readyz = format!("{url}/readyz");
    while !client
        .get(&readyz)
        .send()
        .await
        .is_ok_and(|answer| answer.status().is_success())
    {
        assert!(
            begun.elapsed() < READY_WITHIN,
            "the server did not become ready"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn print_median(what: &str, request: impl Fn() -> reqwest::RequestBuilder) {
    let mut times = Vec::new();
    let mut size = 0;
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        let answer = request().send().await.expect("an answer");
        assert!(answer.status().is_success(), "{what}: {}", answer.status());
        size = answer.bytes().await.expect("its body").len();
        times.push(begun.elapsed());
    }
    times.sort();
    let ms = |time: Duration| time.as_secs_f64() * 1_000.0;
    println!(
        "  {what:<40} {:>7.1} ms   (fastest {:.1}, slowest {:.1}; {} KB)",
        ms(times[ROUNDS / 2]),
        ms(times[0]),
        ms(times[ROUNDS - 1]),
        size / 1024,
    );
}
