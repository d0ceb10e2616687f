//! Sign-in with one password for the one person whose emails these are.
//!
//! Without a password everybody who reaches this program may use it: that is nobody but this machine,
//! because a wider address is refused. With one, only whoever holds a session gets past [`guard`]: a
//! browser by a cookie, a program by `Authorization: Bearer`. The password comes from the environment
//! or from `/settings/sign-in`; stored are its hash and digests of the keys of sessions.

mod calls;
mod forms;
mod guard;
mod key;
mod password;

use std::{net::SocketAddr, num::NonZeroU32, sync::Arc, time::Duration};

use anyhow::{Context, ensure};
use chrono::Utc;
use email_agent_api::{AgentError, EmailAgent, ErrorCode, to_say};
use email_agent_store::{Store, StoreError};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use secrecy::SecretString;

pub(crate) use guard::guard;
use key::SessionKey;

use crate::config::Config;

/// The variable that sets the password.
pub(crate) const VARIABLE: &str = "EMAIL_AGENT_PASSWORD";
/// A browser or program stays signed in for so long.
const SESSION_SECONDS: i64 = 30 * 24 * 60 * 60;
/// Passwords that may be tried at once, and then one in each of these.
const TRIES: NonZeroU32 = NonZeroU32::new(10).unwrap();
const NEXT_TRY: Duration = Duration::from_secs(6);

/// See the module.
#[derive(Clone)]
pub(crate) struct SignIn(Arc<Inside>);

struct Inside {
    store: Store,
    agent: Arc<dyn EmailAgent>,
    /// For all together: addresses are cheap for whoever guesses.
    tries: DefaultDirectRateLimiter,
    is_fixed: bool,
    is_reached_from_elsewhere: bool,
}

/// Its pages and calls.
pub(crate) fn router(sign_in: SignIn) -> axum::Router {
    forms::router().merge(calls::router()).with_state(sign_in)
}

/// How it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// No password is set.
    Off,
    /// One is set, and whoever asks is signed in.
    In,
    /// One is set, and whoever asks is not signed in.
    Out,
}

impl SignIn {
    /// Takes the password of the environment over, and refuses an address that others can reach
    /// without one.
    pub(crate) async fn open(
        config: &Config,
        store: Store,
        agent: Arc<dyn EmailAgent>,
    ) -> anyhow::Result<Self> {
        let mut known = store.password_hash().await?;
        if let Some(password) = &config.password {
            if let Some(refusal) = password::refusal(password) {
                anyhow::bail!("{VARIABLE}: {refusal}");
            }
            let is_known = match known.clone() {
                Some(hash) => password::is_right(password.clone(), hash).await?,
                None => false,
            };
            if !is_known {
                let hash = password::hash(password.clone()).await?;
                store
                    .set_password_hash(Some(hash.clone()))
                    .await
                    .context("the password cannot be stored")?;
                known = Some(hash);
            }
        }
        let is_reached_from_elsewhere = is_wide(config.addr, known.is_some())?;
        if is_reached_from_elsewhere {
            tracing::warn!(
                "other machines can reach this address, and what goes over the network is not encrypted: put a proxy with TLS in front where you do not trust it"
            );
        }
        let quota = Quota::with_period(NEXT_TRY)
            .context("no time between two tries")?
            .allow_burst(TRIES);
        Ok(Self(Arc::new(Inside {
            store,
            agent,
            tries: RateLimiter::direct(quota),
            is_fixed: config.password.is_some(),
            is_reached_from_elsewhere,
        })))
    }

    /// How it stands for whoever sent these headers.
    async fn standing(&self, headers: &http::HeaderMap) -> Result<Standing, AgentError> {
        if self.hash().await?.is_none() {
            return Ok(Standing::Off);
        }
        let Some(key) = SessionKey::of(headers) else {
            return Ok(Standing::Out);
        };
        let is_in = self.0.store.has_session(key.expose(), now()).await;
        if is_in.map_err(|error| of_store(&error))? {
            Ok(Standing::In)
        } else {
            Ok(Standing::Out)
        }
    }

    async fn hash(&self) -> Result<Option<String>, AgentError> {
        let hash = self.0.store.password_hash().await;
        hash.map_err(|error| of_store(&error))
    }

    /// A new session for whoever knows the password.
    async fn sign_in(&self, password: SecretString) -> Result<SessionKey, AgentError> {
        let hash = self.check(password).await?;
        self.begin(hash).await
    }

    /// The hash of the password, if it is the right one.
    async fn check(&self, password: SecretString) -> Result<String, AgentError> {
        self.0.tries.check().map_err(|_| too_many())?;
        let Some(hash) = self.hash().await? else {
            return Err(AgentError::new(
                ErrorCode::BadInput,
                to_say(
                    "No password is set here, so there is nothing to sign in to. Open the start page.",
                ),
            ));
        };
        if !password::is_right(password, hash.clone()).await? {
            tracing::warn!("somebody tried to sign in with a wrong password");
            return Err(wrong_password());
        }
        Ok(hash)
    }

    async fn begin(&self, hash: String) -> Result<SessionKey, AgentError> {
        let key = SessionKey::new();
        let now = now();
        let begun = self
            .0
            .store
            .begin_session(key.expose(), hash, now, now + SESSION_SECONDS);
        if begun.await.map_err(|error| of_store(&error))? {
            Ok(key)
        } else {
            Err(wrong_password())
        }
    }

    /// Sets another password; whoever set it is signed in with it, and nobody else.
    async fn set(&self, password: SecretString) -> Result<SessionKey, AgentError> {
        let hash = password::hash(password).await?;
        let stored = self.0.store.set_password_hash(Some(hash.clone())).await;
        stored.map_err(|error| of_store(&error))?;
        tracing::info!("a password was set, as a person asked");
        self.begin(hash).await
    }

    /// From now on nobody needs to sign in.
    async fn switch_off(&self) -> Result<(), AgentError> {
        let stored = self.0.store.set_password_hash(None).await;
        stored.map_err(|error| of_store(&error))?;
        tracing::warn!("the sign-in was switched off, as a person asked");
        Ok(())
    }
}

/// Whether other machines can reach the address, which they must not without a password.
fn is_wide(addr: SocketAddr, is_password_set: bool) -> anyhow::Result<bool> {
    let is_wide = !addr.ip().is_loopback();
    ensure!(
        is_password_set || !is_wide,
        "{addr} can be reached from other machines, so it wants a sign-in: set {VARIABLE} to a password of at least {} characters, or keep a loopback address such as 127.0.0.1:3000",
        password::PASSWORD_CHARS_MIN
    );
    Ok(is_wide)
}

fn now() -> i64 {
    Utc::now().timestamp()
}

fn wrong_password() -> AgentError {
    AgentError::bad_input(
        "password",
        to_say(
            "This is not the password. Look at capital letters and the layout of the keyboard, then try again.",
        ),
    )
}

fn too_many() -> AgentError {
    AgentError::new(
        ErrorCode::TooMany,
        to_say("Too many passwords were tried. Wait ten seconds, then try again."),
    )
}

fn of_store(error: &StoreError) -> AgentError {
    tracing::error!(%error, "the sign-in cannot be looked up");
    AgentError::unavailable(to_say(
        "It cannot be told whether you are signed in, because the data folder cannot be read. Nothing was changed: try again; the log says more.",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wider_address_wants_a_password() {
        let wide = "0.0.0.0:3000".parse().unwrap();
        let narrow = "127.0.0.1:3000".parse().unwrap();
        let refusal = is_wide(wide, false).unwrap_err().to_string();
        assert!(
            refusal.contains(VARIABLE) && refusal.contains("12"),
            "{refusal}"
        );
        assert!(is_wide(wide, true).unwrap());
        assert!(!is_wide(narrow, false).unwrap());
    }
}
