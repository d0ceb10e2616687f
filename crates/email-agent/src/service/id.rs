//! Ids of emails: unguessable, and the same for the same start key.

use email_agent_api::{EmailId, FileId, IdempotencyKey};
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// Makes ids with the secret of the installation.
pub(super) struct IdMaker(Hmac<Sha256>);

impl IdMaker {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
    pub(super) fn new(secret: &SecretString) -> Self {
        let secret = secret.expose_secret().as_bytes();
        Self(Hmac::new_from_slice(secret).expect("HMAC takes keys of every length"))
    }

    /// Who does not have the secret cannot tell the id from random characters, even knowing the key.
    pub(super) fn of(&self, key: &IdempotencyKey) -> EmailId {
        EmailId::from_random(self.bytes_of("email id", &[key.as_str()]))
    }

    /// The same key, place and checksum are the same file of an email.
    pub(super) fn of_file(
        &self,
        email: &EmailId,
        key: &IdempotencyKey,
        place: usize,
        checksum: &str,
    ) -> FileId {
        let place = place.to_string();
        let parts = [email.as_str(), key.as_str(), &place, checksum];
        FileId::from_random(self.bytes_of("file id", &parts))
    }

    /// No part has a zero byte, so no two lists of parts are the same bytes.
    fn bytes_of(&self, what: &str, parts: &[&str]) -> [u8; 26] {
        let mut mac = self.0.clone();
        mac.update(what.as_bytes());
        for part in parts {
            mac.update(b"\0");
            mac.update(part.as_bytes());
        }
        let digest: [u8; 32] = mac.finalize().into_bytes().into();
        let mut bytes = [0; 26];
        bytes.copy_from_slice(&digest[..26]);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_key_is_the_same_email_on_this_installation_only() {
        let (here, there) = (IdMaker::new(&"here".into()), IdMaker::new(&"there".into()));
        let (one, two): (IdempotencyKey, IdempotencyKey) =
            ("one".parse().unwrap(), "two".parse().unwrap());
        assert_eq!(here.of(&one), here.of(&one));
        assert_ne!(here.of(&one), here.of(&two));
        assert_ne!(here.of(&one), there.of(&one));
        let email = here.of(&one);
        let file = here.of_file(&email, &one, 0, "sum");
        assert_eq!(file, here.of_file(&email, &one, 0, "sum"));
        assert_ne!(file, here.of_file(&email, &one, 1, "sum"));
        assert_ne!(file, here.of_file(&email, &one, 0, "other"));
    }
}
