//! What keeps mail from leaving by surprise: chosen once, for all emails of an installation.

use serde::{Deserialize, Serialize};

use crate::{
    AgentError, Recipient,
    limits::{
        ALLOWED_DOMAINS_MAX, LATE_MINUTES_MAX, MAILS_LIMIT_MAX, UNDO_WINDOW_SECONDS,
        UNDO_WINDOW_SECONDS_MAX,
    },
    to_say,
};

/// See the module. What is absent in a stored or sent one is as in [`Safety::default`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Safety {
    /// How long "Send now" can be undone.
    pub undo_seconds: u32,
    /// An email that could not leave at its time, because the program was off, asks when it is more
    /// than this late: 0 asks always, none never, so that it is sent however late.
    pub ask_when_late_minutes: Option<u32>,
    /// Nothing leaves while this is on.
    pub hold: bool,
    /// Mails that may begin to leave within an hour; 0 for no limit.
    pub mails_per_hour: u32,
    /// Mails that may begin to leave within 24 hours; 0 for no limit.
    pub mails_per_day: u32,
    /// Mail leaves to addresses of exactly these domains, in lower case; to all if there are none.
    pub allowed_domains: Vec<String>,
}

impl Default for Safety {
    fn default() -> Self {
        Self {
            undo_seconds: UNDO_WINDOW_SECONDS,
            ask_when_late_minutes: Some(30),
            hold: false,
            mails_per_hour: 60,
            mails_per_day: 400,
            allowed_domains: Vec::new(),
        }
    }
}

impl Safety {
    /// The same in its one form.
    ///
    /// # Errors
    ///
    /// A value is beyond its limit, or no domain; the error names the field.
    pub fn checked(mut self) -> Result<Self, AgentError> {
        at_most("undo_seconds", self.undo_seconds, UNDO_WINDOW_SECONDS_MAX)?;
        at_most(
            "ask_when_late_minutes",
            self.ask_when_late_minutes.unwrap_or(0),
            LATE_MINUTES_MAX,
        )?;
        at_most("mails_per_hour", self.mails_per_hour, MAILS_LIMIT_MAX)?;
        at_most("mails_per_day", self.mails_per_day, MAILS_LIMIT_MAX)?;
        self.allowed_domains = self
            .allowed_domains
            .iter()
            .map(|domain| domain_of(domain))
            .collect::<Result<_, _>>()?;
        self.allowed_domains.sort_unstable();
        self.allowed_domains.dedup();
        let count = self.allowed_domains.len();
        if count > ALLOWED_DOMAINS_MAX {
            return Err(AgentError::too_large(
                "allowed_domains",
                count,
                ALLOWED_DOMAINS_MAX,
                to_say("domains"),
            ));
        }
        Ok(self)
    }

    /// Whether mail may leave to this address.
    #[must_use]
    pub fn allows(&self, recipient: &Recipient) -> bool {
        let domain = recipient
            .address()
            .rsplit_once('@')
            .map(|(_, domain)| domain);
        self.allowed_domains.is_empty()
            || domain.is_some_and(|domain| self.allowed_domains.contains(&domain.to_lowercase()))
    }
}

fn at_most(field: &str, value: u32, limit: u32) -> Result<(), AgentError> {
    if value <= limit {
        return Ok(());
    }
    Err(AgentError::bad_input(
        field,
        to_say!("{value} is too much here: choose a number from 0 to {limit}."),
    ))
}

/// `example.com`, also where somebody wrote `@Example.com`.
fn domain_of(text: &str) -> Result<String, AgentError> {
    let domain = text.trim().trim_start_matches('@').to_lowercase();
    // What may stand behind the @ of an address is a domain.
    match format!("somebody@{domain}").parse::<Recipient>() {
        Ok(address) if address.name().is_none() => Ok(domain),
        _ => Err(AgentError::bad_input(
            "allowed_domains",
            to_say!(
                "\u{201c}{domain}\u{201d} is no domain. Write one like example.com on each line.",
                domain = text.chars().take(80).collect::<String>()
            ),
        )),
    }
}

/// How many emails are on hold, by what holds them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnHold {
    /// Everything is on hold.
    pub everything: u32,
    /// The program was off at their time: each waits for a person.
    pub late: u32,
    /// They may have left before a backup was restored: each waits for a person.
    pub restored: u32,
    /// Limits, domains: they go on by themselves, or when the settings change.
    pub others: u32,
}

/// How many held emails were let go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Released {
    /// Emails that are on their way now, each after its undo window.
    pub emails: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_domains(domains: &[&str]) -> Result<Safety, AgentError> {
        Safety {
            allowed_domains: domains.iter().map(ToString::to_string).collect(),
            ..Safety::default()
        }
        .checked()
    }

    #[test]
    fn each_number_has_a_limit_and_names_its_field() {
        let over = |change: fn(&mut Safety)| {
            let mut safety = Safety::default();
            change(&mut safety);
            safety.checked().unwrap_err().field.unwrap()
        };
        assert_eq!(over(|it| it.undo_seconds = 61), "undo_seconds");
        let late = over(|it| it.ask_when_late_minutes = Some(LATE_MINUTES_MAX + 1));
        assert_eq!(late, "ask_when_late_minutes");
        assert_eq!(
            over(|it| it.mails_per_hour = MAILS_LIMIT_MAX + 1),
            "mails_per_hour"
        );
        assert_eq!(
            over(|it| it.mails_per_day = MAILS_LIMIT_MAX + 1),
            "mails_per_day"
        );
        let at_the_limit = Safety {
            undo_seconds: 60,
            ask_when_late_minutes: Some(LATE_MINUTES_MAX),
            mails_per_hour: MAILS_LIMIT_MAX,
            mails_per_day: 0,
            ..Safety::default()
        };
        assert_eq!(at_the_limit.clone().checked(), Ok(at_the_limit));
    }

    #[test]
    fn domains_are_exact_and_in_one_form() {
        let safety = with_domains(&["@Example.com", "example.com", "bücher.example"]).unwrap();
        assert_eq!(safety.allowed_domains, ["bücher.example", "example.com"]);
        let allows = |address: &str| safety.allows(&address.parse().unwrap());
        assert!(allows("Ana <ana@EXAMPLE.com>") && allows("b@bücher.example"));
        assert!(!allows("ana@mail.example.com") && !allows("ana@example.com.evil.example"));
        assert!(Safety::default().allows(&"ana@anywhere.example".parse().unwrap()));
    }

    #[test]
    fn what_is_no_domain_is_named() {
        for bad in [
            "",
            "localhost",
            "a b.example",
            "ana@example.com",
            "x.y\nz.example",
        ] {
            let error = with_domains(&[bad]).unwrap_err();
            assert_eq!(error.field.as_deref(), Some("allowed_domains"), "{bad}");
        }
        let many: Vec<_> = (0..=ALLOWED_DOMAINS_MAX)
            .map(|n| format!("d{n}.example"))
            .collect();
        let many: Vec<_> = many.iter().map(String::as_str).collect();
        assert!(with_domains(&many).is_err());
        assert!(with_domains(&many[1..]).is_ok());
    }

    #[test]
    fn what_is_absent_is_as_most_people_have_it() {
        let stored: Safety = serde_json::from_str(r#"{"hold": true}"#).unwrap();
        let expected = Safety {
            hold: true,
            ..Safety::default()
        };
        assert_eq!(stored, expected);
        let never: Safety = serde_json::from_str(r#"{"ask_when_late_minutes": null}"#).unwrap();
        assert_eq!(never.ask_when_late_minutes, None);
    }
}
