//! The translations of one language.

use std::collections::BTreeMap;

use email_agent_api::PageLanguage;

use super::template::Template;

/// The context of texts that are composed with values elsewhere; `cargo xtask words` gives it to them.
const COMPOSED: &str = "composed";

/// English texts and what they are in another language.
pub(super) struct Words {
    language: PageLanguage,
    /// By the English text, after its context where it has one; all plural forms of a text, or the one
    /// that it has.
    forms: BTreeMap<String, Vec<String>>,
    /// Texts with values in them.
    templates: Vec<Template>,
}

impl Words {
    /// From rows that begin with the key and go on with the forms, as they travel to the browser.
    pub(super) fn new(language: PageLanguage, rows: Vec<Vec<String>>) -> Self {
        let start = key(COMPOSED, "");
        let (mut forms, mut templates) = (BTreeMap::new(), Vec::new());
        for mut row in rows {
            let said = row.split_off(1.min(row.len()));
            let Some(key) = row.pop() else {
                continue;
            };
            match key.strip_prefix(&start) {
                None => drop(forms.insert(key, said)),
                Some(english) => {
                    let said = said.first().map_or("", String::as_str);
                    templates.extend(Template::new(english, said));
                }
            }
        }
        Self {
            language,
            forms,
            templates,
        }
    }

    /// The texts that are composed with values.
    pub(super) fn templates(&self) -> impl Iterator<Item = &Template> {
        self.templates.iter()
    }

    /// What stands between two sentences.
    pub(super) fn gap(&self) -> &'static str {
        match self.language {
            PageLanguage::Zh => "",
            _ => " ",
        }
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
