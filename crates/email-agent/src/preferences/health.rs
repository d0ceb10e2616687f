//! How the parts are, for the section About: in words, with the last time that each worked.
//!
//! Nothing is called for it: a look at a page must not cost money or wake a mail server. What is
//! known comes from the work itself and from the tests that a person asks for.

use chrono::{DateTime, Datelike, Timelike, Utc};
use chrono_tz::Tz;
use email_agent_api::{AssistantInfo, HealthRow, Light, MailInfo, date_time_text, to_say};

use super::Preferences;
use crate::{assistant::Assistant, mailer::Mailer, pulse::Beats, times};

/// Before this program was written, the clock is certainly wrong.
const FIRST_YEAR: i32 = 2026;
/// Governments change their clocks at short notice; older rules are worth a word.
const ZONE_RULES_YEARS_MAX: i32 = 2;

impl Preferences {
    /// All parts that the settings decide on. Who runs the workflows is told by the server.
    pub async fn health(&self) -> Vec<HealthRow> {
        let own = self.live.now().you.time_zone.clone();
        let zone = times::zone(own.as_str()).unwrap_or(Tz::UTC);
        vec![
            self.store_row().await,
            self.model_row(zone),
            self.mail_row(zone),
            clock_row(Utc::now(), zone),
            zone_row(Utc::now().year()),
        ]
    }

    async fn store_row(&self) -> HealthRow {
        let part = to_say("Settings and lists");
        match self.saved().await {
            Ok(_) => row(part, Light::Green, to_say("Can be read.")),
            Err(error) => advise(
                row(part, Light::Red, error.message),
                to_say(
                    "Make room on the disk or correct the permissions of the data folder, or restore a backup.",
                ),
            ),
        }
    }

    fn model_row(&self, zone: Tz) -> HealthRow {
        match self.assistant.info() {
            AssistantInfo::Offline => advise(
                row(
                    to_say("Model"),
                    Light::Amber,
                    to_say("None. The built-in demo understands simple English sentences."),
                ),
                to_say("Choose one under Model, or write your emails by hand."),
            ),
            AssistantInfo::Model { model } => beats_row(
                to_say("Model"),
                &model,
                self.assistant.pulse().beats(),
                zone,
                to_say("Correct it under Model, then press Test."),
            ),
        }
    }

    fn mail_row(&self, zone: Tz) -> HealthRow {
        match self.mailer.info() {
            MailInfo::Outbox { folder } => advise(
                row(
                    to_say("Mail"),
                    Light::Amber,
                    to_say!("The demo mailbox, the folder {folder}. Nothing leaves this machine."),
                ),
                to_say("Choose a mail server under Sending when you want to reach people."),
            ),
            MailInfo::Smtp { host, .. } => beats_row(
                to_say("Mail"),
                &host,
                self.mailer.pulse().beats(),
                zone,
                to_say("Correct it under Sending, then press Test connection."),
            ),
        }
    }
}

fn beats_row(part: &'static str, name: &str, beats: Beats, zone: Tz, advice: &str) -> HealthRow {
    let last_good = beats
        .good
        .map(|at| format!(" Last worked {}.", stamp(at, zone)));
    match (beats.bad, last_good) {
        (Some((at, reason)), last_good) => advise(
            row(
                part,
                Light::Red,
                format!(
                    "{name}, {}: {reason}{}",
                    stamp(at, zone),
                    last_good.unwrap_or_default()
                ),
            ),
            advice,
        ),
        (None, Some(last_good)) => row(part, Light::Green, format!("{name}.{last_good}")),
        (None, None) => advise(
            row(
                part,
                Light::Amber,
                to_say!("{name}. Not used since this program or these settings began."),
            ),
            to_say("Press its test to know."),
        ),
    }
}

fn clock_row(now: DateTime<Utc>, zone: Tz) -> HealthRow {
    let mut text = format!("{}.", stamp(now, zone));
    if zone != Tz::UTC {
        text = format!("{} That is {}.", text, stamp(now, Tz::UTC));
    }
    if now.year() < FIRST_YEAR {
        return advise(
            row(to_say("Clock"), Light::Red, text),
            to_say("Set the clock of this machine: scheduled emails leave by it."),
        );
    }
    row(to_say("Clock"), Light::Green, text)
}

fn zone_row(year: i32) -> HealthRow {
    let rules = chrono_tz::IANA_TZDB_VERSION;
    let text = to_say!("Rules of {rules}, built in.");
    let of_year = rules.get(..4).and_then(|year| year.parse::<i32>().ok());
    if of_year.is_none_or(|of_year| year - of_year >= ZONE_RULES_YEARS_MAX) {
        return advise(
            row(to_say("Time zones"), Light::Amber, text),
            to_say("Install a newer version of this program, so that changed clocks are known."),
        );
    }
    row(to_say("Time zones"), Light::Green, text)
}

fn row(part: &'static str, light: Light, text: impl Into<String>) -> HealthRow {
    HealthRow {
        part,
        light,
        text: text.into(),
        advice: None,
    }
}

fn advise(row: HealthRow, advice: &str) -> HealthRow {
    HealthRow {
        advice: Some(advice.to_owned()),
        ..row
    }
}

/// As times are written for people, to the second.
fn stamp(at: DateTime<Utc>, zone: Tz) -> String {
    let local = at.with_timezone(&zone).naive_local();
    let whole = local.with_nanosecond(0).unwrap_or(local);
    format!("{} ({})", date_time_text(whole), zone.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_failed_last_is_red_and_names_when_it_worked() {
        let at: DateTime<Utc> = "2026-11-24T09:00:05Z".parse().unwrap();
        let unknown = beats_row("Mail", "mail.example.com", Beats::default(), Tz::UTC, "Do.");
        assert_eq!(unknown.light, Light::Amber);
        let good = Beats {
            good: Some(at),
            bad: None,
        };
        let good_row = beats_row("Mail", "mail.example.com", good.clone(), Tz::UTC, "Do.");
        assert_eq!(good_row.light, Light::Green);
        assert_eq!(
            good_row.text,
            "mail.example.com. Last worked Tue 24 Nov 2026, 09:00:05 (UTC)."
        );
        let bad = Beats {
            bad: Some((at, "No.".to_owned())),
            ..good
        };
        let bad_row = beats_row("Mail", "mail.example.com", bad, Tz::UTC, "Do.");
        assert_eq!(
            (bad_row.light, bad_row.advice.as_deref()),
            (Light::Red, Some("Do."))
        );
        assert!(bad_row.text.contains("No.") && bad_row.text.contains("Last worked"));
    }

    #[test]
    fn a_clock_from_before_the_program_is_wrong() {
        let now = "2026-11-24T09:00:05Z".parse().unwrap();
        let row = clock_row(now, Tz::Europe__Lisbon);
        assert_eq!(row.light, Light::Green);
        assert!(
            row.text
                .starts_with("Tue 24 Nov 2026, 09:00:05 (Europe/Lisbon)")
        );
        assert_eq!(clock_row(DateTime::UNIX_EPOCH, Tz::UTC).light, Light::Red);
    }

    #[test]
    fn old_rules_are_named() {
        let year: i32 = chrono_tz::IANA_TZDB_VERSION[..4].parse().unwrap();
        assert_eq!(zone_row(year).light, Light::Green);
        assert_eq!(zone_row(year + ZONE_RULES_YEARS_MAX).light, Light::Amber);
    }
}
