//! Whom a person writes to. What an address and a name are is decided by the caller; here they are
//! texts, kept once for each address.

use std::fmt::Write;

use rusqlite::{OptionalExtension, Row, Transaction, params};

use crate::{Store, StoreError};

/// One contact as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredContact {
    /// The address by which it is known: lower case, domain as the network knows it.
    pub address: String,
    /// The address as people read it.
    pub written: String,
    /// The display name; empty if there is none.
    pub name: String,
    /// Name and address as they are searched in.
    pub folded: String,
    /// Whether the person wrote it, so that emails do not overwrite the name.
    pub by_hand: bool,
    /// Unix seconds of the first email to it.
    pub first_used: Option<i64>,
    /// Unix seconds of the last email to it.
    pub last_used: Option<i64>,
    /// Emails to it.
    pub times_used: u32,
}

const COLUMNS: &str =
    "address, written, name, folded, source = 'you', first_used, last_used, times_used";

impl StoredContact {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            address: row.get(0)?,
            written: row.get(1)?,
            name: row.get(2)?,
            folded: row.get(3)?,
            by_hand: row.get(4)?,
            first_used: row.get(5)?,
            last_used: row.get(6)?,
            times_used: row.get(7)?,
        })
    }
}

impl Store {
    /// An email was taken for these contacts: adds or counts them, and beyond `contacts_max` forgets
    /// those learnt from emails that were not used for longest.
    pub async fn learn_contacts(
        &self,
        contacts: Vec<StoredContact>,
        contacts_max: u32,
    ) -> Result<(), StoreError> {
        self.transaction(move |transaction| {
            let sql = "INSERT INTO contacts
                  (address, written, name, folded, source, first_used, last_used, times_used)
                VALUES (?1, ?2, ?3, ?4, 'sent', ?5, ?6, ?7)
                ON CONFLICT (address) DO UPDATE SET
                  name = CASE WHEN source = 'sent' AND excluded.name <> '' THEN excluded.name ELSE name END,
                  folded = CASE WHEN source = 'sent' AND excluded.name <> '' THEN excluded.folded ELSE folded END,
                  first_used = coalesce(first_used, excluded.first_used),
                  last_used = max(coalesce(last_used, 0), excluded.last_used),
                  times_used = times_used + excluded.times_used";
            let mut statement = transaction.prepare(sql)?;
            for one in &contacts {
                statement.execute(params![
                    one.address, one.written, one.name, one.folded,
                    one.first_used, one.last_used, one.times_used
                ])?;
            }
            let surplus = count(transaction)?.saturating_sub(contacts_max);
            if surplus > 0 {
                let sql = "DELETE FROM contacts WHERE address IN
                    (SELECT address FROM contacts WHERE source = 'sent' ORDER BY last_used, address LIMIT ?1)";
                transaction.execute(sql, [surplus])?;
            }
            Ok(())
        })
        .await
    }

    /// Stores what a person wrote, in place of the contact `replaces` where that is another address.
    /// False, and nothing is changed, if there is no room for one more.
    pub async fn save_contact(
        &self,
        contact: StoredContact,
        replaces: Option<String>,
        contacts_max: u32,
    ) -> Result<bool, StoreError> {
        self.transaction(move |transaction| {
            let old = replaces.filter(|old| *old != contact.address);
            let known = find(transaction, &contact.address)?.is_some();
            let moved = match &old {
                Some(old) => find(transaction, old)?,
                None => None,
            };
            if !known && moved.is_none() && count(transaction)? >= contacts_max {
                return Ok(false);
            }
            let sql = "INSERT INTO contacts
                  (address, written, name, folded, source, first_used, last_used, times_used)
                VALUES (?1, ?2, ?3, ?4, 'you', ?5, ?6, ?7)
                ON CONFLICT (address) DO UPDATE SET written = excluded.written,
                  name = excluded.name, folded = excluded.folded, source = 'you'";
            let used = moved.as_ref().unwrap_or(&contact);
            transaction.execute(
                sql,
                params![
                    contact.address,
                    contact.written,
                    contact.name,
                    contact.folded,
                    used.first_used,
                    used.last_used,
                    used.times_used
                ],
            )?;
            if let Some(old) = old {
                transaction.execute("DELETE FROM contacts WHERE address = ?1", [old])?;
            }
            Ok(true)
        })
        .await
    }

    /// Those whose name or address has all of these folded words in it, most used first. With a word,
    /// those come first in whom it begins a word.
    pub async fn search_contacts(
        &self,
        words: Vec<String>,
        offset: u32,
        contacts_max: u32,
    ) -> Result<Vec<StoredContact>, StoreError> {
        self.transaction(move |transaction| {
            let begins = words.first().map(|first| format!(" {first}"));
            let mut conditions = String::new();
            let mut values: Vec<rusqlite::types::Value> =
                vec![begins.into(), contacts_max.into(), offset.into()];
            for word in words {
                values.push(word.into());
                // Writing to a string cannot fail.
                let _ = write!(conditions, " AND instr(folded, ?{}) > 0", values.len());
            }
            let sql = format!(
                "SELECT {COLUMNS} FROM contacts WHERE true{conditions}
                 ORDER BY ?1 IS NOT NULL AND instr(' ' || folded, ?1) = 0,
                   times_used DESC, last_used DESC, address LIMIT ?2 OFFSET ?3"
            );
            let mut statement = transaction.prepare(&sql)?;
            let rows =
                statement.query_map(rusqlite::params_from_iter(values), StoredContact::read)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// The contact of this address.
    pub async fn contact(&self, address: String) -> Result<Option<StoredContact>, StoreError> {
        self.transaction(move |transaction| find(transaction, &address))
            .await
    }

    /// How many there are.
    pub async fn contact_count(&self) -> Result<u32, StoreError> {
        self.transaction(count).await
    }

    /// Forgets one.
    pub async fn erase_contact(&self, address: String) -> Result<(), StoreError> {
        self.transaction(move |transaction| {
            transaction.execute("DELETE FROM contacts WHERE address = ?1", [address])?;
            Ok(())
        })
        .await
    }

    /// Forgets all.
    pub async fn erase_contacts(&self) -> Result<(), StoreError> {
        self.transaction(|transaction| {
            transaction.execute("DELETE FROM contacts", [])?;
            Ok(())
        })
        .await
    }
}

fn find(transaction: &Transaction<'_>, address: &str) -> Result<Option<StoredContact>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM contacts WHERE address = ?1");
    Ok(transaction
        .query_row(&sql, [address], StoredContact::read)
        .optional()?)
}

fn count(transaction: &Transaction<'_>) -> Result<u32, StoreError> {
    Ok(transaction.query_row("SELECT count(*) FROM contacts", [], |row| row.get(0))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact(address: &str, name: &str, at: i64) -> StoredContact {
        StoredContact {
            address: address.to_owned(),
            written: address.to_owned(),
            name: name.to_owned(),
            folded: format!("{} {address}", name.to_lowercase()),
            by_hand: false,
            first_used: Some(at),
            last_used: Some(at),
            times_used: 1,
        }
    }

    async fn found(store: &Store, words: &[&str]) -> Vec<String> {
        let words = words.iter().map(ToString::to_string).collect();
        let found = store.search_contacts(words, 0, 10).await.unwrap();
        found.into_iter().map(|one| one.address).collect()
    }

    #[tokio::test]
    async fn an_address_stands_once_and_is_counted_also_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("app.db");
        let store = Store::open(&path).unwrap();
        store
            .learn_contacts(vec![contact("ana@x.org", "Ana", 10)], 9)
            .await
            .unwrap();
        store
            .learn_contacts(vec![contact("ana@x.org", "", 20)], 9)
            .await
            .unwrap();
        drop(store);
        let store = Store::open(&path).unwrap();
        let ana = store
            .contact("ana@x.org".to_owned())
            .await
            .unwrap()
            .unwrap();
        assert_eq!((ana.name.as_str(), ana.times_used), ("Ana", 2));
        assert_eq!((ana.first_used, ana.last_used), (Some(10), Some(20)));
    }

    #[tokio::test]
    async fn what_a_person_wrote_is_not_overwritten_by_emails() {
        let store = Store::in_memory().unwrap();
        let by_hand = StoredContact {
            first_used: None,
            last_used: None,
            times_used: 0,
            ..contact("ana@x.org", "Anita", 0)
        };
        assert!(store.save_contact(by_hand, None, 9).await.unwrap());
        store
            .learn_contacts(vec![contact("ana@x.org", "Ana", 10)], 9)
            .await
            .unwrap();
        let ana = store
            .contact("ana@x.org".to_owned())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (ana.name.as_str(), ana.by_hand, ana.times_used),
            ("Anita", true, 1)
        );
        assert_eq!((ana.first_used, ana.last_used), (Some(10), Some(10)));
    }

    #[tokio::test]
    async fn beyond_the_limit_the_longest_unused_is_forgotten_and_nothing_by_hand() {
        let store = Store::in_memory().unwrap();
        assert!(
            store
                .save_contact(contact("hand@x.org", "", 1), None, 2)
                .await
                .unwrap()
        );
        store
            .learn_contacts(vec![contact("old@x.org", "", 5)], 2)
            .await
            .unwrap();
        assert_eq!(store.contact_count().await.unwrap(), 2, "at the limit");
        assert!(
            !store
                .save_contact(contact("new@x.org", "", 9), None, 2)
                .await
                .unwrap()
        );
        store
            .learn_contacts(vec![contact("new@x.org", "", 9)], 2)
            .await
            .unwrap();
        assert_eq!(found(&store, &[]).await, ["new@x.org", "hand@x.org"]);
        let moved = contact("moved@x.org", "", 9);
        assert!(
            store
                .save_contact(moved, Some("new@x.org".to_owned()), 2)
                .await
                .unwrap()
        );
        assert_eq!(
            store.contact_count().await.unwrap(),
            2,
            "one in place of the other"
        );
    }

    #[tokio::test]
    async fn all_words_are_looked_for_and_the_beginning_of_a_word_comes_first() {
        let store = Store::in_memory().unwrap();
        let all = [
            ("diana@x.org", "Diana Sousa"),
            ("ana@x.org", "Ana Souza"),
            ("bob@x.org", "Bob"),
        ];
        for (address, name) in all {
            store
                .learn_contacts(vec![contact(address, name, 10)], 9)
                .await
                .unwrap();
        }
        store
            .learn_contacts(vec![contact("diana@x.org", "", 20)], 9)
            .await
            .unwrap();
        assert_eq!(found(&store, &["ana"]).await, ["ana@x.org", "diana@x.org"]);
        assert_eq!(found(&store, &["ana", "sous"]).await, ["diana@x.org"]);
        assert_eq!(found(&store, &["%"]).await, Vec::<String>::new());
        let second = store.search_contacts(vec![], 1, 1).await.unwrap();
        assert_eq!(second[0].address, "ana@x.org", "most used first");
    }

    #[tokio::test]
    async fn one_or_all_are_erased() {
        let store = Store::in_memory().unwrap();
        let both = vec![contact("a@x.org", "", 1), contact("b@x.org", "", 2)];
        store.learn_contacts(both, 9).await.unwrap();
        store.erase_contact("a@x.org".to_owned()).await.unwrap();
        assert_eq!(found(&store, &[]).await, ["b@x.org"]);
        store.erase_contacts().await.unwrap();
        assert_eq!(store.contact_count().await.unwrap(), 0);
    }
}
