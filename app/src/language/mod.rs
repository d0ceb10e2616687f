//! The words of the interface in the language of the person.
//!
//! The texts stand in the code in English, and this text is also the key under which a translation is
//! found: [`say`] for fixed words, [`tr::tr`] for those with something in them, [`known`] for a sentence
//! that comes from elsewhere. What has no translation is said in English. The translations lie in
//! `app/languages`, one file for each language in the format of gettext; `cargo xtask words` keeps these
//! files in step with the code.
//!
//! The workflow and the service say everything in English, to scripts and in what is stored, and their
//! sentences have values in them already when they come here. They compose them with `to_say!` of
//! `email-agent-api`; the texts of these stand in the files in a context of their own, `composed`, and
//! [`known`] finds the one that a sentence was made from, and the values in it.
//!
//! On the server each page has a language of its own, found in the context of what is being rendered.
//! In the browser there is one, that of the page: its translations are loaded before anything of it is
//! woken up, so that both sides render the same.

#[cfg(feature = "hydrate")]
mod browser_side;
mod calendar;
mod known;
mod lists;
#[cfg(feature = "ssr")]
mod server_side;
mod template;
mod words;

use std::borrow::Cow;

#[cfg(feature = "hydrate")]
pub(crate) use browser_side::load;
#[cfg(feature = "hydrate")]
use browser_side::words;
#[cfg(feature = "hydrate")]
pub(crate) use calendar::{CalendarDay, calendar_text};
pub(crate) use calendar::{date_time, wish_text};
pub(crate) use lists::commas;
#[cfg(feature = "ssr")]
use server_side::words;
#[cfg(feature = "ssr")]
pub use server_side::{for_request, words_file};
#[cfg(feature = "ssr")]
pub(crate) use server_side::{language, provide, words_address};
use words::Words;

/// Fixed words in the language of the person.
pub(crate) fn say(text: &'static str) -> &'static str {
    words()
        .and_then(|words| words.find(text, None))
        .unwrap_or(text)
}

/// A sentence from elsewhere: in the language of the person if it is one that we know.
pub(crate) fn known(text: &str) -> String {
    words()
        .and_then(|words| known::known(words, text))
        .unwrap_or_else(|| text.to_owned())
}

/// What [`tr::tr`] asks.
struct Translator;

impl tr::Translator for Translator {
    fn translate<'a>(&'a self, text: &'a str, context: Option<&'a str>) -> Cow<'a, str> {
        words()
            .and_then(|words| words.find(text, context))
            .unwrap_or(text)
            .into()
    }

    fn ntranslate<'a>(
        &'a self,
        n: u64,
        one: &'a str,
        many: &'a str,
        context: Option<&'a str>,
    ) -> Cow<'a, str> {
        words()
            .and_then(|words| words.find_for(n, one, context))
            .unwrap_or(if n == 1 { one } else { many })
            .into()
    }
}

/// Neither side: built without a feature, as tools do.
#[cfg(not(any(feature = "ssr", feature = "hydrate")))]
fn words() -> Option<&'static Words> {
    None
}
