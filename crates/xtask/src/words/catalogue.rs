//! One file of translations: reading, joining with what the code says, and what is wrong with it.

use super::source::Message;
use anyhow::{Context, Result, anyhow};
use polib::{
    catalog::Catalog,
    message::{Message as Entry, MessageView},
    metadata::CatalogMetadata,
    po_file,
};
use std::collections::BTreeSet;
use std::path::Path;

/// A language, and the rule by which its plural forms are chosen, as gettext writes it. The same rule
/// stands as code in `PageLanguage::plural_form`.
pub(crate) struct Language {
    pub(crate) code: &'static str,
    plural: &'static str,
    forms: usize,
}

/// All but English, which stands in the code.
pub(crate) const LANGUAGES: [Language; 5] = [
    Language {
        code: "pt",
        plural: "n > 1",
        forms: 2,
    },
    Language {
        code: "es",
        plural: "n != 1",
        forms: 2,
    },
    Language {
        code: "de",
        plural: "n != 1",
        forms: 2,
    },
    Language {
        code: "zh",
        plural: "0",
        forms: 1,
    },
    Language {
        code: "ar",
        plural: "n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5",
        forms: 6,
    },
];

/// Where the translations of a language are.
pub(crate) fn path(code: &str) -> String {
    format!("app/languages/{code}.po")
}

/// Brings the file into step: exactly the texts of the code, with the translations that there were.
/// How many texts want a translation.
pub(super) fn bring_in_step(language: &Language, path: &Path, texts: &[Message]) -> Result<usize> {
    let known = read(path)?;
    let mut catalogue = Catalog::new(metadata(language)?);
    for text in texts {
        let entry = known.as_ref().and_then(|known| find(known, text));
        catalogue.append_or_update(entry_of(language, text, entry));
    }
    po_file::write(&catalogue, path).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(catalogue
        .messages()
        .filter(|entry| !is_done(*entry))
        .count())
}

fn metadata(language: &Language) -> Result<CatalogMetadata> {
    let Language {
        code,
        forms,
        plural,
    } = language;
    CatalogMetadata::parse(&format!(
        "Project-Id-Version: email-agent\nPOT-Creation-Date:\nPO-Revision-Date:\nLanguage-Team:\n\
         MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n\
         Content-Transfer-Encoding: 8bit\nLanguage: {code}\n\
         Plural-Forms: nplurals={forms}; plural={plural};"
    ))
    .map_err(|error| anyhow!("{code}: {error}"))
}

fn find<'a>(catalogue: &'a Catalog, text: &Message) -> Option<&'a dyn MessageView> {
    catalogue.find_message(text.context.as_deref(), &text.text, text.plural.as_deref())
}

/// The entry of a text, with the translation that there was.
fn entry_of(language: &Language, text: &Message, known: Option<&dyn MessageView>) -> Entry {
    let mut entry = match &text.plural {
        None => {
            let translation = known.and_then(|known| known.msgstr().ok());
            let mut entry = Entry::build_singular();
            entry.with_msgstr(translation.unwrap_or_default().to_owned());
            entry
        }
        Some(plural) => {
            let forms = known.and_then(|known| known.msgstr_plural().ok().cloned());
            let mut forms = forms.unwrap_or_default();
            forms.resize(language.forms, String::new());
            let mut entry = Entry::build_plural();
            entry.with_msgid_plural(plural.clone());
            entry.with_msgstr_plural(forms);
            entry
        }
    };
    entry
        .with_msgctxt(text.context.clone().unwrap_or_default())
        .with_msgid(text.text.clone())
        .with_source(text.files.join("\n"));
    entry.done()
}

/// What is wrong with the file of a language, each with the text concerned.
pub(crate) fn check(language: &Language, path: &Path, texts: &[Message]) -> Result<Vec<String>> {
    let Some(catalogue) = read(path)? else {
        return Ok(vec![
            "is not there: `cargo xtask words` makes it".to_owned(),
        ]);
    };
    let mut wrong = Vec::new();
    for text in texts {
        match find(&catalogue, text) {
            None => wrong.push(format!(
                "has no \"{}\": call `cargo xtask words`",
                text.text
            )),
            Some(entry) if !is_done(entry) => {
                wrong.push(format!("has no translation of \"{}\"", text.text));
            }
            Some(entry) => wrong.extend(
                translations(entry)
                    .into_iter()
                    .filter_map(|translation| misplaced(text, translation)),
            ),
        }
    }
    let said: BTreeSet<_> = texts.iter().map(Message::key).collect();
    for entry in catalogue.messages() {
        let context = Some(entry.msgctxt().to_owned()).filter(|context| !context.is_empty());
        if !said.contains(&(context, entry.msgid().to_owned())) {
            wrong.push(format!(
                "translates \"{}\", which no code says: call `cargo xtask words`",
                entry.msgid()
            ));
        }
        if translations(entry).len() != 1 && translations(entry).len() != language.forms {
            wrong.push(format!(
                "has another number of forms of \"{}\"",
                entry.msgid()
            ));
        }
    }
    Ok(wrong)
}

/// Places for values must be the same as in English; a number may be said in words.
fn misplaced(text: &Message, translation: &str) -> Option<String> {
    let mut expected = places(&text.text);
    let mut found = places(translation);
    if text.plural.is_some() {
        expected.remove("n");
        found.remove("n");
    }
    (expected != found).then(|| {
        format!(
            "has other places than {expected:?} in \"{translation}\", for \"{}\"",
            text.text
        )
    })
}

/// The names between braces.
fn places(text: &str) -> BTreeSet<&str> {
    text.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name)
        .collect()
}

fn is_done(entry: &dyn MessageView) -> bool {
    entry.is_translated()
        && !entry.is_fuzzy()
        && translations(entry).iter().all(|text| !text.is_empty())
}

fn translations(entry: &dyn MessageView) -> Vec<&str> {
    match (entry.msgstr_plural(), entry.msgstr()) {
        (Ok(forms), _) => forms.iter().map(String::as_str).collect(),
        (_, Ok(text)) => vec![text],
        _ => Vec::new(),
    }
}

/// None if there is no such file yet.
fn read(path: &Path) -> Result<Option<Catalog>> {
    if !path.exists() {
        return Ok(None);
    }
    po_file::parse(path)
        .map(Some)
        .map_err(|error| anyhow!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn text(text: &str, plural: Option<&str>) -> Message {
        Message {
            context: None,
            text: text.to_owned(),
            plural: plural.map(str::to_owned),
            files: vec!["app/src/a.rs".to_owned(), "app/src/b.rs".to_owned()],
        }
    }

    #[test]
    fn a_file_follows_the_code_and_keeps_its_translations() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pt.po");
        let [pt, ..] = LANGUAGES;
        let texts = [
            text("Say \"{what}\": ", None),
            text("{n} file", Some("{n} files")),
        ];
        assert_eq!(bring_in_step(&pt, &path, &texts).unwrap(), 2);
        assert_eq!(check(&pt, &path, &texts).unwrap().len(), 2);

        let done = fs::read_to_string(&path)
            .unwrap()
            .replacen(
                "msgstr \"\"\n\n#",
                "msgstr \"Diga \\\"{what}\\\": \"\n\n#",
                2,
            )
            .replace("[0] \"\"", "[0] \"um ficheiro\"")
            .replace("[1] \"\"", "[1] \"{n} ficheiros\"");
        fs::write(&path, &done).unwrap();
        assert_eq!(check(&pt, &path, &texts).unwrap(), Vec::<String>::new());

        assert_eq!(bring_in_step(&pt, &path, &texts).unwrap(), 0);
        assert_eq!(fs::read_to_string(&path).unwrap(), done);
        assert_eq!(check(&pt, &path, &texts[1..]).unwrap().len(), 1);
        bring_in_step(&pt, &path, &texts[1..]).unwrap();
        assert!(!fs::read_to_string(&path).unwrap().contains("Diga"));
    }

    #[test]
    fn a_translation_with_other_places_is_found() {
        let text = text("Leaves in {time}.", None);
        assert!(misplaced(&text, "Sai em {tempo}.").is_some());
        assert!(misplaced(&text, "Em {time} sai.").is_none());
    }
}
