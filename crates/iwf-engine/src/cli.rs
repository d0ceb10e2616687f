//! The command line: what there is to say, in clap's words, and where each command goes.

mod environment;
mod log;
mod serve;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use iwf_engine::worker_http::AllowedWorker;

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

const WORKER_HELP: &str = "\
Worker that may be called; needed when others than this machine can reach the engine

An origin (https://worker.example.com, http://10.0.0.7:8803), a host with any scheme and port \
(worker), a host and port (worker:8803), all hosts below a name (*.workers.internal), or * for \
any. Give it more than once, or several with commas. Without it, an engine on a loopback address \
calls whatever a workflow is started with.";

#[derive(Debug, Args)]
struct Serve {
    /// Address to listen on; any but a loopback address needs a token and --worker-url-allow
    #[arg(long, env = "IWF_ENGINE_ADDR", default_value = "127.0.0.1:8801")]
    addr: SocketAddr,

    /// Folder of the database; made if it is missing
    #[arg(long, env = "IWF_ENGINE_DATA_DIR", value_name = "DIR")]
    data_dir: PathBuf,

    /// Worker that may be called; needed when others than this machine can reach the engine
    #[arg(
        long,
        env = "IWF_ENGINE_WORKER_URL_ALLOW",
        value_name = "WORKER",
        value_delimiter = ',',
        long_help = WORKER_HELP
    )]
    worker_url_allow: Vec<AllowedWorker>,

    /// Longest wait of a long poll or an RPC, in seconds
    #[arg(long, env = "IWF_ENGINE_MAX_WAIT_SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3600))]
    max_wait_seconds: u64,

    /// Largest request body, in bytes
    #[arg(long, env = "IWF_ENGINE_BODY_BYTES_MAX", default_value_t = 16 * 1024 * 1024, value_parser = clap::value_parser!(u32).range(1024..))]
    body_bytes_max: u32,

    /// How many days closed runs are kept; without it, for ever
    #[arg(long, env = "IWF_ENGINE_RETENTION_DAYS", value_name = "DAYS", value_parser = clap::value_parser!(u64).range(1..=36_500))]
    retention_days: Option<u64>,

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
