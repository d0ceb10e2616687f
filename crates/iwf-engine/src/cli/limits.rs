//! Bounds that an operator may want to set, for a machine that is smaller or larger than usual.
//! The others keep their defaults; the documentation lists all of them.

use std::time::Duration;

use clap::Args;
use iwf_engine::Limits;
use iwf_engine::rest::{Connections, RestConfig};

#[allow(
    clippy::struct_field_names,
    reason = "each is the name of a flag, which says what it is"
)]
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Limits")]
pub(super) struct LimitArguments {
    /// Connections open at a time; more are answered with 503
    #[arg(long, env = "IWF_ENGINE_CONNECTIONS_MAX", value_name = "NUMBER", default_value_t = 2048, value_parser = number(1))]
    connections_max: u32,

    /// Largest request body, in bytes; a larger one is answered with 413
    #[arg(long, env = "IWF_ENGINE_BODY_BYTES_MAX", value_name = "BYTES", default_value_t = 16 * MIB, value_parser = number(1024))]
    body_bytes_max: u32,

    /// What large bodies of requests in progress may take together, in bytes; beyond it 503
    #[arg(long, env = "IWF_ENGINE_BODIES_BYTES_MAX", value_name = "BYTES", default_value_t = 256 * MIB, value_parser = number(1024))]
    bodies_bytes_max: u32,

    /// Requests waiting to be stored; more are answered with 503
    #[arg(long, env = "IWF_ENGINE_QUEUE_REQUESTS_MAX", value_name = "NUMBER", default_value_t = 4096, value_parser = number(1))]
    queue_requests_max: u32,

    /// Long polls at a time; more are answered with 503
    #[arg(long, env = "IWF_ENGINE_LONG_POLLS_MAX", value_name = "NUMBER", default_value_t = 10_000, value_parser = number(1))]
    long_polls_max: u32,

    /// RPCs in progress, a quarter of them for one worker; more are answered with 503
    #[arg(long, env = "IWF_ENGINE_RPCS_MAX", value_name = "NUMBER", default_value_t = 2048, value_parser = number(4))]
    rpcs_max: u32,

    /// Calls in flight at one worker, a quarter of them for one state; more wait
    #[arg(long, env = "IWF_ENGINE_CALLS_PER_WORKER_MAX", value_name = "NUMBER", default_value_t = 512, value_parser = number(4))]
    calls_per_worker_max: u32,

    /// One value, such as an input, a message or an attribute, in bytes; beyond it 413
    #[arg(long, env = "IWF_ENGINE_PAYLOAD_BYTES_MAX", value_name = "BYTES", default_value_t = 2 * MIB, value_parser = number(1024))]
    payload_bytes_max: u32,

    /// Messages that wait in one run; beyond it 429
    #[arg(long, env = "IWF_ENGINE_MESSAGES_PER_RUN_MAX", value_name = "NUMBER", default_value_t = 10_000, value_parser = number(1))]
    messages_per_run_max: u32,

    /// All values of one run together, in bytes; beyond it 413
    #[arg(long, env = "IWF_ENGINE_RUN_BYTES_MAX", value_name = "BYTES", default_value_t = 64 * MIB, value_parser = number(1024))]
    run_bytes_max: u32,

    /// History of one run, in bytes; a longer one begins anew, and no reset goes back further
    #[arg(long, env = "IWF_ENGINE_HISTORY_BYTES_MAX", value_name = "BYTES", default_value_t = 8 * MIB, value_parser = number(1024))]
    history_bytes_max: u32,

    /// What runs kept in memory may take together, in bytes
    #[arg(long, env = "IWF_ENGINE_HOT_BYTES_MAX", value_name = "BYTES", default_value_t = 256 * MIB, value_parser = number(0))]
    hot_bytes_max: u32,

    /// Longest time of a search, in seconds; beyond it 503
    #[arg(long, env = "IWF_ENGINE_SEARCH_SECONDS_MAX", value_name = "SECONDS", default_value_t = 10, value_parser = number(1))]
    search_seconds_max: u32,
}

const MIB: u32 = 1024 * 1024;

fn number(min: i64) -> clap::builder::RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(min..)
}

impl LimitArguments {
    pub(super) fn engine(&self) -> Limits {
        Limits {
            queue_requests_max: size(self.queue_requests_max),
            long_polls_max: size(self.long_polls_max),
            rpcs_max: size(self.rpcs_max),
            rpcs_per_worker_max: size(self.rpcs_max / 4),
            calls_per_worker_max: size(self.calls_per_worker_max),
            calls_per_state_max: size(self.calls_per_worker_max / 4),
            payload_bytes_max: size(self.payload_bytes_max),
            messages_per_run_max: size(self.messages_per_run_max),
            run_bytes_max: size(self.run_bytes_max),
            history_bytes_max: size(self.history_bytes_max),
            hot_bytes_max: size(self.hot_bytes_max),
            search_time_max: Duration::from_secs(self.search_seconds_max.into()),
            ..Limits::default()
        }
    }

    pub(super) fn rest(&self) -> RestConfig {
        RestConfig {
            body_bytes_max: size(self.body_bytes_max),
            bodies_bytes_max: size(self.bodies_bytes_max),
            ..RestConfig::default()
        }
    }

    pub(super) fn connections(&self) -> Connections {
        Connections {
            max: size(self.connections_max),
            ..Connections::default()
        }
    }
}

fn size(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Command {
        #[command(flatten)]
        limits: LimitArguments,
    }

    /// The numbers above are written out for `--help`; the library has its own.
    #[test]
    fn without_flags_they_are_the_defaults_of_the_library() {
        let limits = Command::parse_from(["serve"]).limits;
        let debug = |value: &dyn std::fmt::Debug| format!("{value:?}");
        assert_eq!(debug(&limits.engine()), debug(&Limits::default()));
        assert_eq!(debug(&limits.rest()), debug(&RestConfig::default()));
        assert_eq!(debug(&limits.connections()), debug(&Connections::default()));
    }
}
