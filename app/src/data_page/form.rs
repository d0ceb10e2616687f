//! The forms as typed, and how they become values.

use email_agent_api::{Retention, to_say};
use leptos::prelude::Owner;
use serde::Deserialize;

use crate::{
    language::{self, say},
    safety_page::Problem,
};

/// How long emails stay, as chosen.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct RetentionForm {
    /// Days.
    pub deleted_days: String,
    /// Days, or `never`.
    pub finished_days: String,
}

/// Erasing everything, as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct EraseForm {
    /// What shows that it is meant.
    pub word: String,
    /// Present where the settings are to go too.
    pub settings: Option<String>,
}

pub(super) const NEVER: &str = "never";
/// What must be typed to erase everything. Who speaks another language types that of theirs.
const WORD: &str = to_say("ERASE");

impl RetentionForm {
    /// The form as it stands when nothing was chosen.
    #[must_use]
    pub fn of(retention: Retention) -> Self {
        Self {
            deleted_days: retention.deleted_days.to_string(),
            finished_days: retention
                .finished_days
                .map_or_else(|| NEVER.to_owned(), |days| days.to_string()),
        }
    }

    /// What was chosen, as a value.
    ///
    /// # Errors
    ///
    /// The field that must be corrected.
    pub fn parse(&self) -> Result<Retention, Vec<Problem>> {
        // What is no number is no choice either, and zero days are none.
        let days = |text: &str| text.trim().parse().unwrap_or(0);
        let retention = Retention {
            deleted_days: days(&self.deleted_days),
            finished_days: (self.finished_days != NEVER).then(|| days(&self.finished_days)),
        };
        retention.checked().map_err(|error| {
            let field = error.field.clone().unwrap_or_default();
            vec![Problem::new(&field, error.message)]
        })
    }
}

impl EraseForm {
    /// Whether the settings are to go too.
    ///
    /// # Errors
    ///
    /// The word is not the one that was asked for, in English or the language of the page.
    pub fn parse(&self) -> Result<bool, Vec<Problem>> {
        let typed = self.word.trim().to_uppercase();
        let own = Owner::new().with(|| {
            language::provide();
            say(WORD)
        });
        if typed == WORD || typed == own.to_uppercase() {
            return Ok(self.settings.is_some());
        }
        let text =
            to_say("This is not the word. Nothing was erased: type ERASE to erase everything.");
        Err(vec![Problem::new("word", text)])
    }
}

#[cfg(test)]
mod tests {
    use email_agent_api::PageLanguage;

    use super::*;

    #[test]
    fn the_form_and_the_value_say_the_same() {
        for finished_days in [None, Some(365)] {
            let retention = Retention {
                deleted_days: 30,
                finished_days,
            };
            assert_eq!(RetentionForm::of(retention).parse(), Ok(retention));
        }
        let usual = Retention::default();
        assert_eq!(RetentionForm::of(usual).parse(), Ok(usual));
    }

    #[test]
    fn what_is_not_offered_is_refused_and_never_means_at_once() {
        for (deleted, finished, field) in [
            ("0", NEVER, "deleted_days"),
            ("", NEVER, "deleted_days"),
            ("soon", NEVER, "deleted_days"),
            ("7", "", "finished_days"),
            ("7", "0", "finished_days"),
            ("7", "Never", "finished_days"),
        ] {
            let form = RetentionForm {
                deleted_days: deleted.to_owned(),
                finished_days: finished.to_owned(),
            };
            let problems = form.parse().unwrap_err();
            assert_eq!(problems[0].field, field, "{deleted} {finished}");
        }
    }

    fn typed(word: &str) -> Result<bool, Vec<Problem>> {
        EraseForm {
            word: word.to_owned(),
            settings: None,
        }
        .parse()
    }

    #[test]
    fn only_the_word_itself_erases() {
        for right in ["ERASE", " erase\n", "Erase"] {
            assert_eq!(typed(right), Ok(false), "{right}");
        }
        for wrong in ["", "ERASE!", "DELETE", "ERASE EVERYTHING", "LÖSCHEN"] {
            assert_eq!(typed(wrong).unwrap_err()[0].field, "word", "{wrong}");
        }
        let ticked = EraseForm {
            word: "ERASE".to_owned(),
            settings: Some("on".to_owned()),
        };
        assert_eq!(ticked.parse(), Ok(true));
    }

    #[tokio::test]
    async fn what_the_page_asks_for_is_what_it_takes_in_every_language() {
        for language in PageLanguage::ALL {
            let asked = async {
                let (word, label, problem) = Owner::new().with(|| {
                    language::provide();
                    let problem =
                        "This is not the word. Nothing was erased: type ERASE to erase everything.";
                    (say(WORD), say("To confirm, type ERASE"), say(problem))
                });
                assert!(label.contains(word) && problem.contains(word), "{word}");
                typed(word)
            };
            let taken = crate::language::for_request(language, asked).await;
            assert_eq!(taken, Ok(false), "{language:?}");
        }
    }
}
