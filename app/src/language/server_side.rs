//! A language for each page that is rendered.

use std::{
    future::Future,
    hash::{DefaultHasher, Hash, Hasher},
    sync::{LazyLock, Once},
};

use email_agent_api::PageLanguage;
use leptos::prelude::{provide_context, use_context};

use super::{Translator, Words};

/// The translations for all languages but English, as `build.rs` has read them.
const FILES: [(PageLanguage, &str); 5] = [
    (
        PageLanguage::Pt,
        include_str!(concat!(env!("OUT_DIR"), "/pt.json")),
    ),
    (
        PageLanguage::Es,
        include_str!(concat!(env!("OUT_DIR"), "/es.json")),
    ),
    (
        PageLanguage::De,
        include_str!(concat!(env!("OUT_DIR"), "/de.json")),
    ),
    (
        PageLanguage::Zh,
        include_str!(concat!(env!("OUT_DIR"), "/zh.json")),
    ),
    (
        PageLanguage::Ar,
        include_str!(concat!(env!("OUT_DIR"), "/ar.json")),
    ),
];

/// A language as the server uses it and as the browser gets it.
struct Loaded {
    language: PageLanguage,
    words: Words,
    json: &'static str,
    /// Names the content, so that a browser may keep it for ever.
    hash: u64,
}

static LOADED: LazyLock<Vec<Loaded>> = LazyLock::new(|| FILES.iter().map(load).collect());

tokio::task_local! {
    static LANGUAGE: PageLanguage;
}

/// Runs what answers a request; the pages that it renders are in `language`.
pub async fn for_request<F: Future>(language: PageLanguage, answer: F) -> F::Output {
    LANGUAGE.scope(language, answer).await
}

/// The translations for the browser, by the name of their file; none for a name that is not one of
/// [`words_address`], such as that of an older release.
#[must_use]
pub fn words_file(name: &str) -> Option<&'static str> {
    LOADED
        .iter()
        .find(|loaded| loaded.file() == name)
        .map(|loaded| loaded.json)
}

/// From where the browser gets the translations; none for English.
pub(crate) fn words_address(language: PageLanguage) -> Option<String> {
    loaded(language).map(|loaded| format!("/words/{}", loaded.file()))
}

/// The language of the page that is being rendered.
pub(crate) fn language() -> PageLanguage {
    use_context().unwrap_or_default()
}

/// From here on everything that is rendered speaks the language of the request.
pub(crate) fn provide() -> PageLanguage {
    static SET: Once = Once::new();
    SET.call_once(|| tr::set_translator!(Translator));
    let language = LANGUAGE.try_with(|language| *language).unwrap_or_default();
    provide_context(language);
    language
}

pub(super) fn words() -> Option<&'static Words> {
    loaded(language()).map(|loaded| &loaded.words)
}

fn loaded(language: PageLanguage) -> Option<&'static Loaded> {
    LOADED.iter().find(|loaded| loaded.language == language)
}

impl Loaded {
    fn file(&self) -> String {
        format!("{}-{:016x}.json", self.language.code(), self.hash)
    }
}

/// A text of ours that cannot be read would leave its language English; a test reads them all.
fn load((language, json): &(PageLanguage, &'static str)) -> Loaded {
    let mut hasher = DefaultHasher::new();
    json.hash(&mut hasher);
    Loaded {
        language: *language,
        words: Words::new(*language, serde_json::from_str(json).unwrap_or_default()),
        json,
        hash: hasher.finish(),
    }
}

#[cfg(test)]
mod tests {
    use leptos::prelude::Owner;

    use super::*;
    use crate::language::{date_time, known, say, template::Template};

    fn speak<T>(language: PageLanguage, what: impl FnOnce() -> T) -> T {
        LANGUAGE.sync_scope(language, || {
            Owner::new().with(|| {
                assert_eq!(provide(), language);
                what()
            })
        })
    }

    #[test]
    fn each_request_is_answered_in_its_own_language() {
        let label = || say("Approve and schedule");
        let said = PageLanguage::ALL.map(|language| speak(language, label));
        assert_eq!(said[0], "Approve and schedule");
        let distinct: std::collections::BTreeSet<_> = said.into_iter().collect();
        assert_eq!(distinct.len(), PageLanguage::ALL.len());
        assert_eq!(say("Approve and schedule"), "Approve and schedule");
    }

    #[test]
    fn what_nobody_has_translated_is_said_in_english() {
        let strange = speak(PageLanguage::De, || known("552 too much mail"));
        assert_eq!(strange, "552 too much mail");
    }

    #[test]
    fn dates_are_those_of_the_language() {
        let at = "2026-11-24T09:00:00".parse().unwrap();
        let chinese = speak(PageLanguage::Zh, || date_time(at));
        assert!(chinese.contains("2026年11月24日"), "{chinese}");
    }

    #[test]
    fn a_number_takes_the_form_that_its_language_has_for_it() {
        let files = |n: u64| speak(PageLanguage::Ar, || tr::tr!("{n} token" | "{n} tokens" % n));
        let distinct: std::collections::BTreeSet<_> = [0, 1, 2, 3, 11].map(files).into();
        assert!(distinct.len() >= 4, "{distinct:?}");
    }

    #[test]
    fn a_browser_gets_the_words_by_an_address_that_names_them() {
        let address = words_address(PageLanguage::Pt).unwrap();
        let json = words_file(address.strip_prefix("/words/").unwrap()).unwrap();
        let rows: Vec<Vec<String>> = serde_json::from_str(json).unwrap();
        assert!(rows.len() > 100);
        assert_eq!(words_file("pt-0000000000000000.json"), None);
        assert_eq!(words_address(PageLanguage::En), None);
    }

    #[test]
    fn each_composed_sentence_is_recognized_and_keeps_its_values() {
        for loaded in LOADED.iter() {
            assert!(loaded.words.templates().count() > 100);
            for template in loaded.words.templates() {
                let places = 0..template.places().count();
                // Numbers, because a template of few words stands around nothing else.
                let values: Vec<_> = places.map(|place| format!("7310{place}")).collect();
                let english = template.english(&values);
                let said = speak(loaded.language, || known(&english));
                assert_ne!(said, english);
                assert_eq!(said, template.fill(&values), "for {english}");
                for value in values {
                    assert!(said.contains(&value), "{said} for {english}");
                }
            }
        }
    }

    #[test]
    fn no_two_templates_have_the_same_words() {
        for loaded in LOADED.iter() {
            let all: std::collections::BTreeSet<_> =
                loaded.words.templates().map(Template::literals).collect();
            // One error says the same of two limits.
            assert_eq!(all.len() + 1, loaded.words.templates().count());
        }
    }

    #[test]
    fn a_date_of_the_workflow_is_said_as_a_calendar_of_the_language_has_it() {
        let at = "2026-11-24T09:00:02".parse().unwrap();
        for language in PageLanguage::ALL {
            let when = email_agent_api::date_time_text(at);
            let expected = speak(language, || date_time(at));
            assert_eq!(speak(language, || known(&when)), expected);
            let zoned = speak(language, || known(&format!("{when} (Europe/Lisbon)")));
            assert_eq!(zoned, format!("{expected} (Europe/Lisbon)"));
            let waiting = speak(language, || known(&format!("Waiting until {when} (UTC).")));
            assert!(waiting.contains(&expected), "{waiting}");
        }
        for other in [
            "Tue 24 Nov 2026",
            "Tue 24 Nov, 09:00",
            "Tue 24 Nov 2026, 9 h",
        ] {
            assert_eq!(speak(PageLanguage::De, || known(other)), other);
        }
        let day = speak(PageLanguage::De, || known("25 Oct 2026"));
        assert_eq!(day, "25. Okt. 2026");
    }

    #[test]
    fn a_list_is_joined_as_the_language_joins_it() {
        let text = "Edited by hand: To, Subject and Body. Version 3.";
        let chinese = speak(PageLanguage::Zh, || known(text));
        assert!(
            chinese.contains("、") && !chinese.contains("and"),
            "{chinese}"
        );
        let arabic = speak(PageLanguage::Ar, || known(text));
        assert!(arabic.contains("، ") && arabic.contains(" و"), "{arabic}");
    }

    #[test]
    fn a_sentence_in_a_sentence_is_said_too() {
        let text = "Attempt 2: refused for good. The mail server mx.example.com refused every \
                    recipient (550 5.1.1 No such user). Correct it, then press Try again.";
        let german = speak(PageLanguage::De, || known(text));
        let expected = "Versuch 2: endgültig abgelehnt. Der Mailserver mx.example.com hat jeden \
                        Empfänger abgelehnt (550 5.1.1 No such user). Berichtigen Sie es, und \
                        drücken Sie dann „Erneut versuchen“.";
        assert_eq!(german, expected);
    }
}
