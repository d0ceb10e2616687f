//! One language for as long as the page is open.

use std::sync::OnceLock;

use email_agent_api::PageLanguage;

use super::{Translator, Words};
use crate::{browser, json};

static WORDS: OnceLock<Words> = OnceLock::new();

/// None in English, and before they are loaded.
pub(super) fn words() -> Option<&'static Words> {
    WORDS.get()
}

/// Gets the translations that the page names. Without them its living parts speak English.
pub(crate) async fn load() {
    let Some((code, address)) = browser::words_address() else {
        return;
    };
    let text = browser::get(&address).await;
    let rows = text.and_then(|text| json::read(&text));
    if let (Some(language), Some(rows)) = (PageLanguage::of_code(&code), rows) {
        // Once for each page, so that it cannot be there already.
        let _ = WORDS.set(Words::new(language, rows));
        tr::set_translator!(Translator);
    }
}
