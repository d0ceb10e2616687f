//! `cargo xtask dev`: the development loop, `cargo leptos watch` with everything it looks for at hand.
//!
//! cargo-leptos would download a wasm-bindgen program; it gets ours, built from the library that the
//! lock file pins, as the first of that name on its PATH.

use crate::process::{self, answer};
use crate::workspace::{Profile, Workspace};
use crate::{files, setup};
use anyhow::{Context, Result, bail};
use std::env;
use std::io::{BufRead, IsTerminal};
use std::net::{Ipv4Addr, SocketAddr};

/// The newest that compiles with our compiler.
const CARGO_LEPTOS_VERSION: &str = "0.3.10";

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The port of the app on 127.0.0.1
    #[arg(long, default_value_t = 3000)]
    port: u16,
    /// The port over which the page hears that it should reload
    #[arg(long, default_value_t = 3001)]
    reload_port: u16,
    /// Install cargo-leptos into `target/tools` without asking, if it is missing
    #[arg(long)]
    install: bool,
    /// Handed to `cargo leptos watch`
    #[arg(last = true)]
    watch: Vec<String>,
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    setup::wasm_target(workspace)?;
    let path = path_with_tools(workspace)?;
    if !has_cargo_leptos(workspace, &path) {
        offer_cargo_leptos(workspace, args.install)?;
    }
    bindgen(workspace)?;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, args.port));
    eprintln!("Watching: http://{address} reloads itself after each change; Ctrl-C ends it.");
    let mut watch = process::cargo(workspace);
    watch
        .args(["leptos", "watch"])
        .args(&args.watch)
        .env("PATH", path)
        // The first is where our server listens, the second where cargo-leptos waits for it.
        .env("EMAIL_AGENT_ADDR", address.to_string())
        .env("LEPTOS_SITE_ADDR", address.to_string())
        .env("LEPTOS_RELOAD_PORT", args.reload_port.to_string());
    process::run(&mut watch)
}

/// The PATH with our own programs before all others.
fn path_with_tools(workspace: &Workspace) -> Result<std::ffi::OsString> {
    let tools = workspace.tools();
    let others = env::var_os("PATH").unwrap_or_default();
    let folders = [tools.clone(), tools.join("bin")]
        .into_iter()
        .chain(env::split_paths(&others));
    env::join_paths(folders).context("the PATH cannot be extended by target/tools")
}

fn has_cargo_leptos(workspace: &Workspace, path: &std::ffi::OsStr) -> bool {
    answer(
        process::cargo(workspace)
            .args(["leptos", "--version"])
            .env("PATH", path),
    )
    .is_some()
}

fn offer_cargo_leptos(workspace: &Workspace, install: bool) -> Result<()> {
    eprintln!(
        "The development loop needs cargo-leptos {CARGO_LEPTOS_VERSION} (`cargo xtask run` does not). \
         Three ways:\n\
         1. the prebuilt program from https://github.com/leptos-rs/cargo-leptos/releases, on your PATH\n\
         2. cargo binstall cargo-leptos@{CARGO_LEPTOS_VERSION}\n\
         3. cargo xtask dev --install   (compiles it into target/tools: 10 to 20 minutes, once)"
    );
    if !install && !agreed("Compile it now?")? {
        bail!("without cargo-leptos there is no development loop: choose one of the three ways");
    }
    let mut cargo = process::cargo(workspace);
    cargo.args([
        "install",
        "cargo-leptos",
        "--version",
        CARGO_LEPTOS_VERSION,
        "--locked",
        "--root",
    ]);
    process::run(cargo.arg(workspace.tools()))
}

fn agreed(question: &str) -> Result<bool> {
    let mut input = std::io::stdin().lock();
    if !input.is_terminal() {
        return Ok(false);
    }
    eprint!("{question} [y/N] ");
    let mut reply = String::new();
    input.read_line(&mut reply)?;
    Ok(matches!(reply.trim(), "y" | "Y" | "yes"))
}

/// Our stand-in for the wasm-bindgen program.
fn bindgen(workspace: &Workspace) -> Result<()> {
    process::run(process::cargo(workspace).args([
        "build",
        "--package",
        "xtask",
        "--bin",
        "bindgen",
    ]))?;
    // The copy gets the name that rustc refuses to compile under: it takes any `wasm-bindgen` of our
    // version number for an ancient one of the real crate.
    let name = format!("wasm-bindgen{}", env::consts::EXE_SUFFIX);
    files::copy(
        &workspace.program(Profile::Dev, "bindgen"),
        &workspace.tools().join(name),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_tools_come_first_on_the_path() {
        let workspace = Workspace::locate().unwrap();
        let path = path_with_tools(&workspace).unwrap();
        let first = env::split_paths(&path).next().unwrap();
        assert_eq!(first, workspace.tools());
        assert!(
            env::split_paths(&path).count() > 2,
            "the inherited PATH is kept"
        );
    }
}
