//! The engine as a process, which can be killed.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

pub(super) struct Server {
    pub(super) url: String,
    pub(super) folder: PathBuf,
    address: String,
    process: Child,
}

impl Server {
    pub(super) fn start(folder: &Path) -> Self {
        let folder = folder.join("data");
        let (process, address) = spawn(&folder, "127.0.0.1:0");
        let url = format!("http://{address}");
        Self {
            url,
            folder,
            address,
            process,
        }
    }

    /// Kills it and starts it again at the same address.
    pub(super) fn kill_and_restart(&mut self) {
        self.process.kill().expect("it was running");
        self.process.wait().expect("it ends");
        (self.process, _) = spawn(&self.folder, &self.address);
    }

    pub(super) fn disk_bytes(&self) -> u64 {
        let files = std::fs::read_dir(&self.folder).expect("a folder");
        let sizes = files.map(|file| {
            file.and_then(|file| file.metadata())
                .map_or(0, |data| data.len())
        });
        sizes.sum()
    }

    /// On Linux, the memory that the process has now.
    pub(super) fn memory_bytes(&self) -> Option<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).ok()?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))?;
        let kilobytes: f64 = line.split_whitespace().next()?.parse().ok()?;
        Some(kilobytes * 1024.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

fn spawn(folder: &Path, address: &str) -> (Child, String) {
    let mut process = Command::new(env!("CARGO_BIN_EXE_iwf-engine"))
        .args(["serve", "--addr", address, "--data-dir"])
        .arg(folder)
        .stderr(Stdio::piped())
        .spawn()
        .expect("the engine starts");
    let mut log = BufReader::new(process.stderr.take().expect("a log"));
    let mut line = String::new();
    let address = loop {
        line.clear();
        assert_ne!(
            log.read_line(&mut line).expect("text"),
            0,
            "the engine ended"
        );
        if let Some((_, rest)) = line.split_once("listening on http://") {
            break rest
                .split_whitespace()
                .next()
                .expect("an address")
                .to_owned();
        }
    };
    // A full pipe would stop the engine.
    std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
    (process, address)
}
