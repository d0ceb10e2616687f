//! A sentence that is composed with values: recognized in English, said in another language.

/// English words around places for values, and the same in another language.
pub(super) struct Template {
    /// The words before, between and after the places: one more than there are places.
    literals: Vec<String>,
    /// What the places are called.
    names: Vec<String>,
    /// The words of the other language, each but the last with the number of the place after it.
    said: (Vec<(String, usize)>, String),
}

impl Template {
    /// None where there is no translation, or none that has the same places.
    pub(super) fn new(english: &str, translation: &str) -> Option<Self> {
        let (literals, names) = split(english)?;
        let (mut words, places) = split(translation)?;
        // Between two places without words between them nobody can tell where one value ends.
        let between = literals.get(1..literals.len() - 1)?;
        if translation.is_empty() || between.iter().any(|words| words.is_empty()) {
            return None;
        }
        let last = words.pop()?.to_owned();
        let place = |name: &&str| names.iter().position(|known| known == name);
        let said = words
            .into_iter()
            .zip(places)
            .map(|(words, name)| Some((words.to_owned(), place(&name)?)))
            .collect::<Option<_>>()?;
        Some(Self {
            literals: literals.into_iter().map(str::to_owned).collect(),
            names: names.into_iter().map(str::to_owned).collect(),
            said: (said, last),
        })
    }

    /// How many characters tell it from another text, blanks apart.
    pub(super) fn weight(&self) -> usize {
        let all = self.literals.iter().flat_map(|words| words.chars());
        all.filter(|c| !c.is_whitespace()).count()
    }

    /// The values with which it is composed to `text`, if it can be: what stands before the next
    /// words of the template where these are met first.
    pub(super) fn values<'a>(&self, text: &'a str) -> Option<Vec<&'a str>> {
        let (first, others) = self.literals.split_first()?;
        let (last, between) = others.split_last()?;
        let mut rest = text
            .strip_prefix(first.as_str())?
            .strip_suffix(last.as_str())?;
        let mut values = Vec::with_capacity(self.names.len());
        for words in between {
            let (value, after) = rest.split_once(words.as_str())?;
            values.push(value);
            rest = after;
        }
        values.push(rest);
        Some(values)
    }

    /// Each place with what it is called and whether it stands in quotation marks.
    pub(super) fn places(&self) -> impl Iterator<Item = (&str, bool)> {
        let is_quoted = |words: &String| words.ends_with('\u{201c}');
        let names = self.names.iter().map(String::as_str);
        names.zip(self.literals.iter().map(is_quoted))
    }

    /// In the other language.
    pub(super) fn fill(&self, values: &[String]) -> String {
        let mut text = String::new();
        for (words, place) in &self.said.0 {
            text += words;
            text += values.get(*place).map_or("", String::as_str);
        }
        text + &self.said.1
    }

    /// In English.
    #[cfg(all(test, feature = "ssr"))]
    pub(super) fn english(&self, values: &[String]) -> String {
        let values = values.iter().map(String::as_str).chain([""]);
        let pairs = self.literals.iter().zip(values);
        pairs.fold(String::new(), |text, (words, value)| text + words + value)
    }

    #[cfg(all(test, feature = "ssr"))]
    pub(super) fn literals(&self) -> &[String] {
        &self.literals
    }
}

/// The words around the places, and the names of these; none if there is no place.
fn split(text: &str) -> Option<(Vec<&str>, Vec<&str>)> {
    let mut parts = text.split('{');
    let mut words = vec![parts.next()?];
    let mut names = Vec::new();
    for part in parts {
        let (name, after) = part.split_once('}')?;
        names.push(name);
        words.push(after);
    }
    (!names.is_empty()).then_some((words, names))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(english: &str, translation: &str, text: &str) -> Option<String> {
        let template = Template::new(english, translation)?;
        let values = template.values(text)?;
        let values: Vec<_> = values.into_iter().map(str::to_owned).collect();
        Some(template.fill(&values))
    }

    #[test]
    fn values_go_to_the_places_that_the_other_language_has_for_them() {
        let english = "Version {old} was brought back as version {new}.";
        let german = "Als Version {new} ist Version {old} zurück.";
        let text = "Version 2 was brought back as version 5.";
        let expected = Some("Als Version 5 ist Version 2 zurück.".to_owned());
        assert_eq!(said(english, german, text), expected);
        assert_eq!(said(english, german, "Version 2 was brought back."), None);
        assert_eq!(said(english, german, &format!("{text} And more")), None);
        assert_eq!(said(english, german, &format!("And {text}")), None);
    }

    #[test]
    fn words_at_both_ends_must_not_be_the_same_ones() {
        assert_eq!(said("a.{b}.a", "x{b}", "a.a"), None);
        assert_eq!(said("a.{b}.a", "x{b}", "a..a"), Some("x".to_owned()));
    }

    #[test]
    fn what_is_no_template_is_none() {
        for (english, translation) in [
            ("{a} and {b}", "{a}"),
            ("{a}{b} and", "{a} und {b}"),
            ("{a} and", ""),
            ("{a} and", "{c} und"),
            ("{a and", "{a} und"),
            ("and", "und"),
        ] {
            let is_used = said(english, translation, "1 and").is_some();
            let drops = english == "{a} and {b}" && said(english, translation, "1 and 2").is_some();
            assert!(!is_used, "{english}");
            // `cargo xtask tidy` refuses a translation that drops a value.
            assert_eq!(drops, english == "{a} and {b}");
        }
    }
}
