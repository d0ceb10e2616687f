//! The form as typed, and how it becomes a value.

use email_agent_api::{HoldReason, Safety, to_say};
use serde::Deserialize;

/// The form as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct SafetyForm {
    /// `yes` or `no`.
    pub hold: String,
    /// Seconds.
    pub undo_seconds: String,
    /// Minutes, or `never`.
    pub ask_when_late_minutes: String,
    /// A number of mails.
    pub mails_per_hour: String,
    /// A number of mails.
    pub mails_per_day: String,
    /// One on each line.
    pub allowed_domains: String,
}

/// The form that lets go what waits for a person.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct ReleaseForm {
    /// For what reason.
    pub why: HoldReason,
}

pub(super) const NEVER: &str = "never";

impl SafetyForm {
    /// The form as it stands when nothing was typed.
    #[must_use]
    pub fn of(safety: &Safety) -> Self {
        let late = safety.ask_when_late_minutes;
        Self {
            hold: if safety.hold { "yes" } else { "no" }.to_owned(),
            undo_seconds: safety.undo_seconds.to_string(),
            ask_when_late_minutes: late
                .map_or_else(|| NEVER.to_owned(), |minutes| minutes.to_string()),
            mails_per_hour: safety.mails_per_hour.to_string(),
            mails_per_day: safety.mails_per_day.to_string(),
            allowed_domains: safety.allowed_domains.join("\n"),
        }
    }

    /// What was typed, as a value.
    ///
    /// # Errors
    ///
    /// All fields that must be corrected.
    pub fn parse(&self) -> Result<Safety, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut number = |field: &str, text: &str| {
            text.trim().parse().unwrap_or_else(|_| {
                let text = to_say("Write a whole number here, such as 10.");
                problems.push(Problem::new(field, text));
                0
            })
        };
        let safety = Safety {
            undo_seconds: number("undo_seconds", &self.undo_seconds),
            ask_when_late_minutes: (self.ask_when_late_minutes != NEVER)
                .then(|| number("ask_when_late_minutes", &self.ask_when_late_minutes)),
            hold: self.hold == "yes",
            mails_per_hour: number("mails_per_hour", &self.mails_per_hour),
            mails_per_day: number("mails_per_day", &self.mails_per_day),
            allowed_domains: self
                .allowed_domains
                .split(['\n', ',', ';'])
                .map(str::trim)
                .filter(|domain| !domain.is_empty())
                .map(str::to_owned)
                .collect(),
        };
        if !problems.is_empty() {
            return Err(problems);
        }
        safety.checked().map_err(|error| {
            let field = error.field.clone().unwrap_or_default();
            vec![Problem::new(&field, error.message)]
        })
    }
}

/// One field that must be corrected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The field, by its name in the form.
    pub field: String,
    /// What is wrong, and what would be right.
    pub text: String,
}

impl Problem {
    pub(crate) fn new(field: &str, text: impl Into<String>) -> Self {
        Self {
            field: field.to_owned(),
            text: text.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_and_the_value_say_the_same() {
        let safety = Safety {
            undo_seconds: 60,
            ask_when_late_minutes: None,
            hold: true,
            mails_per_hour: 0,
            mails_per_day: 7,
            allowed_domains: vec!["a.example".to_owned(), "b.example".to_owned()],
        };
        assert_eq!(SafetyForm::of(&safety).parse(), Ok(safety));
        let usual = Safety::default();
        assert_eq!(SafetyForm::of(&usual).parse(), Ok(usual));
    }

    #[test]
    fn every_wrong_number_is_said_at_once() {
        let typed = SafetyForm {
            undo_seconds: "ten".to_owned(),
            mails_per_day: "-1".to_owned(),
            ..SafetyForm::of(&Safety::default())
        };
        let problems = typed.parse().unwrap_err();
        let fields: Vec<_> = problems.iter().map(|one| one.field.as_str()).collect();
        assert_eq!(fields, ["undo_seconds", "mails_per_day"]);
        let over = SafetyForm {
            undo_seconds: "61".to_owned(),
            ..SafetyForm::of(&Safety::default())
        };
        assert_eq!(over.parse().unwrap_err()[0].field, "undo_seconds");
    }
}
