//! The engine's benchmark: `cargo xtask bench -- --help`.
//!
//! It starts the real server on a folder of its own, hosts the workers itself, and measures from
//! outside. Beside its figures stand what this disk can do in the same minute, since a commit that
//! is on disk cannot be faster than the disk, and, with `--peer`, another server that speaks the
//! iWF REST API under the same load.

#![allow(
    clippy::expect_used,
    reason = "a measurement that does not go as it should ends at once, and says where"
)]

mod limits_of_the_disk;
mod load;
mod server;
mod worker;

use std::time::Duration;

use clap::Parser;
use serde_json::{Value, json};

use load::Figures;
use server::Server;
use worker::BenchWorker;

#[derive(Parser)]
#[command(name = "cargo xtask bench --")]
struct Arguments {
    /// Another iWF server to put under the same load, by its address
    #[arg(long, value_name = "URL")]
    peer: Option<String>,

    /// A few seconds in all, to see that it works
    #[arg(long)]
    quick: bool,

    /// One JSON object instead of a table
    #[arg(long)]
    json: bool,

    /// Cargo gives this to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

/// How much of each load.
#[derive(Clone, Copy)]
struct Size {
    chains: usize,
    cycles: usize,
    timers: usize,
    sleepers: usize,
    disk: Duration,
}

impl Size {
    const FULL: Self = Self {
        chains: 2000,
        cycles: 8000,
        timers: 1000,
        sleepers: 20_000,
        disk: Duration::from_secs(3),
    };
    const QUICK: Self = Self {
        chains: 40,
        cycles: 80,
        timers: 20,
        sleepers: 100,
        disk: Duration::from_millis(200),
    };
}

#[tokio::main]
async fn main() {
    let Some(arguments) = arguments() else {
        return;
    };
    let size = if arguments.quick {
        Size::QUICK
    } else {
        Size::FULL
    };
    let worker = BenchWorker::serve().await;
    let folder = tempfile::tempdir().expect("a folder");

    let mut figures = Figures::default();
    limits_of_the_disk::measure(folder.path(), size.disk, &mut figures);
    let mut server = Server::start(folder.path());
    load::run(&server.url, &worker, size, &mut figures).await;
    load::idle(&server, &worker, size.sleepers, &mut figures).await;
    load::recovery(&mut server, &worker, size.chains / 4, &mut figures).await;
    figures.add_ratios();

    let mut peer = Figures::default();
    if let Some(url) = &arguments.peer {
        load::run(url, &worker, size, &mut peer).await;
    }
    print(&arguments, &figures, &peer);
}

/// `cargo test` runs this too, without `--bench`: then a quick run shows that it works, unless
/// some test is asked for by name.
fn arguments() -> Option<Arguments> {
    let mut given = std::env::args().skip(1);
    if given.any(|argument| argument == "--bench") {
        return Some(Arguments::parse());
    }
    (std::env::args().len() == 1).then(|| Arguments::parse_from(["engine", "--quick"]))
}

#[allow(clippy::print_stdout, reason = "its result is what it prints")]
fn print(arguments: &Arguments, ours: &Figures, peer: &Figures) {
    if arguments.json {
        let object = |figures: &Figures| -> Value { figures.iter().collect() };
        println!("{}", json!({"engine": object(ours), "peer": object(peer)}));
        return;
    }
    let has_peer = arguments.peer.is_some();
    println!(
        "{:<44} {:>12} {}",
        "",
        "engine",
        if has_peer {
            "        peer    ratio"
        } else {
            ""
        }
    );
    for (name, value) in ours.iter() {
        match peer.get(&name) {
            Some(other) => println!(
                "{name:<44} {value:>12.2} {other:>12.2} {:>8.2}",
                value / other
            ),
            None => println!("{name:<44} {value:>12.2}"),
        }
    }
}
