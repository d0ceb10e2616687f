//! Which mails have begun to leave, under which Message-ID and with which attempt.
//!
//! Two questions are answered from it. Before the point of no return: is there room within the
//! limits ([`Store::clear_to_send`])? A mail counts once, however many attempts it takes. And right
//! before an attempt is handed over: was this very attempt handed over before ([`Store::hand_over`])?
//! A workflow commits each attempt before it begins, so the answer can only be yes if its data is
//! older than this file: restored from a backup, or reset.

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{OptionalExtension, Transaction, params};

use crate::{Store, StoreError};

/// Mails that are remembered. Years of them; the oldest go first.
const SENDS_MAX: u32 = 200_000;

/// One attempt to hand one mail over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sending {
    /// The mail.
    pub message_id: String,
    /// From 1.
    pub attempt: u32,
}

/// How many mails may begin to leave; 0 for no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MailLimits {
    /// Within an hour.
    pub per_hour: u32,
    /// Within 24 hours.
    pub per_day: u32,
}

/// Which limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailLimit {
    /// Of an hour.
    Hour,
    /// Of 24 hours.
    Day,
}

/// Whether a mail may leave now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clearance {
    /// It may, and it is counted.
    Granted,
    /// There is no room before `until`.
    Full {
        /// Which limit was met; the one that lasts longer, if both were.
        limit: MailLimit,
        /// When there is room again.
        until: DateTime<Utc>,
    },
    /// An attempt of this number or a later one was handed over before.
    HandedOver {
        /// The last one.
        attempt: u32,
        /// When.
        at: DateTime<Utc>,
    },
}

impl Store {
    /// Looks whether this mail may leave now, and counts it if it may. Asked again for the same
    /// attempt, as after a crash, it answers the same and counts it once.
    pub async fn clear_to_send(
        &self,
        sending: Sending,
        limits: MailLimits,
        now: DateTime<Utc>,
    ) -> Result<Clearance, StoreError> {
        self.transaction(move |transaction| {
            match handed_over(transaction, &sending.message_id)? {
                Some((attempt, at)) if attempt >= sending.attempt => {
                    return Ok(Clearance::HandedOver { attempt, at });
                }
                // Let through before: a further attempt, or the same question again.
                Some(_) => return Ok(Clearance::Granted),
                None => {}
            }
            if let Some((limit, until)) = no_room(transaction, limits, now)? {
                return Ok(Clearance::Full { limit, until });
            }
            transaction.execute(
                "INSERT INTO sends (message_id, begun_at) VALUES (?1, ?2)",
                params![sending.message_id, now.timestamp_millis()],
            )?;
            transaction.execute(
                "DELETE FROM sends WHERE begun_at < (SELECT begun_at FROM sends ORDER BY begun_at DESC LIMIT 1 OFFSET ?1)",
                [SENDS_MAX],
            )?;
            Ok(Clearance::Granted)
        })
        .await
    }

    /// The last attempt of this mail that was handed over; 0 for none.
    pub async fn handed_over(&self, message_id: String) -> Result<u32, StoreError> {
        self.transaction(move |transaction| {
            let last = handed_over(transaction, &message_id)?;
            Ok(last.map_or(0, |(attempt, _)| attempt))
        })
        .await
    }

    /// Records that this attempt is being handed over now. False if that was recorded before, for it
    /// or for a later one: then it must not be handed over.
    pub async fn hand_over(
        &self,
        sending: Sending,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        self.transaction(move |transaction| {
            let sql = "INSERT INTO sends (message_id, begun_at, attempt, handed_at) VALUES (?1, ?3, ?2, ?3)
                       ON CONFLICT (message_id) DO UPDATE
                       SET attempt = excluded.attempt, handed_at = excluded.handed_at
                       WHERE attempt < excluded.attempt";
            let changed = transaction.execute(
                sql,
                params![sending.message_id, sending.attempt, now.timestamp_millis()],
            )?;
            Ok(changed > 0)
        })
        .await
    }
}

/// The last attempt of this mail that was handed over (0 for none) and when, if the mail is known.
fn handed_over(
    transaction: &Transaction<'_>,
    message_id: &str,
) -> Result<Option<(u32, DateTime<Utc>)>, StoreError> {
    let found = transaction
        .query_row(
            "SELECT attempt, handed_at FROM sends WHERE message_id = ?1",
            [message_id],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    Ok(found.map(|(attempt, at_ms)| (attempt, instant(at_ms))))
}

fn no_room(
    transaction: &Transaction<'_>,
    limits: MailLimits,
    now: DateTime<Utc>,
) -> Result<Option<(MailLimit, DateTime<Utc>)>, StoreError> {
    let windows = [
        (MailLimit::Hour, TimeDelta::hours(1), limits.per_hour),
        (MailLimit::Day, TimeDelta::hours(24), limits.per_day),
    ];
    let mut longest = None;
    for (limit, window, mails_max) in windows {
        if mails_max == 0 {
            continue;
        }
        // There is room once the mail that fills the last place has left the window.
        let filling: Option<i64> = transaction
            .query_row(
                "SELECT begun_at FROM sends WHERE begun_at > ?1 ORDER BY begun_at DESC LIMIT 1 OFFSET ?2",
                params![(now - window).timestamp_millis(), mails_max - 1],
                |row| row.get(0),
            )
            .optional()?;
        let Some(begun_at) = filling else { continue };
        // A clock that was set back must not hold mail for longer than the window.
        let until = (instant(begun_at) + window).min(now + window);
        if longest.is_none_or(|(_, other)| other < until) {
            longest = Some((limit, until));
        }
    }
    Ok(longest)
}

fn instant(milliseconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(milliseconds).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO_AN_HOUR_THREE_A_DAY: MailLimits = MailLimits {
        per_hour: 2,
        per_day: 3,
    };

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::minutes(minutes)
    }

    fn sending(mail: u32, attempt: u32) -> Sending {
        Sending {
            message_id: format!("<{mail}@example.org>"),
            attempt,
        }
    }

    async fn ask(store: &Store, mail: u32, minutes: i64) -> Clearance {
        let limits = TWO_AN_HOUR_THREE_A_DAY;
        store
            .clear_to_send(sending(mail, 1), limits, at(minutes))
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn limits_let_go_of_the_oldest_first() {
        let store = Store::in_memory().unwrap();
        let full = |limit, minutes| Clearance::Full {
            limit,
            until: at(minutes),
        };
        assert_eq!(ask(&store, 1, 0).await, Clearance::Granted);
        assert_eq!(ask(&store, 2, 10).await, Clearance::Granted);
        assert_eq!(ask(&store, 3, 59).await, full(MailLimit::Hour, 60));
        assert_eq!(ask(&store, 1, 59).await, Clearance::Granted, "counted once");
        assert_eq!(ask(&store, 3, 60).await, Clearance::Granted);
        // Both limits are met now; the day lasts longer.
        assert_eq!(ask(&store, 4, 61).await, full(MailLimit::Day, 24 * 60));
        assert_eq!(ask(&store, 4, 24 * 60).await, Clearance::Granted);
    }

    #[tokio::test]
    async fn no_limit_is_no_limit() {
        let store = Store::in_memory().unwrap();
        let limits = MailLimits {
            per_hour: 0,
            per_day: 0,
        };
        for mail in 0..500 {
            let clearance = store.clear_to_send(sending(mail, 1), limits, at(0)).await;
            assert_eq!(clearance.unwrap(), Clearance::Granted);
        }
    }

    #[tokio::test]
    async fn a_clock_that_was_set_back_does_not_hold_mail_for_ever() {
        let store = Store::in_memory().unwrap();
        assert_eq!(ask(&store, 1, 600_000).await, Clearance::Granted);
        assert_eq!(ask(&store, 2, 600_000).await, Clearance::Granted);
        let expected = Clearance::Full {
            limit: MailLimit::Hour,
            until: at(60),
        };
        assert_eq!(ask(&store, 3, 0).await, expected);
    }

    #[tokio::test]
    async fn no_attempt_is_handed_over_twice_also_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("app.db");
        let store = Store::open(&path).unwrap();
        assert_eq!(ask(&store, 1, 0).await, Clearance::Granted);
        assert!(store.hand_over(sending(1, 1), at(1)).await.unwrap());
        drop(store);
        let store = Store::open(&path).unwrap();
        assert!(!store.hand_over(sending(1, 1), at(2)).await.unwrap());
        let before = Clearance::HandedOver {
            attempt: 1,
            at: at(1),
        };
        assert_eq!(ask(&store, 1, 2).await, before);
        let next = store.clear_to_send(sending(1, 2), TWO_AN_HOUR_THREE_A_DAY, at(2));
        assert_eq!(next.await.unwrap(), Clearance::Granted, "a further attempt");
        assert!(store.hand_over(sending(1, 2), at(2)).await.unwrap());
        assert!(!store.hand_over(sending(1, 1), at(3)).await.unwrap());
        let unknown = store.hand_over(sending(2, 1), at(3)).await;
        assert!(
            unknown.unwrap(),
            "a mail that was let through by an older program"
        );
    }
}
