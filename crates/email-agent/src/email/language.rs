//! In which language a draft is written, as far as its letters and words can tell.

use email_agent_api::Email;
use whatlang::{Detector, Lang};

/// More does not make it surer, and a page asks often.
const CHARS_READ: usize = 2_000;
/// Below it, one language is as likely as another.
const CONFIDENCE_MIN: f64 = 0.3;

/// The tag of the email's language, `pt`; none where it is too short to tell.
pub(crate) fn of(email: &Email) -> Option<&'static str> {
    let text: String = [email.subject.as_str(), "\n", &email.body]
        .into_iter()
        .flat_map(str::chars)
        .take(CHARS_READ)
        .collect();
    let words = without_addresses(&text);
    let known = LANGUAGES.iter().map(|(lang, _)| *lang).collect();
    let found = Detector::with_allowlist(known).detect(&words)?;
    if !found.is_reliable() && found.confidence() < CONFIDENCE_MIN {
        return None;
    }
    LANGUAGES
        .iter()
        .find(|(lang, _)| *lang == found.lang())
        .map(|(_, tag)| *tag)
}

/// Links and addresses are of no language, and full of letters.
fn without_addresses(text: &str) -> String {
    text.split_whitespace()
        .filter(|word| !word.contains("://") && !word.contains('@'))
        .collect::<Vec<_>>()
        .join(" ")
}

/// The languages that are told apart, with their tags. More of them would make short texts be taken
/// for a language that is seldom written.
const LANGUAGES: [(Lang, &str); 34] = [
    (Lang::Eng, "en"),
    (Lang::Por, "pt"),
    (Lang::Spa, "es"),
    (Lang::Fra, "fr"),
    (Lang::Deu, "de"),
    (Lang::Ita, "it"),
    (Lang::Nld, "nl"),
    (Lang::Swe, "sv"),
    (Lang::Dan, "da"),
    (Lang::Nob, "nb"),
    (Lang::Fin, "fi"),
    (Lang::Pol, "pl"),
    (Lang::Ces, "cs"),
    (Lang::Slk, "sk"),
    (Lang::Hun, "hu"),
    (Lang::Ron, "ro"),
    (Lang::Hrv, "hr"),
    (Lang::Tur, "tr"),
    (Lang::Vie, "vi"),
    (Lang::Ind, "id"),
    (Lang::Rus, "ru"),
    (Lang::Ukr, "uk"),
    (Lang::Bul, "bg"),
    (Lang::Ell, "el"),
    (Lang::Heb, "he"),
    (Lang::Ara, "ar"),
    (Lang::Pes, "fa"),
    (Lang::Hin, "hi"),
    (Lang::Ben, "bn"),
    (Lang::Tam, "ta"),
    (Lang::Tha, "th"),
    (Lang::Cmn, "zh"),
    (Lang::Jpn, "ja"),
    (Lang::Kor, "ko"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn language(body: &str) -> Option<&'static str> {
        of(&Email {
            body: body.to_owned(),
            ..Email::default()
        })
    }

    #[test]
    fn drafts_as_people_write_them() {
        for (tag, body) in [
            (
                "en",
                "Dear Ana,\n\nthank you for the conversation yesterday.\n\nRenata",
            ),
            (
                "pt",
                "Olá Ana,\n\nobrigada pela conversa de ontem — ação, coração, informação.\n\nUm abraço\nRenata",
            ),
            (
                "es",
                "Hola Ana:\n\nmuchas gracias por la conversación de ayer.\n\nUn abrazo\nRenata",
            ),
            (
                "de",
                "Liebe Ana,\n\nvielen Dank für das Gespräch gestern.\n\nViele Grüße\nRenata",
            ),
            ("zh", "安娜，你好：\n\n谢谢你昨天抽时间和我交谈。"),
            ("ar", "مرحبا آنا، شكرا جزيلا على المحادثة أمس."),
            ("ja", "アナさん、昨日はお話しできて嬉しかったです。"),
            (
                "ru",
                "Дорогая Анна, большое спасибо за вчерашний разговор, мне было очень интересно. Буду рада встретиться ещё раз, когда вы приедете.",
            ),
        ] {
            assert_eq!(language(body), Some(tag), "{body}");
        }
    }

    #[test]
    fn what_is_too_little_to_tell_has_no_language() {
        for body in [
            "",
            "  \n",
            "4711",
            "https://example.com/a/long/address ana@example.com",
        ] {
            assert_eq!(language(body), None, "{body}");
        }
    }
}
