//! `iwf-engine serve` as a process of its own, on a free port and an empty data folder.

use super::Setting;
use crate::files;
use anyhow::{Context, Result, bail};
use std::fs::File;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A served engine; it ends with this value.
pub(super) struct Served {
    child: Child,
    addr: SocketAddr,
}

/// An address of this machine where nobody listens at the moment.
pub(super) fn free_address() -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no port is free")?;
    Ok(listener.local_addr()?)
}

impl Served {
    /// Starts the engine and waits until it answers. Its log and its data stay in `target/interop`.
    pub(super) fn start(setting: &Setting, name: &str) -> Result<Self> {
        let folder = setting.downloads("engine").join(name);
        files::fresh_folder(&folder)?;
        let log = folder.join("engine.log");
        let addr = free_address()?;
        eprintln!(
            "  $ iwf-engine serve --addr {addr} (log: {})",
            log.display()
        );
        let child = Command::new(setting.engine())
            .args(["serve", "--addr", &addr.to_string(), "--data-dir"])
            .arg(folder.join("data"))
            .stdin(Stdio::null())
            .stderr(File::create(&log).with_context(|| format!("cannot write {}", log.display()))?)
            .spawn()
            .context("cannot start the engine")?;
        let mut served = Self { child, addr };
        served.wait_until_ready()?;
        Ok(served)
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let end = Instant::now() + Duration::from_secs(30);
        while !is_ready(self.addr) {
            if let Some(status) = self.child.try_wait()? {
                bail!("the engine ended at once, {status}: its log says why");
            }
            if Instant::now() > end {
                bail!("the engine did not answer within 30 seconds: its log says why");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended by itself, which the tests will have noticed.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn is_ready(addr: SocketAddr) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut connection = TcpStream::connect(addr)?;
        connection.write_all(b"GET /readyz HTTP/1.0\r\n\r\n")?;
        let mut answer = String::new();
        connection.read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.contains(" 200 "))
}
