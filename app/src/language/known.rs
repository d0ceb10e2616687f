//! Sentences that come from elsewhere in English, recognized and said in the language of the page.
//!
//! A text is looked for as a whole, as a date, as a template with values in it (see `to_say!` of
//! `email-agent-api`), and as several of these one after the other. Values are such texts themselves,
//! but only where the template says so by a name of [`LOOKED_UP`]: a person called May is not a month.

use super::{calendar, lists, template::Template, words::Words};

/// Places whose values are our own words and not those of people, models and servers.
const LOOKED_UP: [&str; 16] = [
    "command", "detail", "error", "fields", "hint", "kind", "outcome", "problem", "reason", "said",
    "server", "unit", "usage", "what", "when", "why",
];
/// Characters of a template below which it stands around numbers only: a model that says something
/// like it in its own words must not be taken for us.
const WEIGHT_MIN: usize = 8;
/// The same for a value, which is ours already.
const VALUE_WEIGHT_MIN: usize = 4;
/// Values in values, and sentences after each other.
const DEPTH_MAX: usize = 5;
/// Stands between the parts of a line of the timeline.
const DOT: &str = " \u{00b7} ";

/// The text in the language of `words`, if it is one that we know.
pub(super) fn known(words: &Words, text: &str) -> Option<String> {
    let look = Look {
        words,
        depth: 0,
        is_value: false,
    };
    look.text(text)
}

/// Where in a text we are.
#[derive(Clone, Copy)]
struct Look<'a> {
    words: &'a Words,
    depth: usize,
    is_value: bool,
}

impl Look<'_> {
    fn text(self, text: &str) -> Option<String> {
        self.sentence(text)
            .or_else(|| self.list(text))
            .or_else(|| self.line(text))
            .or_else(|| self.sentences(text))
    }

    fn deeper(self) -> Option<Self> {
        let depth = self.depth + 1;
        (depth < DEPTH_MAX).then_some(Self { depth, ..self })
    }

    /// One that is known as a whole, or with values in it. Ours have no line breaks.
    fn sentence(self, text: &str) -> Option<String> {
        if let Some(whole) = self.words.find(text, None) {
            return Some(whole.to_owned());
        }
        if text.contains('\n') {
            return None;
        }
        calendar::translated(text).or_else(|| self.composed(text))
    }

    /// By the template that has the most words of its own.
    fn composed(self, text: &str) -> Option<String> {
        let mut best = None;
        for template in self.words.templates() {
            let weight = template.weight();
            if best.as_ref().is_none_or(|(most, _)| weight > *most)
                && let Some(said) = self.fill(template, text)
            {
                best = Some((weight, said));
            }
        }
        best.map(|(_, said)| said)
    }

    fn fill(self, template: &Template, text: &str) -> Option<String> {
        let values = template.values(text)?;
        let weight_min = if self.is_value {
            VALUE_WEIGHT_MIN
        } else {
            WEIGHT_MIN
        };
        let is_number = |value: &&str| value.bytes().all(|byte| byte.is_ascii_digit());
        if template.weight() < weight_min && !values.iter().all(is_number) {
            return None;
        }
        let places = template.places().zip(values);
        let values: Vec<_> = places
            .map(|((name, is_quoted), value)| {
                if is_quoted {
                    value.to_owned()
                } else {
                    self.value(name, value)
                }
            })
            .collect();
        Some(template.fill(&values))
    }

    fn value(self, name: &str, value: &str) -> String {
        let known = if LOOKED_UP.contains(&name) {
            let look = self.deeper().map(|look| Self {
                is_value: true,
                ..look
            });
            let text = value.trim_start();
            let (blank, _) = value.split_at(value.len() - text.len());
            look.and_then(|look| look.text(text))
                .map(|known| format!("{blank}{known}"))
        } else {
            calendar::translated(value)
        };
        known.unwrap_or_else(|| value.to_owned())
    }

    /// `To, Subject and Body`, where all of them are known.
    fn list(self, text: &str) -> Option<String> {
        if !self.is_value {
            return None;
        }
        let (firsts, last) = text.rsplit_once(" and ")?;
        let all = firsts.split(", ").chain([last]);
        let known: Option<Vec<_>> = all.map(|one| self.words.find(one, None)).collect();
        Some(lists::with_and(&known?))
    }

    /// What begins with something known and goes on after a dot, such as an attempt of the timeline.
    fn line(self, text: &str) -> Option<String> {
        let (first, rest) = text.split_once(DOT)?;
        let value = Self {
            is_value: true,
            ..self.deeper()?
        };
        let first = value.sentence(first)?;
        let rest = value.text(rest).unwrap_or_else(|| rest.to_owned());
        Some(format!("{first}{DOT}{rest}"))
    }

    /// Several sentences one after the other, where all of them are known.
    fn sentences(self, text: &str) -> Option<String> {
        let after = self.deeper()?;
        text.match_indices(' ').find_map(|(at, _)| {
            let (first, rest) = text.split_at_checked(at)?;
            if !first.ends_with(['.', '?', '!']) {
                return None;
            }
            let first = self.sentence(first)?;
            let rest = after.text(rest.trim_start())?;
            Some(format!("{first}{}{rest}", self.words.gap()))
        })
    }
}

#[cfg(test)]
mod tests {
    use email_agent_api::PageLanguage;

    use super::*;

    const TEXTS: [(&str, &str); 15] = [
        ("Subject", "Betreff"),
        ("Body", "Text"),
        ("To", "An"),
        ("May", "Mai"),
        ("It is late.", "Es ist sp\u{e4}t."),
        ("\u{4}{n} fish.", "{n} Fische."),
        (
            "\u{4}{reason} Your words are kept.",
            "{reason} Ihre Worte bleiben.",
        ),
        (
            "\u{4}The server {host} said no ({detail}).",
            "{host} sagt nein ({detail}).",
        ),
        (
            "\u{4}no answer within {seconds} seconds",
            "keine Antwort in {seconds} Sekunden",
        ),
        (
            "\u{4}Edited by hand: {fields}. Version {version}.",
            "Version {version}: {fields}.",
        ),
        ("\u{4}Edited by hand: {fields}.", "Von Hand: {fields}."),
        (
            "\u{4}Asked: \u{201c}{what}\u{201d}",
            "Gebeten: \u{201e}{what}\u{201c}",
        ),
        (
            "\u{4}Whom do you mean by {name}?",
            "Wen meinen Sie mit {name}?",
        ),
        ("\u{4}{begun}, took {ms} ms", "{begun}, dauerte {ms} ms"),
        (
            "\u{4}Attempt {number}: accepted.",
            "Versuch {number}: angenommen.",
        ),
    ];

    fn german(text: &str) -> Option<String> {
        let row = |(english, german): (&str, &str)| {
            let key = english.replace('\u{4}', "composed\u{4}");
            vec![key, german.to_owned()]
        };
        let words = Words::new(PageLanguage::De, TEXTS.map(row).into());
        known(&words, text)
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(german(text).as_deref(), Some(expected), "{text}");
    }

    #[test]
    fn values_are_said_as_they_are_or_looked_up() {
        check(
            "It is late. Your words are kept.",
            "Es ist sp\u{e4}t. Ihre Worte bleiben.",
        );
        check(
            "552 no. Your words are kept.",
            "552 no. Ihre Worte bleiben.",
        );
        check(
            "The server a.b said no (no answer within 5 seconds). Your words are kept.",
            "a.b sagt nein (keine Antwort in 5 Sekunden). Ihre Worte bleiben.",
        );
    }

    #[test]
    fn what_people_say_is_not_taken_for_words_of_ours() {
        check("Asked: \u{201c}To\u{201d}", "Gebeten: \u{201e}To\u{201c}");
        check("Whom do you mean by May?", "Wen meinen Sie mit May?");
    }

    #[test]
    fn a_list_is_said_by_its_members_if_all_are_known() {
        check("Edited by hand: Subject.", "Von Hand: Betreff.");
        // The words between them are those of the whole page, which is English here.
        check(
            "Edited by hand: To, Subject and Body.",
            "Von Hand: An, Betreff and Text.",
        );
        check(
            "Edited by hand: To, Shoes and Body.",
            "Von Hand: To, Shoes and Body.",
        );
        assert_eq!(german("Subject and Body"), None);
    }

    #[test]
    fn the_template_with_more_words_of_its_own_is_the_right_one() {
        check("Edited by hand: Body. Version 2.", "Version 2: Text.");
    }

    #[test]
    fn few_words_of_a_template_are_enough_around_numbers_only() {
        check("3 fish.", "3 Fische.");
        assert_eq!(german("Give me fish."), None);
        assert_eq!(german("Yes, took 3 ms"), None);
        check(
            "May, took 3 ms \u{b7} Attempt 1: accepted.",
            "May, dauerte 3 ms \u{b7} Versuch 1: angenommen.",
        );
    }

    #[test]
    fn sentences_after_each_other_are_said_if_all_are_known() {
        check(
            "It is late. Whom do you mean by B. Ana?",
            "Es ist sp\u{e4}t. Wen meinen Sie mit B. Ana?",
        );
        assert_eq!(german("It is late. Come home."), None);
        assert_eq!(german("Come home. It is late."), None);
        let many = "It is late. ".repeat(30);
        assert_eq!(german(many.trim_end()), None);
    }

    #[test]
    fn an_answer_of_several_lines_is_not_ours() {
        assert_eq!(german("Edited by hand: my\nfields."), None);
        assert_eq!(german("Something else entirely."), None);
    }
}
