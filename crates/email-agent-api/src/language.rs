//! The languages of the pages. What the agent and the emails speak is another matter: see
//! [`Language`](crate::Language).

use serde::{Deserialize, Serialize};

/// A language in which the pages can be read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PageLanguage {
    /// English, in which the texts are written.
    #[default]
    En,
    /// Portuguese.
    Pt,
    /// Spanish.
    Es,
    /// German.
    De,
    /// Chinese, simplified.
    Zh,
    /// Arabic.
    Ar,
}

impl PageLanguage {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::En, Self::Pt, Self::Es, Self::De, Self::Zh, Self::Ar];

    /// Its code (BCP 47), as on the wire and in the `lang` of a page.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Pt => "pt",
            Self::Es => "es",
            Self::De => "de",
            Self::Zh => "zh",
            Self::Ar => "ar",
        }
    }

    /// Its own name, for people who read it.
    #[must_use]
    pub fn own_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Pt => "Português",
            Self::Es => "Español",
            Self::De => "Deutsch",
            Self::Zh => "中文",
            Self::Ar => "العربية",
        }
    }

    /// Which way its lines run: `ltr` or `rtl`.
    #[must_use]
    pub fn direction(self) -> &'static str {
        match self {
            Self::Ar => "rtl",
            _ => "ltr",
        }
    }

    /// The language with this code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }

    /// Which of its plural forms goes with `n`, counted from 0: the rule in the head of its file of
    /// translations (`Plural-Forms`), here because the browser needs it too.
    #[must_use]
    pub fn plural_form(self, n: u64) -> usize {
        match self {
            Self::En | Self::Es | Self::De => usize::from(n != 1),
            Self::Pt => usize::from(n > 1),
            Self::Zh => 0,
            Self::Ar => match (n, n % 100) {
                (0..=2, _) => usize::try_from(n).unwrap_or_default(),
                (_, 3..=10) => 3,
                (_, 11..) => 4,
                _ => 5,
            },
        }
    }
}

/// Marks words that are kept here in English and shown in the language of the person: the search for
/// texts to translate finds them by this name. It does nothing.
#[must_use]
pub const fn to_say(text: &'static str) -> &'static str {
    text
}

/// Composes a sentence in English, as `format!` does, and marks its text for translation: a page in
/// another language recognizes the sentence by its words and says it with the same values.
///
/// Every place has a name, in the text or after it, and words on each side that tell where its value
/// ends. A value that is a sentence or a word of ours is translated too, if its place has one of the
/// names that pages look up (`LOOKED_UP` of `app/src/language/known.rs`), such as `reason` or `fields`;
/// a date is, under any name. Others are shown as they are, such as those in quotation marks.
#[macro_export]
macro_rules! to_say {
    ($($text_and_values:tt)*) => {
        ::std::format!($($text_and_values)*)
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_wire() {
        for language in PageLanguage::ALL {
            let json = serde_json::to_string(&language).unwrap();
            assert_eq!(json, format!("\"{}\"", language.code()));
            assert_eq!(PageLanguage::of_code(language.code()), Some(language));
        }
        assert_eq!(PageLanguage::of_code("tlh"), None);
    }

    #[test]
    fn arabic_has_six_forms() {
        let forms =
            [0, 1, 2, 3, 10, 11, 99, 100, 102, 103].map(|n| PageLanguage::Ar.plural_form(n));
        assert_eq!(forms, [0, 1, 2, 3, 3, 4, 4, 5, 5, 3]);
        assert_eq!(PageLanguage::Pt.plural_form(0), 0);
        assert_eq!(PageLanguage::De.plural_form(0), 1);
    }
}
