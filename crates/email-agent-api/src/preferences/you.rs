//! Who the person is: name, clock, language, and how their emails sound and end.

use serde::{Deserialize, Serialize};

use super::{Line, Paragraphs};
use crate::{
    PageLanguage,
    limits::{NAME_CHARS_MAX, SIGNATURE_CHARS_MAX, STYLE_NOTE_CHARS_MAX, ZONE_CHARS_MAX},
    to_say,
};

/// See the module. Everything may be left empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct You {
    /// The name that emails are signed with.
    pub name: Line<NAME_CHARS_MAX>,
    /// The zone of the person's clock, IANA; empty for that of the device they are using.
    pub time_zone: Line<ZONE_CHARS_MAX>,
    /// The language that the agent speaks with the person.
    pub language: Language,
    /// The language of the pages; none for that of the browser.
    pub page_language: Option<PageLanguage>,
    /// Whether keys without Ctrl, Alt or Shift do nothing (WCAG 2.2, 2.1.4).
    pub single_keys_off: bool,
    /// How emails should sound, in the person's own words.
    pub style_note: Paragraphs<STYLE_NOTE_CHARS_MAX>,
    /// What stands below each email.
    pub signature: Paragraphs<SIGNATURE_CHARS_MAX>,
}

/// A language that the agent can be asked to speak; emails are in whatever language is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// The one that the person writes in.
    #[default]
    Auto,
    /// English.
    En,
    /// Portuguese.
    Pt,
    /// Spanish.
    Es,
    /// German.
    De,
    /// French.
    Fr,
    /// Chinese.
    Zh,
    /// Arabic.
    Ar,
}

impl Language {
    /// All of them, the automatic one first.
    pub const ALL: [Self; 8] = [
        Self::Auto,
        Self::En,
        Self::Pt,
        Self::Es,
        Self::De,
        Self::Fr,
        Self::Zh,
        Self::Ar,
    ];

    /// Its code, as on the wire.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::En => "en",
            Self::Pt => "pt",
            Self::Es => "es",
            Self::De => "de",
            Self::Fr => "fr",
            Self::Zh => "zh",
            Self::Ar => "ar",
        }
    }

    /// Its own name, for people who speak it.
    #[must_use]
    pub fn own_name(self) -> &'static str {
        match self {
            Self::Auto => to_say("The language I write in"),
            Self::En => "English",
            Self::Pt => "Português",
            Self::Es => "Español",
            Self::De => "Deutsch",
            Self::Fr => "Français",
            Self::Zh => "中文",
            Self::Ar => "العربية",
        }
    }

    /// Its name in English, for a model; none for the automatic one.
    #[must_use]
    pub fn english_name(self) -> Option<&'static str> {
        match self {
            Self::Auto => None,
            Self::En => Some("English"),
            Self::Pt => Some("Portuguese"),
            Self::Es => Some("Spanish"),
            Self::De => Some("German"),
            Self::Fr => Some("French"),
            Self::Zh => Some("Chinese"),
            Self::Ar => Some("Arabic"),
        }
    }

    /// The language with this code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_before_stays_readable() {
        assert_eq!(serde_json::from_str::<You>("{}").unwrap(), You::default());
        let you: You = serde_json::from_str(r#"{"name": "Ana", "language": "pt"}"#).unwrap();
        assert_eq!((you.name.as_str(), you.language), ("Ana", Language::Pt));
    }

    #[test]
    fn codes_are_those_of_the_wire() {
        for language in Language::ALL {
            let json = serde_json::to_string(&language).unwrap();
            assert_eq!(json, format!("\"{}\"", language.code()));
            assert_eq!(Language::of_code(language.code()), Some(language));
        }
        assert_eq!(Language::of_code("tlh"), None);
    }
}
