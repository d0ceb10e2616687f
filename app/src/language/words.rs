//! The translations of one language.

use std::collections::BTreeMap;

use email_agent_api::PageLanguage;

/// English texts and what they are in another language.
pub(super) struct Words {
    language: PageLanguage,
    /// By the English text, after its context where it has one; all plural forms of a text, or the one
    /// that it has.
    forms: BTreeMap<String, Vec<String>>,
}

impl Words {
    /// From rows that begin with the key and go on with the forms, as they travel to the browser.
    pub(super) fn new(language: PageLanguage, rows: Vec<Vec<String>>) -> Self {
        let forms = rows
            .into_iter()
            .filter_map(|mut row| {
                let forms = row.split_off(1.min(row.len()));
                row.pop().map(|key| (key, forms))
            })
            .collect();
        Self { language, forms }
    }

    /// What a text without number is.
    pub(super) fn find(&self, text: &str, context: Option<&str>) -> Option<&str> {
        self.form(0, text, context)
    }

    /// What a text with the number `n` is.
    pub(super) fn find_for(&self, n: u64, text: &str, context: Option<&str>) -> Option<&str> {
        self.form(self.language.plural_form(n), text, context)
    }

    fn form(&self, index: usize, text: &str, context: Option<&str>) -> Option<&str> {
        let forms = match context {
            None => self.forms.get(text),
            Some(context) => self.forms.get(&key(context, text)),
        };
        let form = forms?.get(index)?;
        // An empty one is a text that nobody has translated yet.
        (!form.is_empty()).then_some(form)
    }
}

/// Under which a text with a context is found; the same sign stands between them in compiled files of
/// gettext.
fn key(context: &str, text: &str) -> String {
    format!("{context}\u{4}{text}")
}
