//! The binary: how it starts, refuses to start, and stops.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};

pub(crate) fn serve(data_dir: &Path, addr: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_iwf-engine"));
    command
        .args(["serve", "--addr", addr, "--data-dir"])
        .arg(data_dir)
        .env_remove("IWF_ENGINE_TOKEN")
        .env_remove("IWF_ENGINE_WORKER_HEADERS")
        .env_remove("IWF_ENGINE_WORKER_URL_ALLOW")
        .stderr(Stdio::piped());
    command
}

/// The address of the log's line that says so, and what follows it.
pub(crate) fn listening(child: &mut Child) -> (String, BufReader<impl Read + use<>>) {
    let mut log = BufReader::new(child.stderr.take().expect("a log"));
    loop {
        let mut line = String::new();
        assert_ne!(log.read_line(&mut line).expect("text"), 0, "it ended");
        if let Some((_, rest)) = line.split_once("listening on http://") {
            let address = rest.split_whitespace().next().expect("an address");
            return (address.to_owned(), log);
        }
    }
}

pub(crate) fn refusal(mut command: Command) -> String {
    let output = command.output().expect("it runs");
    assert!(!output.status.success());
    String::from_utf8(output.stderr).expect("text")
}

#[cfg(unix)]
fn interrupt(child: &Child) {
    let id = child.id().to_string();
    let status = Command::new("kill").args(["-TERM", &id]).status();
    assert!(status.expect("kill runs").success());
}

#[tokio::test]
#[cfg(unix)]
async fn it_serves_until_it_is_asked_to_stop() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut child = serve(folder.path(), "127.0.0.1:0")
        .spawn()
        .expect("it starts");
    let (address, mut log) = listening(&mut child);
    let health = reqwest::get(format!("http://{address}/info/healthcheck")).await;
    assert_eq!(health.expect("an answer").status(), 200);
    interrupt(&child);
    assert!(child.wait().expect("it ends").success());
    let mut rest = String::new();
    log.read_to_string(&mut rest).expect("text");
    assert!(rest.contains("stopped"), "{rest}");
}

#[test]
fn an_open_address_needs_a_token_and_a_list_of_workers() {
    let folder = tempfile::tempdir().expect("a folder");
    let told = refusal(serve(folder.path(), "0.0.0.0:0"));
    assert!(told.contains("set IWF_ENGINE_TOKEN"), "{told}");
    let mut command = serve(folder.path(), "0.0.0.0:0");
    command.env("IWF_ENGINE_TOKEN", "short");
    let told = refusal(command);
    assert!(told.contains("shorter than 16 bytes"), "{told}");
    let mut command = serve(folder.path(), "0.0.0.0:0");
    command.env("IWF_ENGINE_TOKEN", "0123456789abcdef");
    let told = refusal(command);
    assert!(told.contains("with --worker-url-allow"), "{told}");
    let mut command = serve(folder.path(), "0.0.0.0:0");
    command.args(["--worker-url-allow", "worker,http://worker/path"]);
    let told = refusal(command);
    assert!(told.contains("write a worker as"), "{told}");
    assert!(!folder.path().join("iwf-engine.db").exists());
}

#[test]
fn two_engines_do_not_share_a_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut child = serve(folder.path(), "127.0.0.1:0")
        .spawn()
        .expect("it starts");
    let (_, log) = listening(&mut child);
    let told = refusal(serve(folder.path(), "127.0.0.1:0"));
    assert!(told.contains("in use by another process"), "{told}");
    child.kill().expect("it was running");
    child.wait().expect("it ends");
    drop(log);
}

#[test]
fn an_address_in_use_is_told() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address").to_string();
    let folder = tempfile::tempdir().expect("a folder");
    let told = refusal(serve(folder.path(), &address));
    assert!(told.contains("cannot listen on"), "{told}");
}

#[test]
fn headers_for_workers_are_checked_and_not_shown() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = serve(folder.path(), "127.0.0.1:0");
    command.env("IWF_ENGINE_WORKER_HEADERS", "X-Team: mail\nsecret");
    let refusal = refusal(command);
    assert!(refusal.contains("line 2"), "{refusal}");
    assert!(!refusal.contains("secret"), "{refusal}");
}
