//! A small SMTP server: implicit TLS, STARTTLS or plaintext, AUTH PLAIN and LOGIN, and at each step
//! the answer, broken connection or silence that a test scripts. It keeps each mail that it took
//! with a 250, and each whose end it saw.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::TlsAcceptor;

/// What the server does at one step instead of the usual.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    /// Says this line.
    Say(&'static str),
    /// Says this line and closes the connection.
    SayAndDrop(&'static str),
    /// Closes the connection.
    Drop,
    /// Says nothing any more.
    Hang,
}

/// How the server's connections are secured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    ImplicitTls,
    StartTls,
    Plaintext,
}

/// One mail as it came in.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) sender: String,
    pub(crate) recipients: Vec<String>,
    /// Without the dots that SMTP puts before lines that begin with one.
    pub(crate) data: Vec<u8>,
    pub(crate) user: Option<String>,
    pub(crate) encrypted: bool,
    /// Whether the client was told 250.
    pub(crate) confirmed: bool,
}

/// A running server; ends with the test's runtime.
pub(crate) struct SmtpServer {
    pub(crate) port: u16,
    certificates: tempfile::TempDir,
    shared: Arc<Shared>,
}

struct Shared {
    mode: Mode,
    login: Option<(&'static str, &'static str)>,
    acts: HashMap<String, Act>,
    received: Mutex<Vec<Received>>,
    said_goodbye: Mutex<usize>,
    tls: TlsAcceptor,
}

impl SmtpServer {
    /// `acts` are by step: `CONNECT`, `EHLO`, `STARTTLS`, `AUTH`, `MAIL`, `RCPT <address>`, `DATA`,
    /// `CONTENT` (at its first line), `DOT`, `QUIT`.
    pub(crate) async fn start(
        mode: Mode,
        login: Option<(&'static str, &'static str)>,
        acts: &[(&str, Act)],
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (tls, certificates) = certificates();
        let shared = Arc::new(Shared {
            mode,
            login,
            acts: acts
                .iter()
                .map(|(step, act)| ((*step).to_owned(), act.clone()))
                .collect(),
            received: Mutex::default(),
            said_goodbye: Mutex::default(),
            tls,
        });
        let accepting = Arc::clone(&shared);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let shared = Arc::clone(&accepting);
                tokio::spawn(async move { serve(stream, &shared).await });
            }
        });
        Self {
            port,
            certificates,
            shared,
        }
    }

    /// The root certificate of the server, for `SMTP_CA_FILE`.
    pub(crate) fn ca_file(&self) -> PathBuf {
        self.certificates.path().join("ca.pem")
    }

    /// All mails whose end the server saw.
    pub(crate) fn received(&self) -> Vec<Received> {
        locked(&self.shared.received).clone()
    }

    /// How many clients ended with QUIT so far.
    pub(crate) fn goodbyes(&self) -> usize {
        *locked(&self.shared.said_goodbye)
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn certificates() -> (TlsAcceptor, tempfile::TempDir) {
    let mut root = CertificateParams::new(Vec::new()).unwrap();
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root = CertifiedIssuer::self_signed(root, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let leaf = leaf.signed_by(&key, &root).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], key)
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("ca.pem"), root.pem()).unwrap();
    (TlsAcceptor::from(Arc::new(config)), folder)
}

/// Why a session ended; a client that goes away is no error.
enum End {
    Gone,
    StartTls,
}

async fn serve(stream: TcpStream, shared: &Shared) {
    if shared.mode == Mode::ImplicitTls {
        if let Ok(stream) = shared.tls.accept(stream).await {
            Session::new(stream, shared, true).run(true).await;
        }
        return;
    }
    let mut session = Session::new(stream, shared, false);
    if let End::StartTls = session.run(true).await
        && let Ok(stream) = shared.tls.accept(session.stream.into_inner()).await
    {
        Session::new(stream, shared, true).run(false).await;
    }
}

struct Session<'a, S> {
    stream: BufReader<S>,
    shared: &'a Shared,
    encrypted: bool,
    user: Option<String>,
    sender: String,
    recipients: Vec<String>,
}

impl<'a, S: AsyncRead + AsyncWrite + Unpin> Session<'a, S> {
    fn new(stream: S, shared: &'a Shared, encrypted: bool) -> Self {
        Self {
            stream: BufReader::new(stream),
            shared,
            encrypted,
            user: None,
            sender: String::new(),
            recipients: Vec::new(),
        }
    }

    async fn run(&mut self, greets: bool) -> End {
        if greets && !self.answer("CONNECT", "220 localhost ready").await {
            return End::Gone;
        }
        while let Some(line) = self.line().await {
            let upper = line.to_uppercase();
            let going_on = if upper.starts_with("EHLO") {
                let greeting = self.greeting();
                self.answer("EHLO", &greeting).await
            } else if upper == "STARTTLS" {
                if !self.answer("STARTTLS", "220 go ahead").await {
                    return End::Gone;
                }
                return End::StartTls;
            } else if upper.starts_with("AUTH ") {
                self.log_in(&line).await
            } else if upper.starts_with("MAIL FROM:") {
                self.sender = address(&line);
                self.answer("MAIL", "250 2.1.0 OK").await
            } else if upper.starts_with("RCPT TO:") {
                self.recipient(&address(&line)).await
            } else if upper == "DATA" {
                self.data().await
            } else if upper == "QUIT" {
                *locked(&self.shared.said_goodbye) += 1;
                self.answer("QUIT", "221 bye").await;
                return End::Gone;
            } else {
                self.say("500 what?").await
            };
            if !going_on {
                return End::Gone;
            }
        }
        End::Gone
    }

    fn greeting(&self) -> String {
        let mut lines = vec!["localhost", "8BITMIME", "ENHANCEDSTATUSCODES"];
        if self.shared.mode == Mode::StartTls && !self.encrypted {
            lines.push("STARTTLS");
        }
        let secure = self.encrypted || self.shared.mode == Mode::Plaintext;
        if self.shared.login.is_some() && secure {
            lines.push("AUTH PLAIN LOGIN");
        }
        let last = lines.len() - 1;
        let line = |(at, text): (usize, &&str)| {
            let separator = if at == last { ' ' } else { '-' };
            format!("250{separator}{text}")
        };
        lines
            .iter()
            .enumerate()
            .map(line)
            .collect::<Vec<_>>()
            .join("\r\n")
    }

    async fn log_in(&mut self, line: &str) -> bool {
        let mut words = line.split_whitespace().skip(1);
        let mechanism = words.next().unwrap_or_default().to_uppercase();
        let (user, password) = match (mechanism.as_str(), words.next()) {
            ("PLAIN", Some(initial)) => {
                let text = decoded(initial);
                let mut parts = text.split('\0').skip(1);
                let user = parts.next().unwrap_or_default().to_owned();
                (user, parts.next().unwrap_or_default().to_owned())
            }
            ("LOGIN", _) => {
                let mut given = Vec::new();
                for question in ["334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6"] {
                    if !self.say(question).await {
                        return false;
                    }
                    given.push(decoded(&self.line().await.unwrap_or_default()));
                }
                let password = given.pop().unwrap_or_default();
                (given.pop().unwrap_or_default(), password)
            }
            _ => return self.say("504 unknown mechanism").await,
        };
        let right = self.shared.login == Some((user.as_str(), password.as_str()));
        if right {
            self.user = Some(user);
            self.answer("AUTH", "235 2.7.0 welcome").await
        } else {
            self.answer("AUTH", "535 5.7.8 Username and password not accepted")
                .await
        }
    }

    async fn recipient(&mut self, address: &str) -> bool {
        if self.shared.login.is_some() && self.user.is_none() {
            return self.say("530 5.7.0 log in first").await;
        }
        let step = format!("RCPT {address}");
        let refused = matches!(
            self.shared.acts.get(&step),
            Some(Act::Say(line)) if !line.starts_with('2')
        );
        if !refused {
            self.recipients.push(address.to_owned());
        }
        self.answer(&step, "250 2.1.5 OK").await
    }

    async fn data(&mut self) -> bool {
        if self.recipients.is_empty() {
            return self.say("503 5.5.1 nobody to send it to").await;
        }
        if !self.answer("DATA", "354 go on").await {
            return false;
        }
        if self.shared.acts.contains_key("DATA") {
            // An answer other than 354 was scripted: no content follows.
            return true;
        }
        let mut data = Vec::new();
        loop {
            if data.is_empty() && self.shared.acts.contains_key("CONTENT") {
                let mut one = [0];
                let _ = self.stream.read_exact(&mut one).await;
                return self.answer("CONTENT", "").await;
            }
            let mut line = Vec::new();
            match self.stream.read_until(b'\n', &mut line).await {
                Ok(0) | Err(_) => return false,
                Ok(_) if line == b".\r\n" => break,
                Ok(_) => data.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line)),
            }
        }
        let confirmed = match self.shared.acts.get("DOT") {
            None => true,
            Some(Act::Say(line) | Act::SayAndDrop(line)) => line.starts_with("250"),
            Some(Act::Drop | Act::Hang) => false,
        };
        locked(&self.shared.received).push(Received {
            sender: self.sender.clone(),
            recipients: std::mem::take(&mut self.recipients),
            data,
            user: self.user.clone(),
            encrypted: self.encrypted,
            confirmed,
        });
        self.answer("DOT", "250 2.0.0 queued").await
    }

    /// Does what is scripted for `step`, or says `usual`; false if the connection is over.
    async fn answer(&mut self, step: &str, usual: &str) -> bool {
        match self.shared.acts.get(step).cloned() {
            None => self.say(usual).await,
            Some(Act::Say(line)) => self.say(line).await,
            Some(Act::SayAndDrop(line)) => {
                self.say(line).await;
                false
            }
            Some(Act::Drop) => false,
            Some(Act::Hang) => std::future::pending().await,
        }
    }

    async fn say(&mut self, line: &str) -> bool {
        let stream = self.stream.get_mut();
        stream
            .write_all(format!("{line}\r\n").as_bytes())
            .await
            .is_ok()
            && stream.flush().await.is_ok()
    }

    async fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        match self.stream.read_line(&mut line).await {
            Ok(0) | Err(_) => None,
            Ok(_) => Some(line.trim_end().to_owned()),
        }
    }
}

fn address(line: &str) -> String {
    let inner = line
        .split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'));
    inner
        .map(|(address, _)| address.to_owned())
        .unwrap_or_default()
}

fn decoded(text: &str) -> String {
    let bytes = BASE64_STANDARD.decode(text.trim()).unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}
