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
        let composed = || self.words.templates().find_map(|one| self.fill(one, text));
        calendar::translated(text).or_else(composed)
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
