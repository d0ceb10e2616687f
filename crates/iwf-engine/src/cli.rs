//! The command line: what there is to say, in clap's words, and where each command goes.

mod environment;
mod log;
mod serve;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// An iWF server on one machine: durable workflows on SQLite, without Temporal or Cadence.
#[derive(Debug, Parser)]
#[command(name = "iwf-engine", version, about)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the engine until SIGINT or SIGTERM
    ///
    /// Speaks the iWF REST API, so that any iWF SDK can use it as its server. The data folder
    /// belongs to one running engine at a time.
    #[command(after_long_help = environment::HELP)]
    Serve(Serve),
}

#[derive(Debug, Args)]
struct Serve {
    /// Address to listen on; any but a loopback address needs a token, see below
    #[arg(long, env = "IWF_ENGINE_ADDR", default_value = "127.0.0.1:8801")]
    addr: SocketAddr,

    /// Folder of the database; made if it is missing
    #[arg(long, env = "IWF_ENGINE_DATA_DIR", value_name = "DIR")]
    data_dir: PathBuf,

    /// Longest wait of a long poll or an RPC, in seconds
    #[arg(long, env = "IWF_ENGINE_MAX_WAIT_SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3600))]
    max_wait_seconds: u64,

    /// Largest request body, in bytes
    #[arg(long, env = "IWF_ENGINE_BODY_BYTES_MAX", default_value_t = 16 * 1024 * 1024, value_parser = clap::value_parser!(u32).range(1024..))]
    body_bytes_max: u32,

    /// How long calls in progress may take to finish at shutdown, in seconds
    #[arg(long, env = "IWF_ENGINE_SHUTDOWN_SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(0..=600))]
    shutdown_seconds: u64,

    /// What to log, in the terms of tracing's filter: "info", "debug", "warn,iwf-engine=debug"
    #[arg(long, env = "IWF_ENGINE_LOG", default_value = "info")]
    log: String,

    /// Form of the log on standard error
    #[arg(long, env = "IWF_ENGINE_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    log_format: LogFormat,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LogFormat {
    /// Lines for people
    Text,
    /// One JSON object per line
    Json,
}

pub(crate) fn run(arguments: Arguments) -> anyhow::Result<()> {
    match arguments.command {
        Command::Serve(serve) => serve::run(&serve),
    }
}
