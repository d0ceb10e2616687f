//! Whom the person writes to: remembered from what mail servers accepted, looked up by name, erased
//! on request.
//!
//! Rules are functions of values ([`fold`], [`names`], [`look_alike`], [`address`]); [`Contacts`] puts
//! them over the store. Contacts are a help and never a condition: whoever asks here while an email is
//! on its way goes on without an answer if there is none.

pub(crate) mod address;
pub(crate) mod fold;
mod look_alike;
mod names;

use chrono::{DateTime, Utc};
use email_agent_api::{
    Contact, ContactBook, ContactSource, Email, Recipient, Warning,
    limits::{CONTACTS_MAX, CONTACTS_PAGE, RECIPIENTS_MAX},
    to_say,
};
use email_agent_store::{Store, StoreError, StoredContact};
use serde::{Deserialize, Serialize};

use crate::assistant::NameFound;

/// What the person has set about contacts.
const SETTINGS: &str = "contacts";
/// Look-alikes are sought for so many addresses of one email.
const LOOK_ALIKES_MAX: usize = 10;

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(default)]
struct ContactSettings {
    remember: bool,
}

impl Default for ContactSettings {
    fn default() -> Self {
        Self { remember: true }
    }
}

/// What is known about the recipients of an email.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Acquaintance {
    /// Addresses that were never written to.
    pub(crate) new: Vec<String>,
    /// New ones that look like known ones.
    pub(crate) warnings: Vec<Warning>,
}

/// The contacts of this installation.
#[derive(Clone)]
pub(crate) struct Contacts(pub(crate) Store);

impl Contacts {
    /// The names in a request, and whom they may stand for. Nobody, if the contacts cannot be read.
    pub(crate) async fn named_in(&self, request: &str) -> Vec<NameFound> {
        match self.recipients().await {
            Ok(known) => names::named_in(request, &known),
            Err(error) => {
                tracing::warn!(%error, "the contacts cannot be read; names are not looked up");
                Vec::new()
            }
        }
    }

    /// Remembers whom a mail server has taken an email for, if the person wants that.
    pub(crate) async fn learn(&self, accepted: Vec<Recipient>, at: DateTime<Utc>) {
        let learnt = async {
            if !self.settings().await?.remember {
                return Ok(());
            }
            let rows = accepted.iter().map(|one| StoredContact {
                first_used: Some(at.timestamp()),
                last_used: Some(at.timestamp()),
                times_used: 1,
                ..stored(one, false)
            });
            self.0.learn_contacts(rows.collect(), CONTACTS_MAX).await
        };
        if let Err::<(), StoreError>(error) = learnt.await {
            tracing::warn!(%error, "the recipients of an email were not remembered as contacts");
        }
    }

    /// Who of the recipients is new. Nothing is said where contacts are not remembered.
    pub(crate) async fn acquaintance(&self, email: &Email) -> Result<Acquaintance, StoreError> {
        let mut acquaintance = Acquaintance::default();
        if !self.settings().await?.remember {
            return Ok(acquaintance);
        }
        for recipient in email.recipients().take(RECIPIENTS_MAX) {
            let known = self.0.contact(address::key(recipient.address())).await?;
            if known.is_none_or(|known| known.times_used == 0 && !known.by_hand) {
                acquaintance.new.push(recipient.address().to_owned());
            }
        }
        if acquaintance.new.is_empty() {
            return Ok(acquaintance);
        }
        let known = self.all().await?;
        for address in acquaintance.new.iter().take(LOOK_ALIKES_MAX) {
            let known = known.iter().map(|one| one.address.as_str());
            if let Some(other) = look_alike::of(address, known) {
                acquaintance.warnings.push(Warning {
                    field: field_of(email, address).to_owned(),
                    text: to_say!(
                        "{address} is new, and looks like {other}, whom you know. Compare them letter by letter."
                    ),
                    blocks: false,
                });
            }
        }
        Ok(acquaintance)
    }

    /// A page of those in whom all words stand, and whether there are more.
    pub(crate) async fn search(
        &self,
        words: &str,
        offset: u32,
    ) -> Result<(Vec<Contact>, bool), StoreError> {
        // Addresses are searched as they are written: their dots and signs are no word ends here.
        let words = fold::fold(words);
        let words = words.split_whitespace().map(str::to_owned).collect();
        let mut rows = self
            .0
            .search_contacts(words, offset, CONTACTS_PAGE + 1)
            .await?;
        let page = usize::try_from(CONTACTS_PAGE).unwrap_or(usize::MAX);
        let has_more = rows.len() > page;
        rows.truncate(page);
        Ok((rows.iter().filter_map(shown).collect(), has_more))
    }

    /// Stores what the person wrote; false if there is no room.
    pub(crate) async fn save(
        &self,
        contact: &Recipient,
        replaces: Option<&Recipient>,
    ) -> Result<bool, StoreError> {
        let replaces = replaces.map(|old| address::key(old.address()));
        let row = stored(contact, true);
        self.0.save_contact(row, replaces, CONTACTS_MAX).await
    }

    /// Forgets one.
    pub(crate) async fn erase(&self, contact: &Recipient) -> Result<(), StoreError> {
        self.0.erase_contact(address::key(contact.address())).await
    }

    /// Forgets all.
    pub(crate) async fn erase_all(&self) -> Result<(), StoreError> {
        self.0.erase_contacts().await
    }

    /// Remembers from now on, or not.
    pub(crate) async fn remember(&self, remember: bool) -> Result<(), StoreError> {
        self.0
            .set_document(SETTINGS, &ContactSettings { remember })
            .await
    }

    /// About all of them.
    pub(crate) async fn book(&self) -> Result<ContactBook, StoreError> {
        Ok(ContactBook {
            remembers: self.settings().await?.remember,
            count: self.0.contact_count().await?,
        })
    }

    async fn settings(&self) -> Result<ContactSettings, StoreError> {
        Ok(self.0.document(SETTINGS).await?.unwrap_or_default())
    }

    async fn all(&self) -> Result<Vec<StoredContact>, StoreError> {
        self.0.search_contacts(Vec::new(), 0, CONTACTS_MAX).await
    }

    async fn recipients(&self) -> Result<Vec<Recipient>, StoreError> {
        let all = self.all().await?;
        Ok(all.iter().filter_map(recipient).collect())
    }
}

/// As a row that was never used.
fn stored(recipient: &Recipient, by_hand: bool) -> StoredContact {
    let name = recipient.name().unwrap_or_default();
    let key = address::key(recipient.address());
    StoredContact {
        written: recipient.address().to_owned(),
        name: name.to_owned(),
        folded: fold::fold(&format!("{name} {} {key}", recipient.address())),
        address: key,
        by_hand,
        first_used: None,
        last_used: None,
        times_used: 0,
    }
}

fn recipient(row: &StoredContact) -> Option<Recipient> {
    Recipient::named(&row.name, &row.written).ok()
}

fn shown(row: &StoredContact) -> Option<Contact> {
    let at = |seconds: Option<i64>| seconds.and_then(|at| DateTime::from_timestamp(at, 0));
    Some(Contact {
        recipient: recipient(row)?,
        source: if row.by_hand {
            ContactSource::You
        } else {
            ContactSource::Sent
        },
        first_used: at(row.first_used),
        last_used: at(row.last_used),
        times_used: row.times_used,
    })
}

fn field_of(email: &Email, address: &str) -> &'static str {
    let has = |list: &[Recipient]| list.iter().any(|one| one.address() == address);
    match (has(&email.to), has(&email.cc)) {
        (true, _) => "to",
        (_, true) => "cc",
        _ => "bcc",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contacts() -> Contacts {
        Contacts(Store::in_memory().unwrap())
    }

    fn to(address: &str) -> Email {
        Email {
            to: vec![address.parse().unwrap()],
            ..Email::default()
        }
    }

    async fn learn(contacts: &Contacts, who: &str) {
        contacts
            .learn(vec![who.parse().unwrap()], DateTime::UNIX_EPOCH)
            .await;
    }

    #[tokio::test]
    async fn who_got_an_email_is_found_by_name_and_no_longer_new() {
        let contacts = contacts();
        let email = to("Ana Souza <ana@müller.example>");
        let before = contacts.acquaintance(&email).await.unwrap();
        assert_eq!(before.new, ["ana@müller.example"]);
        learn(&contacts, "Ana Souza <Ana@xn--mller-kva.example>").await;
        assert_eq!(
            contacts.acquaintance(&email).await.unwrap(),
            Acquaintance::default()
        );
        let found = contacts.named_in("Email Ana").await;
        assert!(found[0].certain, "{found:?}");
        let (page, more) = contacts.search("SOUZA mller", 0).await.unwrap();
        assert_eq!((page.len(), page[0].times_used, more), (1, 1, false));
    }

    #[tokio::test]
    async fn a_new_address_that_looks_like_a_known_one_is_warned_about() {
        let contacts = contacts();
        learn(&contacts, "ana@example.com").await;
        let found = contacts.acquaintance(&to("ana@examp1e.com")).await.unwrap();
        let [warning] = &found.warnings[..] else {
            panic!("{found:?}")
        };
        assert!(warning.text.contains("ana@example.com") && !warning.blocks);
        assert_eq!(warning.field, "to");
    }

    #[tokio::test]
    async fn whom_the_person_has_put_in_the_book_is_not_new() {
        let contacts = contacts();
        contacts
            .save(&"Ana <ana@example.com>".parse().unwrap(), None)
            .await
            .unwrap();
        let found = contacts.acquaintance(&to("ana@example.com")).await.unwrap();
        assert_eq!(found, Acquaintance::default());
    }

    #[tokio::test]
    async fn nothing_is_learnt_when_the_person_does_not_want_it() {
        let contacts = contacts();
        contacts.remember(false).await.unwrap();
        learn(&contacts, "ana@example.com").await;
        assert_eq!(
            contacts.book().await.unwrap(),
            ContactBook {
                remembers: false,
                count: 0
            }
        );
        let quiet = contacts.acquaintance(&to("ana@example.com")).await.unwrap();
        assert_eq!(quiet, Acquaintance::default());
        contacts.remember(true).await.unwrap();
        learn(&contacts, "ana@example.com").await;
        contacts
            .erase(&"ANA@example.com".parse().unwrap())
            .await
            .unwrap();
        assert_eq!(
            contacts.book().await.unwrap(),
            ContactBook {
                remembers: true,
                count: 0
            }
        );
    }

    #[tokio::test]
    async fn pages_end() {
        let contacts = contacts();
        for n in 0..=CONTACTS_PAGE {
            contacts
                .save(&format!("p{n}@example.com").parse().unwrap(), None)
                .await
                .unwrap();
        }
        let (page, more) = contacts.search("", 0).await.unwrap();
        assert!(more && page.len() == CONTACTS_PAGE as usize);
        let (rest, more) = contacts.search("", CONTACTS_PAGE).await.unwrap();
        assert!(!more && rest.len() == 1);
    }
}
