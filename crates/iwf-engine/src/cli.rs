//! The command line: what there is to say, in clap's words, and where each command goes.

mod environment;
mod folder;
mod limits;
mod log;
mod output;
mod runs;
mod serve;
mod show;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};
use iwf_engine::worker_http::AllowedWorker;

const EXIT_CODES: &str = "\
Exit codes:
  0  all is well
  1  it could not be done, or a check has found something
  2  the command line is not understood

Every command but serve works on a data folder, also while an engine serves it; restore and
compact need the folder for themselves. With --json they print one JSON object for programs, whose
keys stay as they are.";

/// An iWF server on one machine: durable workflows on SQLite, without Temporal or Cadence.
#[derive(Debug, Parser)]
#[command(name = "iwf-engine", version, about, after_help = EXIT_CODES)]
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

    /// Say how a data folder is: whether it is served, sizes, runs by status, what is due
    #[command(after_help = "Example:\n  iwf-engine status --data-dir data")]
    Status(OnFolder),

    /// List runs: the running ones first, newest first, then the closed ones, last closed first
    #[command(after_help = "\
Examples:
  iwf-engine list --data-dir data --status running --type Order
  iwf-engine list --data-dir data --limit 100 --page-token r.4711")]
    List(List),

    /// Show everything about one run
    #[command(after_help = "\
Examples:
  iwf-engine show order-17 --data-dir data
  iwf-engine show order-17 --data-dir data --values --json")]
    Show(Show),

    /// Find runs by a query, in the grammar of the search endpoint
    #[command(after_help = "\
Example:
  iwf-engine search \"IwfWorkflowType = 'Order' AND CustomerId = 'c-9'\" --data-dir data")]
    Search(Search),

    /// Copy the database into one file, also while it is served
    ///
    /// The copy is what was committed at one instant. It gets its name when it is complete.
    #[command(after_help = "\
Example:
  iwf-engine backup /backups/iwf-$(date +%F).db --data-dir data")]
    Backup(Backup),

    /// Put a backup in the place of the data; what was there is moved aside
    ///
    /// The backup is checked first. What happened after it was made is undone, so workers may be
    /// called again for what they have done since.
    #[command(after_help = "\
Example:
  iwf-engine restore /backups/iwf-2026-11-23.db --data-dir data")]
    Restore(Restore),

    /// Write the database anew without waste; needs as much room again
    #[command(after_help = "Example:\n  iwf-engine compact --data-dir data")]
    Compact(OnFolder),

    /// Check that everything stored is as it was written and fits together
    ///
    /// Reads the whole database and changes nothing. Exit code 1 says that something was found.
    #[command(after_help = "\
Examples:
  iwf-engine check --data-dir data
  iwf-engine check --file /backups/iwf-2026-11-23.db")]
    Check(Check),
}

#[derive(Debug, Args)]
struct OnFolder {
    /// Folder of the database
    #[arg(long, env = "IWF_ENGINE_DATA_DIR", value_name = "DIR")]
    data_dir: PathBuf,

    /// Print JSON for programs
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct Paging {
    /// Runs on one page
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1000))]
    limit: u32,

    /// Where to go on, as the page before said
    #[arg(long, value_name = "TOKEN")]
    page_token: Option<String>,
}

#[derive(Debug, Args)]
struct List {
    /// Only runs of this status
    #[arg(long, value_enum, ignore_case = true)]
    status: Option<StatusName>,

    /// Only runs of this workflow type
    #[arg(long = "type", value_name = "TYPE")]
    workflow_type: Option<String>,

    /// Only runs whose workflow id begins so
    #[arg(long, value_name = "PREFIX")]
    id_prefix: Option<String>,

    #[command(flatten)]
    paging: Paging,

    #[command(flatten)]
    on: OnFolder,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum StatusName {
    Running,
    Completed,
    Failed,
    #[value(alias = "timeout", alias = "timedout", alias = "timed_out")]
    TimedOut,
    Terminated,
    Canceled,
    #[value(alias = "continued_as_new", alias = "continuedasnew")]
    ContinuedAsNew,
}

#[derive(Debug, Args)]
struct Search {
    /// The query; an empty one finds every run
    query: String,

    #[command(flatten)]
    paging: Paging,

    #[command(flatten)]
    on: OnFolder,
}

#[derive(Debug, Args)]
struct Show {
    /// The workflow
    #[arg(value_name = "ID")]
    workflow_id: String,

    /// The run, if not the current one
    #[arg(long, value_name = "RUN_ID")]
    run_id: Option<String>,

    /// Show values, not their sizes alone; they may be confidential
    #[arg(long)]
    values: bool,

    /// Characters shown of each value
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    value_chars: u32,

    #[command(flatten)]
    on: OnFolder,
}

#[derive(Debug, Args)]
struct Backup {
    /// The file to write
    file: PathBuf,

    /// Replace the file if it exists
    #[arg(long)]
    overwrite: bool,

    #[command(flatten)]
    on: OnFolder,
}

#[derive(Debug, Args)]
struct Restore {
    /// A file that `backup` has written
    file: PathBuf,

    #[command(flatten)]
    on: OnFolder,
}

#[derive(Debug, Args)]
struct Check {
    /// Folder of the database
    #[arg(
        long,
        env = "IWF_ENGINE_DATA_DIR",
        value_name = "DIR",
        required_unless_present = "file"
    )]
    data_dir: Option<PathBuf>,

    /// A backup to check instead
    #[arg(long)]
    file: Option<PathBuf>,

    /// Print JSON for programs
    #[arg(long)]
    json: bool,
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

    #[command(flatten)]
    limits: limits::LimitArguments,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LogFormat {
    /// Lines for people
    Text,
    /// One JSON object per line
    Json,
}

pub(crate) fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let done = |()| ExitCode::SUCCESS;
    match arguments.command {
        Command::Serve(serve) => serve::run(&serve).map(done),
        Command::Status(on) => folder::status(&on).map(done),
        Command::List(list) => runs::list(list).map(done),
        Command::Show(show) => show::run(&show),
        Command::Search(search) => runs::search(search).map(done),
        Command::Backup(backup) => folder::backup(&backup).map(done),
        Command::Restore(restore) => folder::restore(&restore).map(done),
        Command::Compact(on) => folder::compact(&on).map(done),
        Command::Check(check) => folder::check(&check),
    }
}
