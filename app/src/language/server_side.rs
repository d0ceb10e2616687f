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
    use crate::language::{date_time, known, say};

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
}
