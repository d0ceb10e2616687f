//! The requests behind the quick chips, in the person's language: the agent answers in it.

use email_agent_api::{EmailView, StageKind};

use crate::language::say;

/// A request that one tap makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quick {
    Shorter,
    Warmer,
    Formal,
}

impl Quick {
    /// All, in the order in which they stand.
    pub(crate) const ALL: [Self; 3] = [Self::Shorter, Self::Warmer, Self::Formal];

    /// The words on the chip.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Shorter => say("Shorter"),
            Self::Warmer => say("Warmer"),
            Self::Formal => say("More formal"),
        }
    }

    /// The request. `language` is a tag like `pt-BR`; English where it is not known here.
    pub(crate) fn words(self, language: &str) -> &'static str {
        let [shorter, warmer, formal, _] = phrases(language);
        match self {
            Self::Shorter => shorter,
            Self::Warmer => warmer,
            Self::Formal => formal,
        }
    }
}

/// The request to translate.
pub(crate) fn translate_words(language: &str, into: &str) -> String {
    let [.., translate] = phrases(language);
    translate.replace("{}", into)
}

/// Languages to choose with one press, each by its own name, with its tag.
pub(crate) const LANGUAGES: [(&str, &str); 7] = [
    ("en", "English"),
    ("pt", "Português"),
    ("es", "Español"),
    ("de", "Deutsch"),
    ("fr", "Français"),
    ("zh", "中文"),
    ("ar", "العربية"),
];

/// Shorter, warmer, more formal, translate.
fn phrases(language: &str) -> [&'static str; 4] {
    match primary(language) {
        "pt" => [
            "Deixe o texto mais curto.",
            "Deixe o texto mais caloroso.",
            "Deixe o texto mais formal.",
            "Traduza o e-mail para: {}.",
        ],
        "es" => [
            "Haz el texto más corto.",
            "Haz el texto más cercano.",
            "Haz el texto más formal.",
            "Traduce el correo a: {}.",
        ],
        "de" => [
            "Mach den Text kürzer.",
            "Mach den Text herzlicher.",
            "Mach den Text förmlicher.",
            "Übersetze die E-Mail in: {}.",
        ],
        "fr" => [
            "Raccourcis le texte.",
            "Rends le texte plus chaleureux.",
            "Rends le texte plus formel.",
            "Traduis l’e-mail en : {}.",
        ],
        "zh" => [
            "请把正文写得短一些。",
            "请把语气写得亲切一些。",
            "请写得更正式一些。",
            "请把邮件翻译成：{}。",
        ],
        "ar" => [
            "اجعل النص أقصر.",
            "اجعل النص أكثر ودًّا.",
            "اجعل النص أكثر رسمية.",
            "ترجم الرسالة إلى: {}.",
        ],
        _ => [
            "Make it shorter.",
            "Make it warmer.",
            "Make it more formal.",
            "Translate it into {}.",
        ],
    }
}

/// `pt` of `pt-BR`.
pub(crate) fn primary(language: &str) -> &str {
    language.split('-').next().unwrap_or(language)
}

/// Whether there is a draft that words can still change.
pub(crate) fn offers_quick(view: &EmailView) -> bool {
    view.version > 0
        && !matches!(
            view.stage.kind(),
            StageKind::Sent | StageKind::Canceled | StageKind::Unsure | StageKind::Sending
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_in_the_persons_language() {
        assert_eq!(Quick::Shorter.words("en-GB"), "Make it shorter.");
        assert_eq!(Quick::Formal.words("pt-BR"), "Deixe o texto mais formal.");
        assert_eq!(Quick::Warmer.words("fi"), "Make it warmer.");
        assert_eq!(translate_words("", "日本語"), "Translate it into 日本語.");
        for language in ["en", "pt", "es", "de", "fr", "zh", "ar"] {
            assert!(translate_words(language, "X").contains('X'), "{language}");
        }
    }
}
