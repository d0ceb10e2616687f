//! What can be set, from where, and what it defaults to. The only place that reads the environment.
//!
//! Flags win over environment variables, those over a `.env` file in the current folder. Secrets
//! come from the environment only, since a command line can be seen by every user of the machine;
//! they are held in redacting types from here on.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use anyhow::{Context, ensure};
use clap::{ArgAction, Parser, ValueEnum, builder::FalseyValueParser};
use email_agent::{
    assistant::openai::OpenAiVariables, mailer::settings::MailVariables, preferences::Environment,
};
use secrecy::SecretString;

use crate::sign_in;

/// An AI email agent you can trust with the send button.
///
/// Without any setting it runs on this machine alone: workflows in an embedded engine below the
/// data folder, drafts by a small offline demo, and mail into an outbox folder.
#[derive(Debug, Parser)]
#[command(version, about, long_about, next_line_help = true)]
pub(crate) struct Args {
    /// Address the pages are served on. One that other machines can reach, such as `0.0.0.0:3000`,
    /// wants a password: `EMAIL_AGENT_PASSWORD`, or the one that was set on the page. What goes over
    /// the network is not encrypted: put a reverse proxy with TLS in front, and name its host in
    /// --allowed-hosts.
    #[arg(long, env = "EMAIL_AGENT_ADDR", default_value_t = default_addr())]
    addr: SocketAddr,

    /// Folder for everything that must survive: workflows, outbox, keys of this installation.
    #[arg(long, env = "EMAIL_AGENT_DATA_DIR", default_value = "data")]
    data_dir: PathBuf,

    /// Folder with the built pages (`cargo xtask build` makes it).
    #[arg(long, env = "LEPTOS_SITE_ROOT", default_value = "target/site")]
    site_root: PathBuf,

    /// Further host names that a reverse proxy may ask for, comma-separated. Others are refused,
    /// so that no foreign name can be pointed at this program.
    #[arg(long, env = "EMAIL_AGENT_ALLOWED_HOSTS", value_delimiter = ',')]
    allowed_hosts: Vec<String>,

    /// Who decides that an email may leave: `ask` wants a person's approval of that very version;
    /// `auto` schedules by itself as soon as recipient, text and time are known.
    #[arg(long, env = "APPROVAL", value_enum, default_value_t = Approval::Ask)]
    approval: Approval,

    /// Start with all outgoing mail on hold, until somebody switches that off in the settings: after
    /// the data folder was copied, moved or put back by other means than `iwf-engine restore`.
    #[arg(long, env = "EMAIL_AGENT_HOLD", action = ArgAction::SetTrue, value_parser = FalseyValueParser::new())]
    hold: bool,

    /// Waits between attempts while the mail server is busy, in seconds, comma-separated; the last
    /// one repeats, for a day in all.
    #[arg(long, env = "SEND_RETRY_SECONDS", value_delimiter = ',', value_parser = clap::value_parser!(u64).range(1..=86_400))]
    send_retry_seconds: Vec<u64>,

    /// Model for the drafts, `gpt-4o` unless set; needs `OPENAI_API_KEY`, or --openai-base-url for a
    /// server without one. What is set here or in the environment cannot be changed on the page.
    #[arg(long, env = "OPENAI_MODEL")]
    openai_model: Option<String>,

    /// Any server that speaks OpenAI's Responses API, such as Ollama: `http://127.0.0.1:11434/v1`.
    #[arg(long, env = "OPENAI_BASE_URL")]
    openai_base_url: Option<String>,

    /// What the model reads costs, in US dollars per million tokens, for the estimates beside its
    /// answers; needs --openai-price-output. Without both, only the tokens are shown.
    #[arg(long, env = "OPENAI_PRICE_INPUT")]
    openai_price_input: Option<String>,

    /// What the model writes costs, in US dollars per million tokens.
    #[arg(long, env = "OPENAI_PRICE_OUTPUT")]
    openai_price_output: Option<String>,

    /// Gmail account to send from; needs `GOOGLE_EMAIL_APP_PASSWORD`.
    #[arg(long, env = "GOOGLE_EMAIL_ADDRESS")]
    google_email_address: Option<String>,

    /// Sender for the server in `SMTP_URL`: `Ana Souza <ana@example.com>`.
    #[arg(long, env = "MAIL_FROM")]
    mail_from: Option<String>,

    /// PEM file with a root certificate that the mail server's certificate may descend from,
    /// besides the system's own roots.
    #[arg(long, env = "SMTP_CA_FILE")]
    smtp_ca_file: Option<PathBuf>,

    /// Run the workflows on this iWF server instead of the embedded engine:
    /// `http://127.0.0.1:8801`.
    #[arg(long, env = "IWF_SERVER_URL")]
    iwf_server_url: Option<String>,

    /// With --iwf-server-url: address the workflow worker listens on.
    #[arg(long, env = "IWF_WORKER_ADDR", default_value = "127.0.0.1:8802")]
    iwf_worker_addr: SocketAddr,

    /// With --iwf-server-url: how the iWF server reaches that worker. Its path is the shared
    /// secret; the default is the worker's address and a path kept in the data folder.
    #[arg(long, env = "IWF_WORKER_URL")]
    iwf_worker_url: Option<String>,

    /// One line per event as `text` for people or `json` for programs. What is logged is chosen by
    /// `RUST_LOG`.
    #[arg(long, env = "EMAIL_AGENT_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    log_format: LogFormat,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Approval {
    Ask,
    Auto,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// `cargo leptos watch` says in this variable where it expects the server.
fn default_addr() -> SocketAddr {
    std::env::var("LEPTOS_SITE_ADDR")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, 3000)))
}

/// Everything the program needs to know, checked.
#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) addr: SocketAddr,
    pub(crate) data_dir: PathBuf,
    pub(crate) site_root: PathBuf,
    /// Whoever wants to see anything must know it.
    pub(crate) password: Option<SecretString>,
    pub(crate) allowed_hosts: Vec<String>,
    pub(crate) approval: email_agent_api::ApprovalMode,
    /// All outgoing mail is put on hold at the start.
    pub(crate) hold: bool,
    /// Empty: the built-in schedule.
    pub(crate) send_retry: Vec<Duration>,
    /// Model and mail server, as far as they are set here: the rest is set on the page.
    pub(crate) environment: Environment,
    pub(crate) backend: BackendConfig,
    pub(crate) log_format: LogFormat,
}

/// What runs the workflows.
#[derive(Debug)]
pub(crate) enum BackendConfig {
    Embedded,
    Server {
        url: String,
        token: Option<SecretString>,
        worker_addr: SocketAddr,
        /// None: the worker's address and a path kept in the data folder.
        worker_url: Option<String>,
    },
}

impl Config {
    /// Reads flags, environment and `.env`; exits with clap's message on a wrong flag.
    pub(crate) fn load() -> anyhow::Result<Self> {
        match dotenvy::dotenv() {
            Ok(_) => {}
            Err(error) if error.not_found() => {}
            Err(error) => {
                return Err(error).context("the file .env cannot be read: mend or remove it");
            }
        }
        Args::parse().check(secret_from_env)
    }
}

impl Args {
    fn check(self, secret: impl Fn(&str) -> Option<SecretString>) -> anyhow::Result<Config> {
        // The folder is made when the data folder is; settings only need its name.
        let environment = Environment {
            mail: self.mail(&secret, self.data_dir.join("outbox")),
            model: OpenAiVariables {
                api_key: secret("OPENAI_API_KEY"),
                model: self.openai_model.clone(),
                base_url: self.openai_base_url.clone(),
                price_input: self.openai_price_input.clone(),
                price_output: self.openai_price_output.clone(),
            },
        };
        environment.check()?;
        let backend = self.backend(&secret)?;
        Ok(Config {
            addr: self.addr,
            data_dir: self.data_dir,
            site_root: self.site_root,
            password: secret(sign_in::VARIABLE),
            allowed_hosts: self.allowed_hosts,
            approval: match self.approval {
                Approval::Ask => email_agent_api::ApprovalMode::Ask,
                Approval::Auto => email_agent_api::ApprovalMode::Auto,
            },
            hold: self.hold,
            send_retry: self
                .send_retry_seconds
                .into_iter()
                .map(Duration::from_secs)
                .collect(),
            environment,
            backend,
            log_format: self.log_format,
        })
    }

    fn mail(
        &self,
        secret: &impl Fn(&str) -> Option<SecretString>,
        outbox: PathBuf,
    ) -> MailVariables {
        MailVariables {
            google_email_address: self.google_email_address.clone(),
            google_email_app_password: secret("GOOGLE_EMAIL_APP_PASSWORD"),
            smtp_url: secret("SMTP_URL"),
            mail_from: self.mail_from.clone(),
            smtp_ca_file: self.smtp_ca_file.clone(),
            outbox_folder: outbox,
        }
    }

    fn backend(
        &self,
        secret: &impl Fn(&str) -> Option<SecretString>,
    ) -> anyhow::Result<BackendConfig> {
        let Some(url) = self
            .iwf_server_url
            .as_ref()
            .filter(|url| !url.trim().is_empty())
        else {
            return Ok(BackendConfig::Embedded);
        };
        let worker_is_local = matches!(self.iwf_worker_addr.ip(), IpAddr::V4(ip) if ip.is_loopback())
            || matches!(self.iwf_worker_addr.ip(), IpAddr::V6(ip) if ip.is_loopback());
        if !worker_is_local {
            let secret_chars = self
                .iwf_worker_url
                .as_deref()
                .and_then(|url| url.split_once("://"))
                .and_then(|(_, rest)| rest.split_once('/'))
                .map_or(0, |(_, path)| path.trim_end_matches('/').len());
            ensure!(
                secret_chars >= 20,
                "the worker on {} can be reached from other machines: set IWF_WORKER_URL to its address with a secret path of at least 20 characters, such as http://this-host:8802/$(openssl rand -hex 16)",
                self.iwf_worker_addr
            );
        }
        Ok(BackendConfig::Server {
            url: url.clone(),
            token: secret("IWF_SERVER_TOKEN"),
            worker_addr: self.iwf_worker_addr,
            worker_url: self.iwf_worker_url.clone(),
        })
    }
}

/// An empty variable counts as unset, as in a `.env` file with nothing after the `=`.
fn secret_from_env(name: &str) -> Option<SecretString> {
    std::env::var(name)
        .ok()
        .filter(|text| !text.is_empty())
        .map(SecretString::from)
}

#[cfg(test)]
mod tests {
    use email_agent::{assistant::openai::OpenAiSettings, mailer::settings::MailSettings};

    use super::*;

    fn model(config: &Config) -> Option<OpenAiSettings> {
        OpenAiSettings::parse(&config.environment.model).unwrap()
    }

    fn mail(config: &Config) -> MailSettings {
        MailSettings::parse(&config.environment.mail).unwrap()
    }

    fn check(flags: &[&str], secrets: &[(&str, &str)]) -> anyhow::Result<Config> {
        let args = Args::parse_from(["server"].iter().chain(flags));
        args.check(|name| {
            let found = secrets.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| SecretString::from(*value))
        })
    }

    #[test]
    fn nothing_set_means_demo_outbox_and_embedded() {
        let config = check(&[], &[]).unwrap();
        assert!(model(&config).is_none());
        assert!(matches!(mail(&config), MailSettings::Outbox { .. }));
        assert!(matches!(config.backend, BackendConfig::Embedded));
        assert!(config.addr.ip().is_loopback());
        assert!(!config.hold);
    }

    #[test]
    fn everything_can_be_on_hold_from_the_start() {
        assert!(check(&["--hold"], &[]).unwrap().hold);
    }

    #[test]
    fn half_a_mail_account_is_refused() {
        let error = check(&["--google-email-address", "a@gmail.com"], &[]).unwrap_err();
        assert!(
            error.to_string().contains("GOOGLE_EMAIL_APP_PASSWORD"),
            "{error}"
        );
    }

    #[test]
    fn a_local_model_needs_no_key() {
        let config = check(&["--openai-base-url", "http://127.0.0.1:11434/v1"], &[]).unwrap();
        assert!(model(&config).is_some_and(|model| model.api_key.is_none()));
    }

    #[test]
    fn a_wide_worker_wants_a_secret_path() {
        let flags = [
            "--iwf-server-url",
            "http://iwf:8801",
            "--iwf-worker-addr",
            "0.0.0.0:8802",
        ];
        assert!(check(&flags, &[]).is_err());
        let with_path = [
            &flags[..],
            &["--iwf-worker-url", "http://app:8802/0123456789abcdef0123"],
        ]
        .concat();
        assert!(check(&with_path, &[]).is_ok());
    }

    #[test]
    fn secrets_are_not_shown() {
        let config = check(
            &["--mail-from", "a@example.com"],
            &[
                ("SMTP_URL", "smtps://u:hunter2@h"),
                ("OPENAI_API_KEY", "sk-hunter2"),
            ],
        );
        assert!(!format!("{config:?}").contains("hunter2"));
    }
}
