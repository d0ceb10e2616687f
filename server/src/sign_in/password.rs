//! Passwords: how long they must be, and their hashes (Argon2id, as RFC 9106 and OWASP advise).

use argon2::{
    Argon2,
    password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString},
};
use email_agent_api::{AgentError, ErrorCode, to_say};
use secrecy::{ExposeSecret, SecretString};

/// Fewer can be guessed.
pub(crate) const PASSWORD_CHARS_MIN: usize = 12;
/// More is no password but a way to keep the processor busy.
const PASSWORD_BYTES_MAX: usize = 1_024;

/// What is wrong with a password that somebody wants to set.
pub(super) fn refusal(password: &SecretString) -> Option<&'static str> {
    let password = password.expose_secret();
    if password.chars().count() < PASSWORD_CHARS_MIN {
        return Some(to_say(
            "Take at least 12 characters: several words are good, and easy to remember.",
        ));
    }
    (password.len() > PASSWORD_BYTES_MAX)
        .then_some(to_say("This is too long: take at most 1024 bytes."))
}

/// The hash of a password, with a salt of its own. Takes tens of milliseconds on purpose.
pub(super) async fn hash(password: SecretString) -> Result<String, AgentError> {
    on_a_thread(move || {
        let salt = SaltString::encode_b64(&rand::random::<[u8; 16]>())?;
        let hash = Argon2::default().hash_password(password.expose_secret().as_bytes(), &salt)?;
        Ok(hash.to_string())
    })
    .await
}

/// Whether the password is the one of `hash`.
pub(super) async fn is_right(password: SecretString, hash: String) -> Result<bool, AgentError> {
    if password.expose_secret().len() > PASSWORD_BYTES_MAX {
        return Ok(false);
    }
    on_a_thread(move || {
        let hash = PasswordHash::new(&hash)?;
        match Argon2::default().verify_password(password.expose_secret().as_bytes(), &hash) {
            Ok(()) => Ok(true),
            Err(argon2::password_hash::Error::Password) => Ok(false),
            Err(error) => Err(error),
        }
    })
    .await
}

async fn on_a_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, argon2::password_hash::Error> + Send + 'static,
) -> Result<T, AgentError> {
    let done = tokio::task::spawn_blocking(work).await;
    let reason = match done {
        Ok(Ok(value)) => return Ok(value),
        Ok(Err(error)) => error.to_string(),
        Err(error) => error.to_string(),
    };
    tracing::error!(reason, "the password could not be checked");
    Err(AgentError::new(
        ErrorCode::Internal,
        to_say(
            "The password could not be checked. Nothing was changed: try again; the log says more.",
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_same_password_is_right() {
        let hash_of = |text: &str| hash(text.into());
        let first = hash_of("correct horse battery").await.unwrap();
        assert_ne!(
            first,
            hash_of("correct horse battery").await.unwrap(),
            "salted"
        );
        assert!(first.starts_with("$argon2id$"));
        let right = |text: String| is_right(text.into(), first.clone());
        assert!(right("correct horse battery".into()).await.unwrap());
        assert!(!right("correct horse batterY".into()).await.unwrap());
        assert!(!right(String::new()).await.unwrap());
        assert!(!right("x".repeat(PASSWORD_BYTES_MAX + 1)).await.unwrap());
    }

    #[test]
    fn short_and_huge_ones_are_refused() {
        assert!(refusal(&"elevenchars".into()).is_some());
        assert!(refusal(&"twelve chars".into()).is_none());
        assert!(refusal(&"zwölf äöüßñ€".into()).is_none());
        assert!(refusal(&"x".repeat(PASSWORD_BYTES_MAX + 1).into()).is_some());
    }
}
